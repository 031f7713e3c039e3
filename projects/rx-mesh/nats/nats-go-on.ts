import type { Clock } from 'rx-mesh/kernel';
import { type MonoTypeOperatorFunction, repeat, retry, switchMap, throwError, timer } from 'rxjs';
import type { NatsConnection } from './nats-connection';
import { isNatsRequestError } from './nats-errors';
import { natsError } from './nats-failure';

/** Between two tries, in milliseconds. */
const PAUSE = 1000;

/**
 * Reads on where something that is read without end has ended, or failed in a way that passes: after a pause, and as soon as
 * there is a connection. Ends with the application.
 *
 * @param patience How long a stream may be missing, in milliseconds. @default not at all
 */
export function goOn<T>(
  nats: NatsConnection,
  clock: Clock,
  patience = 0,
): MonoTypeOperatorFunction<T> {
  const again = () => timer(PAUSE, clock.scheduler).pipe(switchMap(() => nats.whenConnected$));
  return (source) =>
    source.pipe(
      repeat({ delay: again }),
      retry({
        resetOnSuccess: true,
        delay: (cause: unknown, tries) => {
          const error = natsError(cause, 'read on');
          const failure = isNatsRequestError(error) ? error.failure : undefined;
          const isMissing = failure === 'no-jetstream' || failure === 'not-found';
          return failure === 'timeout' || (isMissing && tries * PAUSE < patience)
            ? again()
            : throwError(() => error);
        },
      }),
    );
}
