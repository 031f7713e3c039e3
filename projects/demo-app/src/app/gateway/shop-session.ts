import { Injectable, computed, inject, signal } from '@angular/core';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { type TokenSource, type TokenValidator, tokenRefused } from 'rx-mesh/gateway';
import { EMPTY, type Observable, Subject, catchError, map, switchMap, tap } from 'rxjs';
import { reasonOf } from '../calls/failure-text';
import { personOf } from '../backends/token-office';

interface Made {
  readonly token: string;
}

/** Who is signed in: the token of the page, which the office makes and renews by real requests. */
@Injectable()
export class ShopSession implements TokenSource {
  private readonly services = inject(MicroservicesCommunicationService);
  readonly #wishes = new Subject<string>();
  readonly #token = signal<string | undefined>(undefined);
  readonly #renewals = signal(0);
  readonly #trouble = signal('');

  /** Who is there; `undefined`: nobody. */
  readonly person = computed(() => personOf(this.#token() ?? ''));
  /** How often a new token was asked for in place of one that did not hold. */
  readonly renewals = this.#renewals.asReadonly();
  /** Why somebody could not sign in. */
  readonly trouble = this.#trouble.asReadonly();
  /** Signs in who wishes it, while it is subscribed. The last wish counts. */
  readonly working$: Observable<unknown> = this.#wishes.pipe(
    switchMap((user) =>
      user === ''
        ? EMPTY
        : this.ask('/tokens', { user }).pipe(
            tap((token) => this.#token.set(token)),
            catchError((error: unknown) => {
              this.#trouble.set(`${reasonOf(error)}.`);
              return EMPTY;
            }),
          ),
    ),
  );

  signIn(user: string): void {
    this.#trouble.set('');
    this.#wishes.next(user);
  }

  signOut(): void {
    this.signIn('');
    this.#token.set(undefined);
  }

  current(): string | undefined {
    return this.#token();
  }

  refresh(): Observable<string> {
    const old = this.#token();
    this.#renewals.update((count) => count + 1);
    return this.ask('/tokens/renewals', { token: old }).pipe(
      // Somebody else may be there by now.
      tap((token) => this.#token.update((now) => (now === old ? token : now))),
    );
  }

  private ask(path: string, payload: unknown): Observable<string> {
    return this.services
      .callService<Made>({ service: 'users', method: 'POST', path, payload })
      .pipe(map(({ token }) => token));
  }
}

/** Reads whose a token is. Whether it holds, the service says. */
export const tokenReader: TokenValidator = {
  validate: (token) => {
    const person = personOf(token);
    if (!person) throw tokenRefused('The token cannot be read.');
    const { id, name, roles } = person;
    return [{ id, roles, claims: { name } }];
  },
};
