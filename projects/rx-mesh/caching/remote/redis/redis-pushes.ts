import { type RandomSource, exponentialBackoff, isServer } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  type ObservableInput,
  catchError,
  connect,
  defer,
  ignoreElements,
  map,
  merge,
  retry,
  share,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import { isRemoteCacheError } from '../../cache-errors';
import type { RedisDialect, RedisPush } from './redis-dialect';
import { type RedisPorts, eachText, exchange, redisError, statusError } from './redis-exchange';

const RECONNECT = /* @__PURE__ */ exponentialBackoff({ initial: 500, max: 30_000, jitter: 'equal' }); // prettier-ignore

/**
 * All messages on the channels of the application, by one stream that is opened anew when it breaks off or falls silent. One for
 * all channels: a browser has six connections to a host, and Webdis takes one pattern for each. Errors only when Redis does not
 * allow it.
 *
 * @param ping Says something on one of these channels.
 * @param resumed Told when the stream stands again after an interruption.
 */
export function redisPushes(
  ports: RedisPorts,
  dialect: RedisDialect,
  random: RandomSource,
  ping: () => ObservableInput<unknown>,
  resumed: () => void,
): Observable<RedisPush> {
  const { scheduler } = ports.clock;
  const { prefix, heartbeat, timeout } = ports.options;
  const read = async (
    response: Response,
    sink: { next(push: RedisPush): void },
    inTime: () => void,
  ): Promise<never> => {
    if (response.status !== 200) throw statusError(response.status);
    const pushesOf = dialect.reader();
    await eachText(response, (part) => {
      for (const push of pushesOf(part)) {
        inTime();
        sink.next(push);
      }
    });
    throw redisError('unreachable', 'the subscription has ended');
  };
  // Webdis does not tell when it has lost Redis. All clients hear the ping of one, so there is about one for all.
  const watch = (): Observable<never> =>
    timer(heartbeat * (1 + random.next() / 5), scheduler).pipe(
      switchMap(ping),
      catchError((error: unknown) => {
        if (!isRefused(error)) throw error;
        // It may listen, but say nothing.
        return EMPTY;
      }),
      switchMap(() => timer(timeout, scheduler)),
      map(() => {
        throw redisError('timeout', 'the subscription is silent');
      }),
    );
  return defer(() => {
    let isInterrupted = false;
    if (isServer()) return EMPTY;
    return exchange<RedisPush>(ports, dialect.listen(ports, `${prefix}:*`), read).pipe(
      connect((pushes$) => merge(pushes$, pushes$.pipe(switchMap(watch), ignoreElements()))),
      tap(() => {
        if (isInterrupted) resumed();
        isInterrupted = false;
      }),
      retry({
        resetOnSuccess: true,
        delay: (error: unknown, count) => {
          if (isRefused(error)) throw error;
          isInterrupted = true;
          return timer(RECONNECT(count - 1, random, 0), scheduler);
        },
      }),
    );
  }).pipe(share());
}

function isRefused(error: unknown): boolean {
  return isRemoteCacheError(error) && error.failure === 'refused';
}
