import { DestroyRef, Injectable, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { CLOCK, SingleFlight } from 'rx-mesh/kernel';
import { statusOf } from 'rx-mesh/resilience';
import {
  Observable,
  ReplaySubject,
  catchError,
  defaultIfEmpty,
  defer,
  from,
  map,
  of,
  share,
  take,
  tap,
  throwError,
  timeout,
} from 'rxjs';
import { type GatewayError, isGatewayError } from '../gateway-errors';
import type { GatewayUser } from '../route-config';
import { refusal } from './refusal';
import { notRenewed, renewalFault } from './renewal-faults';
import { TOKEN_SOURCE, TOKEN_VALIDATOR, isToken, tokenRefused } from './token-ports';
import { TOKENS } from './token-options';

/** A token that is not renewed again before a time, and what was wrong. */
interface Failed {
  readonly token: string;
  readonly until: number;
  readonly error: GatewayError;
}

// However long a server wants to be left alone.
const MAX_WAIT = 60_000;

/**
 * Says whose tokens are, and renews that of the page. What the validator has said is remembered for as long as the token holds;
 * callers at one time share one answer, and one renewal. Tokens are in no error of it.
 *
 * @usageNotes
 * ```ts
 * inject(AuthenticationService).validateToken(token).subscribe({ next: ({ id }) => greet(id), error: showLogin });
 * ```
 */
@Injectable({ providedIn: 'root' })
export class AuthenticationService {
  private readonly clock = inject(CLOCK);
  private readonly options = inject(TOKENS.token);
  private readonly validator = inject(TOKEN_VALIDATOR);
  private readonly source = inject(TOKEN_SOURCE);
  private readonly checks = new SingleFlight<string, GatewayUser>();
  private readonly renewals = new Map<string, Observable<string>>();
  private readonly destroyed = inject(DestroyRef);
  private readonly known = new Map<
    string,
    { readonly user: GatewayUser; readonly until: number }
  >();
  /** What stands in for the token of a source that does not keep what it was renewed to. */
  private renewed: { readonly old: string | undefined; readonly fresh: string } | undefined;
  /** The last renewal, whoever keeps its token. */
  private replaced: { readonly old: string; readonly fresh: string } | undefined;
  private failed: Failed | undefined;
  private renewing = false;

  /** Whether the token of the page can be renewed. */
  get canRefresh(): boolean {
    return this.source.refresh !== undefined;
  }

  /**
   * Whether the source is being called for a renewal: what is asked now is asked for it.
   *
   * @internal
   */
  get isRenewing(): boolean {
    return this.renewing;
  }

  /** The token of the page; `undefined`: there is none. */
  current(): string | undefined {
    const token = this.source.current();
    return token !== undefined && this.renewed?.old === token ? this.renewed.fresh : token;
  }

  /**
   * Whose a token is: one value. Errors are a `GatewayError` of status 401 for a token that is not good, and 503 where nobody can
   * say at the moment.
   */
  validateToken(token: string): Observable<GatewayUser> {
    return defer(() => {
      if (!isToken(token)) return throwError(() => tokenRefused('The token is malformed.'));
      const known = this.known.get(token);
      if (known && known.until > this.clock.monotonic()) return of(known.user);
      return this.checks.run(token, () =>
        defer(() => this.validator.validate(token)).pipe(
          take(1),
          defaultIfEmpty(undefined),
          map((user) => this.keep(token, user)),
          catchError((error: unknown) => throwError(() => verdict(error, token))),
        ),
      );
    });
  }

  /** Forgets whose a token is: a service has refused it. */
  forget(token: string): void {
    this.known.delete(token);
  }

  /**
   * Whether a token is that of the page, or was renewed to it.
   *
   * @internal
   */
  isCurrent(token: string): boolean {
    const now = this.current();
    return now === token || (this.replaced?.old === token && this.replaced.fresh === now);
  }

  /**
   * A token in place of one that no longer holds: the one of the page, if that is another by now, else a new one. All who ask at
   * one time share one renewal. It goes on when they leave, at most for `refreshTimeout`: a server may take the old token no more once
   * it was asked for a new one. After one that failed there is no other for `refreshCooldown`, or longer where the server asks for it,
   * at most a minute. Its error is a `GatewayError`: of status 401 where the renewal was refused; of 502, 503 or 504, with the time to
   * wait, where nobody could be asked, which says nothing of the user.
   *
   * @param used The token that no longer holds.
   */
  refresh(used: string): Observable<string> {
    return defer(() => {
      const now = this.current();
      if (now === undefined) return throwError(() => tokenRefused('Nobody is there any more.'));
      if (now !== used) return of(now);
      return this.renewals.get(used) ?? this.begin(used);
    });
  }

  private begin(used: string): Observable<string> {
    const land = (): unknown => this.renewals.delete(used);
    const renewal = this.renew(used).pipe(
      takeUntilDestroyed(this.destroyed),
      tap({ error: land, complete: land }),
      share({ connector: () => new ReplaySubject<string>(1), resetOnRefCountZero: false }),
    );
    this.renewals.set(used, renewal);
    return renewal;
  }

  /** What the source says; until the end of its call it is known that what is asked is asked by it. */
  private ask(): Observable<string> {
    return new Observable((out) => {
      const over = (): unknown => (this.renewing = false);
      this.renewing = true;
      defer(() => from(this.source.refresh?.() ?? []))
        .pipe(tap({ next: over, error: over, complete: over }))
        .subscribe(out);
      over();
    });
  }

  private renew(used: string): Observable<string> {
    const { source } = this;
    if (!source.refresh) return throwError(() => tokenRefused('The token cannot be renewed.'));
    const { failed } = this;
    const left = failed?.token === used ? failed.until - this.clock.monotonic() : 0;
    if (failed && left > 0) return throwError(() => again(failed.error, left));
    const old = source.current();
    const { refreshTimeout } = this.options;
    return this.ask().pipe(
      take(1),
      timeout({ first: refreshTimeout, scheduler: this.clock.scheduler }),
      defaultIfEmpty(undefined),
      map((fresh: string | null | undefined) => {
        // To say nothing is a no; to say what is no token is a fault.
        if (fresh === undefined || fresh === null) throw notRenewed();
        if (!isToken(fresh)) throw new TypeError('That is no token.');
        // Where somebody else is there by now it is his token that counts from here on.
        if (source.current() === old && fresh !== old) this.renewed = { old, fresh };
        else if (source.current() === fresh) this.renewed = undefined;
        this.replaced = { old: used, fresh };
        // A token that a service refuses as soon as it is made is not made again and again.
        this.failed = this.notAgain(fresh, notRenewed());
        this.forget(used);
        return fresh;
      }),
      catchError((cause: unknown) => {
        const fault = renewalFault(cause, this.clock);
        this.failed = this.notAgain(used, fault);
        return throwError(() => again(fault, (this.failed?.until ?? 0) - this.clock.monotonic()));
      }),
    );
  }

  private notAgain(token: string, error: GatewayError): Failed {
    const asked = Math.min(MAX_WAIT, error.retryAfter ?? 0);
    const until = this.clock.monotonic() + Math.max(this.options.refreshCooldown, asked);
    return { token, until, error };
  }

  private keep(token: string, user: GatewayUser | undefined): GatewayUser {
    if (typeof user?.id !== 'string') throw tokenRefused('The token is not known.');
    const { exp } = user.claims;
    const left = typeof exp === 'number' ? exp * 1000 - this.clock.now() : Infinity;
    const time = Math.min(this.options.cacheFor, left);
    this.known.delete(token);
    if (time > 0) this.known.set(token, { user, until: this.clock.monotonic() + time });
    const [oldest] = this.known.keys();
    if (this.known.size > this.options.maxTokens && oldest !== undefined) this.known.delete(oldest);
    return user;
  }
}

/** The error once more, with the time that is left; who was refused is not told to come back. */
function again({ problem, status }: GatewayError, left: number): GatewayError {
  return refusal(status, problem.detail, status === 401 ? undefined : left);
}

// Not even as a cause: an address or a message of it may have the token in it.
function verdict(error: unknown, token: string): GatewayError {
  // What is shorter is a word, and no secret.
  const isTold = token.length > 7 && isGatewayError(error) && error.message.includes(token);
  if (isGatewayError(error) && !isTold && error.cause === undefined) {
    return error;
  }
  return statusOf(error) === 401
    ? tokenRefused('The token is not good.')
    : refusal(503, 'Nobody can say at the moment whose the token is.');
}
