import { Injectable, computed } from '@angular/core';
import { type Observable, distinctUntilChanged, map } from 'rxjs';
import { StoredState } from '../cqrs/stored-state';

/** Somebody who can log in. */
export interface User {
  readonly id: string;
  readonly name: string;
}

/** Who can log in. */
export const USERS: readonly [User, ...User[]] = [
  { id: 'anna', name: 'Anna' },
  { id: 'bert', name: 'Bert' },
];

const KEY = 'rx-mesh-demo.cache-user';
const NOBODY = '';

/** Who is logged in. It outlives the page, and all tabs share it. */
@Injectable({ providedIn: 'root' })
export class Session {
  private readonly state = new StoredState<string>(KEY, readUser);

  /** The id of the user; `undefined`: nobody. */
  readonly user = computed(() => idOf(this.state.value()));
  /** The same: on subscribe, and after each change. */
  readonly user$: Observable<string | undefined> = this.state.changes$.pipe(
    map(idOf),
    distinctUntilChanged(),
  );
  /** Looks at what other tabs do, while it is subscribed. */
  readonly following$ = this.state.following$;

  logIn(id: string): void {
    this.state.update(() => readUser(id));
  }

  logOut(): void {
    this.state.update(() => NOBODY);
  }
}

/** A user by name, also where it is nobody. */
export function nameOfUser(id: string | undefined): string {
  return USERS.find((user) => user.id === id)?.name ?? 'Nobody';
}

function idOf(user: string): string | undefined {
  return user === NOBODY ? undefined : user;
}

function readUser(found: unknown): string {
  if (found === NOBODY) return NOBODY;
  return (USERS.find(({ id }) => id === found) ?? USERS[0]).id;
}
