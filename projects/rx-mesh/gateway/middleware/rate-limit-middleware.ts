import { HttpErrorResponse, type HttpHeaders, type HttpResponse } from '@angular/common/http';
import {
  type Clock,
  type OptionCheck,
  createOptions,
  nonNegative,
  oneOf,
  positive,
  positiveInteger,
} from 'rx-mesh/kernel';
import { type RateLimiter, gcraLimiter, slidingWindowLimiter } from 'rx-mesh/resilience';
import { type Observable, defer, finalize, map, switchMap, tap, throwError, timer } from 'rxjs';
import type { MiddlewareFunction, RateLimitConfig } from '../route-config';
import { refusal } from './refusal';
import { MAX_HOLD, ServerHolds, askedHold } from './server-limits';

const wait: OptionCheck<number> = (value) =>
  nonNegative(value) ?? (value < 2 ** 31 ? undefined : 'at most 2147483647');

const RATE_LIMIT_CONFIG = /* @__PURE__ */ createOptions<{
  readonly [K in keyof RateLimitConfig]-?: Exclude<RateLimitConfig[K], undefined> | UndefinedOf<K>;
}>(
  'RateLimitConfig',
  {
    limit: NaN,
    period: NaN,
    algorithm: 'gcra',
    burst: undefined,
    key: undefined,
    maxWait: 0,
    followServer: true,
  },
  {
    limit: positiveInteger,
    period: positive,
    algorithm: /* @__PURE__ */ oneOf('gcra', 'sliding-window'),
    burst: (value) => (value === undefined ? undefined : positiveInteger(value)),
    maxWait: wait,
  },
);

type UndefinedOf<K> = K extends 'burst' | 'key' ? undefined : never;

// What a server that says 429 is given where its headers cannot be read, as those of another origin often.
const UNTOLD_HOLD = 1000;

// A turn that is so much too late was slept through, and with it those of all others.
const OVERSLEPT = 1000;

const OWN = /^\s*"gateway"\s*;/;

/**
 * Lets requests through no more often than a limit allows. What is above it waits for its turn, at most `maxWait`, and gives it
 * back when its caller leaves; else it is refused with 429 and the time after which it is worth trying again. Each key has a limit
 * of its own; more than 1000 active ones share one. Answers say what is left (`RateLimit`, `RateLimit-Policy`). Where the server
 * says that it has had enough, nothing is sent until it wants more, at most five minutes.
 *
 * It is a courtesy to the server and to other users, not a protection: whoever has the page can go round it.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const middleware = rateLimit({ limit: 10, period: 1000, maxWait: 500 }, { clock: inject(CLOCK) });
 * ```
 */
export function rateLimit(
  config: RateLimitConfig,
  { clock }: { readonly clock: Clock },
): MiddlewareFunction {
  const { algorithm, burst, followServer, key, limit, maxWait, period } =
    RATE_LIMIT_CONFIG.resolve(config);
  const isGcra = algorithm === 'gcra';
  const most = isGcra ? (burst ?? limit) : limit;
  const limiter: RateLimiter = isGcra
    ? gcraLimiter({ clock }, { limit, interval: period, burst: most })
    : slidingWindowLimiter({ clock }, { limit, interval: period });
  const holds = new ServerHolds(clock);
  const policy = `"gateway";q=${limit};w=${Math.ceil(period / 1000)}`;

  const turn = <T>(name: string, work: () => Observable<T>): Observable<T> => {
    const ask = (deadline: number): Observable<T> =>
      defer(() => {
        const patience = Math.max(0, deadline - clock.monotonic());
        const held = holds.left(name);
        // Its place in the row is taken also while the server is left alone: afterwards all go at the usual rate.
        const place = held <= patience ? limiter.reserve(patience - held, name) : undefined;
        if (!place) return refuse(name, held);
        const delay = held + place.delay;
        if (delay === 0) return work();
        const due = clock.monotonic() + delay;
        let isUsed = false;
        return timer(delay, clock.scheduler).pipe(
          switchMap(() => {
            const late = clock.monotonic() - due > OVERSLEPT;
            if (late || holds.left(name) > 0) {
              place.cancel();
              return ask(late ? clock.monotonic() + maxWait : deadline);
            }
            isUsed = true;
            return work();
          }),
          finalize(() => {
            if (!isUsed) place.cancel();
          }),
        );
      });
    return defer(() => ask(clock.monotonic() + maxWait));
  };

  const refuse = (name: string, held: number): Observable<never> =>
    throwError(() =>
      refusal(
        429,
        held > 0 ? 'The service asks for a pause.' : 'There are too many requests.',
        held + limiter.retryAfter(name),
      ),
    );

  const learn = (name: string, headers: HttpHeaders, status: number): void => {
    if (!followServer) return;
    const asked = askedHold(ofServer(headers), status, clock) ?? (status === 429 ? UNTOLD_HOLD : 0);
    if (asked > 0) holds.hold(name, Math.min(asked, MAX_HOLD));
  };

  const tell = (name: string, response: HttpResponse<unknown>): HttpResponse<unknown> => {
    const left = roomOf(limiter, name, most);
    const reset = Math.ceil(limiter.retryAfter(name, Math.min(left + 1, most)) / 1000);
    let { headers } = response;
    const add = (field: string, item: string): void => {
      headers = headers.set(field, [...(headers.getAll(field) ?? []), item].join(', '));
    };
    add('RateLimit', `"gateway";r=${left};t=${reset}`);
    add('RateLimit-Policy', policy);
    return response.clone({ headers });
  };

  return (context, next) =>
    defer(() => {
      const name = key?.(context) ?? '';
      return turn(name, () => next(context)).pipe(
        tap({
          next: ({ headers, status }) => learn(name, headers, status),
          error: (error: unknown) => {
            if (error instanceof HttpErrorResponse) learn(name, error.headers, error.status);
          },
        }),
        map((response) => tell(name, response)),
      );
    });
}

// What another limit of the page has added says nothing of the service.
function ofServer(headers: HttpHeaders): HttpHeaders {
  const said = headers.getAll('RateLimit');
  if (!said?.some((items) => OWN.test(items))) return headers;
  const others = said
    .join(', ')
    .split(/,\s*/)
    .filter((item) => !OWN.test(item));
  return others.length ? headers.set('RateLimit', others.join(', ')) : headers.delete('RateLimit');
}

/** How many could go at once now. */
function roomOf(limiter: RateLimiter, key: string, most: number): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (limiter.retryAfter(key, middle) === 0) low = middle;
    else high = middle - 1;
  }
  return low;
}
