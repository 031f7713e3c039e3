import {
  type Clock,
  type Diagnostics,
  type Leadership,
  type PageState,
  type RandomSource,
  backoffDelays,
  exponentialBackoff,
  isInvalidOptionError,
  isServer,
} from 'rx-mesh/kernel';
import { type Observable, Subject, filter, merge, tap, timer } from 'rxjs';
import type { EventLog } from '../log/event-log';
import type { FeedPorts } from '../store/event-feed';
import { reportAside } from '../store/event-reports';
import { type Flow, flowOf } from '../store/flow';
import type { UpcasterChain } from '../upcasters';
import {
  isCheckpointMovedError,
  isProjectionFailedError,
  isReadModelConflictError,
} from './projection-errors';
import type { ReadModelStorage } from './read-model-storage';

/** What projections stand on. */
export interface ProjectionPorts extends FeedPorts {
  readonly log: EventLog;
  readonly storage: ReadModelStorage;
  readonly upcasters: UpcasterChain;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly page: PageState;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
  readonly pageSize: number;
}

/** The waits after failures of a storage. */
export function waitsOf(random: RandomSource): Generator<number, never> {
  return backoffDelays(exponentialBackoff({ initial: 500, max: 30_000, jitter: 'equal' }), random);
}

/** Whether somebody else was faster: then what is stored has to be read again. */
export function isOvertaken(error: unknown): boolean {
  return isCheckpointMovedError(error) || isReadModelConflictError(error);
}

/**
 * Repeats work until it is done: at once when somebody else was faster, with longer and longer waits when that goes on, or
 * when a storage fails, which is told once. That a projection stops, or cannot begin, is passed on.
 *
 * @param name The name of the projection, for what is told.
 * @param work Is told how to say that it has got on; then waits are short again.
 */
export async function persistently<T>(
  flow: Pick<Flow<unknown>, 'ended' | 'until'>,
  { random, clock, diagnostics }: ProjectionPorts,
  name: string,
  work: (gotOn: () => void) => Promise<T>,
): Promise<T | undefined> {
  let waits: Generator<number, never> | undefined;
  let [isTold, isFirst] = [false, true];
  const gotOn = (): void => {
    waits = undefined;
    [isTold, isFirst] = [false, true];
  };
  while (!flow.ended()) {
    try {
      return await work(gotOn);
    } catch (error) {
      if (isProjectionFailedError(error) || isInvalidOptionError(error)) throw error;
      const isAtOnce = isOvertaken(error) && isFirst;
      isFirst = false;
      if (isAtOnce) continue;
      if (!isOvertaken(error) && !isTold) {
        isTold = true;
        const message = `Projection ${JSON.stringify(name)} cannot use its storage. It tries again from where it stood, so no event is lost.`;
        reportAside(diagnostics, message, error);
      }
      waits ??= waitsOf(random);
      await flow.until(timer(waits.next().value, clock.scheduler));
    }
  }
  return undefined;
}

/**
 * What a read gives, now and whenever something may have changed: whoever wakes it, another tab, or the look that is taken
 * every now and then. Reads are one after the other. On a server it completes after the first.
 *
 * @param isSame Whether a value is not worth telling after another one.
 */
export function followed<T>(
  ports: ProjectionPorts,
  name: string,
  wake$: Observable<unknown>,
  read: () => Promise<T>,
  isSame: (before: T, now: T) => boolean,
): Observable<T> {
  return flowOf<T>(async (flow) => {
    const woken = new Subject<void>();
    let [wakes, last] = [0, [] as readonly T[]];
    const wake = (): void => {
      wakes++;
      woken.next();
    };
    if (!isServer()) flow.keep(wake$.pipe(tap(wake)));
    while (!flow.ended()) {
      const before = wakes;
      const found = await persistently(flow, ports, name, async () => [await read()] as const);
      if (flow.ended() || !found) return;
      if (!last.some((value) => isSame(value, found[0]))) flow.next(found[0]);
      last = found;
      if (isServer()) return;
      if (wakes === before) await flow.until(merge(woken, looks(ports)));
    }
  });
}

function looks({ pollInterval, clock, page }: ProjectionPorts): Observable<unknown> {
  return timer(pollInterval, pollInterval, clock.scheduler).pipe(filter(() => !page.hidden));
}
