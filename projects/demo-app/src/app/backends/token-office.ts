import { Injectable, signal } from '@angular/core';
import { RecentMap } from './recent-map';

/** Somebody who can sign in. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** Who can sign in. */
export const PEOPLE: readonly Person[] = [
  { id: 'anna', name: 'Anna', roles: ['customer'] },
  { id: 'bert', name: 'Bert', roles: ['customer', 'clerk'] },
];

/** What the office has done. */
export interface OfficeCounts {
  /** Tokens that were made in place of others. */
  readonly renewed: number;
  /** Requests whose token was none, or did not hold any more. */
  readonly refused: number;
}

const MOST = 100;

/** The office that makes tokens, and knows which of them hold: a part of the mocked world, with its controls. */
@Injectable({ providedIn: 'root' })
export class TokenOffice {
  readonly #owners = new RecentMap<string, Person>(MOST);
  readonly #counts = signal<OfficeCounts>({ renewed: 0, refused: 0 });
  #holding = new Set<string>();
  #last = 0;

  /** Whether it renews no token at present. */
  readonly strict = signal(false);
  /** What it has done. */
  readonly counts = this.#counts.asReadonly();

  /** A token for a person; `undefined`: nobody is called so. */
  issue(id: unknown): string | undefined {
    const person = PEOPLE.find((one) => one.id === id);
    return person && this.#make(person);
  }

  /** A token in place of another, whether that still holds or not; `undefined`: it gives none. */
  renew(token: unknown): string | undefined {
    const owner = typeof token === 'string' ? this.#owners.get(token) : undefined;
    if (!owner || this.strict()) return undefined;
    this.#counts.update((counts) => ({ ...counts, renewed: counts.renewed + 1 }));
    return this.#make(owner);
  }

  /** Whose request it is, by its token; `undefined`: the token does not hold. */
  ownerOf(token: string): Person | undefined {
    if (this.#holding.has(token)) return this.#owners.get(token);
    this.#counts.update((counts) => ({ ...counts, refused: counts.refused + 1 }));
    return undefined;
  }

  /** From here on no token holds that was made so far. */
  expireAll(): void {
    this.#holding = new Set();
  }

  #make(owner: Person): string {
    const text = JSON.stringify({ ...owner, number: ++this.#last });
    const token = btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
    this.#owners.set(token, owner);
    // Of those that nobody has asked with for long, the office knows nothing any more.
    this.#holding = new Set([...this.#holding, token].slice(-MOST));
    return token;
  }
}

/** What a token says, as everybody can read it; `undefined`: it is none. Whether it holds, the office alone knows. */
export function personOf(token: string): Person | undefined {
  try {
    const found: unknown = JSON.parse(atob(token.replace(/-/g, '+').replace(/_/g, '/')));
    const { id } = Object(found) as { readonly id?: unknown };
    return PEOPLE.find((one) => one.id === id);
  } catch {
    return undefined;
  }
}
