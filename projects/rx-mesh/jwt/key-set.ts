import { type HttpBackend, HttpRequest, HttpResponse } from '@angular/common/http';
import type { LocalJWKSet } from 'jose';
import { gatewayError } from 'rx-mesh/gateway';
import {
  type Clock,
  type Diagnostics,
  type RandomSource,
  SingleFlight,
  exponentialBackoff,
} from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  catchError,
  defer,
  filter,
  map,
  of,
  take,
  throwError,
  throwIfEmpty,
  timeout,
} from 'rxjs';
import type { JoseModule } from './jose-module';
import type { JwtValues } from './jwt-options';

// An issuer has a handful.
const MAX_KEYS = 100;

/** What keys are loaded with. */
export interface KeyPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
  /** Past the interceptors: they would ask for a token to get what tokens are checked with. */
  readonly backend: HttpBackend | undefined;
  readonly options: JwtValues;
}

/** The keys of an issuer, loaded once for all who ask, and again when they change. */
export class KeySet {
  readonly #loads = new SingleFlight<string, LocalJWKSet>();
  readonly #backoff = exponentialBackoff({ initial: 1000, max: 60_000, jitter: 'equal' });
  readonly #ports: KeyPorts;
  #known: { readonly keys: LocalJWKSet; readonly at: number } | undefined;
  /** How often in a row they could not be loaded, and before when nobody tries again. */
  #failed = { times: 0, until: -Infinity };

  constructor(ports: KeyPorts) {
    this.#ports = ports;
  }

  /**
   * The keys: one value. Those that are old are given in place of new ones that cannot be had, for so long as `staleFor` says; after
   * that it is a `GatewayError` of status 503, with the time to wait.
   */
  current(jose: JoseModule): Observable<LocalJWKSet> {
    return defer(() => {
      const { options } = this.#ports;
      if (options.keys) return of(jose.createLocalJWKSet(options.keys));
      const known = this.#known;
      const age = this.#age();
      if (known && age < options.maxAge) return of(known.keys);
      return this.#load(jose).pipe(
        catchError((error: unknown) =>
          known && this.#age() < options.maxAge + options.staleFor
            ? of(known.keys)
            : throwError(() => error as Error),
        ),
      );
    });
  }

  /**
   * The keys after one has turned out to be unknown: `undefined` where those that are known are so new, or given, that to load
   * them again is of no use. Whoever makes up names of keys cannot make the page ask the issuer again and again: neither one that
   * answers, nor one that does not, which is a `GatewayError` of status 503, for the key may be a new one.
   *
   * @param used The keys in which it was not found.
   */
  newer(jose: JoseModule, used: LocalJWKSet): Observable<LocalJWKSet | undefined> {
    return defer(() => {
      const { options } = this.#ports;
      const known = this.#known;
      if (options.keys) return of(undefined);
      if (known && known.keys !== used) return of(known.keys);
      return this.#age() < options.cooldown ? of(undefined) : this.#load(jose);
    });
  }

  #age(): number {
    return this.#ports.clock.monotonic() - (this.#known?.at ?? -Infinity);
  }

  #load(jose: JoseModule): Observable<LocalJWKSet> {
    const { backend, clock, options } = this.#ports;
    return this.#loads.run('', () => {
      const left = this.#failed.until - clock.monotonic();
      if (left > 0) return throwError(() => unavailable(left));
      const request = new HttpRequest<unknown>('GET', options.jwksUrl ?? '');
      const sent$ = backend?.handle(request) ?? EMPTY;
      return sent$.pipe(
        filter((event) => event instanceof HttpResponse),
        take(1),
        timeout({ first: options.timeout, scheduler: clock.scheduler }),
        throwIfEmpty(),
        map(({ body }) => jose.createLocalJWKSet(bounded(body))),
        map((keys) => {
          this.#known = { keys, at: clock.monotonic() };
          this.#failed = { times: 0, until: -Infinity };
          return keys;
        }),
        catchError((error: unknown) => throwError(() => this.#fail(error))),
      );
    });
  }

  #fail(cause: unknown): Error {
    const { clock, diagnostics, options, random } = this.#ports;
    const { times } = this.#failed;
    const wait = this.#backoff(times, random, 0);
    this.#failed = { times: times + 1, until: clock.monotonic() + wait };
    // Once for all of it: whoever looks for the reason needs it once.
    if (times === 0) {
      diagnostics.report({
        code: 'RXM609',
        severity: 'warning',
        source: 'rx-mesh/jwt',
        message: `The keys of ${options.jwksUrl ?? ''} cannot be loaded. Look whether the address is right, and its answer allowed by CORS.`,
        cause,
      });
    }
    return unavailable(wait);
  }
}

function unavailable(wait: number): Error {
  const detail = 'The keys of the issuer cannot be had at the moment.';
  return gatewayError(503, detail, { retryAfter: wait });
}

type Keys = Parameters<JoseModule['createLocalJWKSet']>[0];

function bounded(body: unknown): Keys {
  const { keys } = Object(body) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new TypeError('The answer is no set of keys.');
  const usable: unknown[] = keys.slice(0, MAX_KEYS);
  return { keys: usable.filter((key) => typeof key === 'object' && key !== null) };
}
