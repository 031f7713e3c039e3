import { type Clock, InvalidOptionError, positive } from 'rx-mesh/kernel';
import { type Observable, timer } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import type { EventFilter } from '../log/event-filter';
import { type EventSource, checkPlace } from './event-reads';
import { type Flow, flowOf } from './flow';

/** What to replay. */
export interface ReplayOptions extends EventFilter {
  /** The time of the first event, included. @default the beginning */
  readonly from?: Date | undefined;
  /** The time of the last event, included. @default now */
  readonly to?: Date | undefined;
  /** The position behind which it begins. @default 0 */
  readonly after?: number | undefined;
  /**
   * How fast time passes, above 0: 1 as it did, 10 ten times as fast; a pause is at most 24 days. @default no pauses
   */
  readonly pace?: number | undefined;
}

const LONGEST = 2_147_483_647; // ms

/**
 * Events by position, those of a range of time: a wall clock that was put back makes times that are in no order, so every
 * event up to the end is looked at. Completes at what was the end when it began.
 */
export function replayOf(
  source: EventSource,
  { from, to, after = 0, pace }: ReplayOptions,
  clock: Clock,
): Observable<EventEnvelope> {
  return flowOf(async (flow) => {
    const [begin, end] = [timeOf('from', from, -Infinity), timeOf('to', to, Infinity)];
    const expected = pace === undefined ? undefined : positive(pace);
    if (expected) throw new InvalidOptionError('ReplayOptions.pace', pace, expected);
    let [place, last, isOver] = [after, NaN, false];
    checkPlace('ReplayOptions.after', after);
    const stop = await source.end();
    while (!isOver && place < stop && !flow.ended()) {
      const page = await source.read(place);
      for (const event of page.events) {
        if (flow.ended() || event.position > stop) return;
        const { timestamp } = event;
        if (timestamp < begin || timestamp > end) continue;
        if (pace !== undefined && timestamp > last) {
          await rest(flow, (timestamp - last) / pace, clock);
        }
        last = timestamp;
        flow.next(event);
      }
      place = page.next;
      isOver = page.end;
    }
  });
}

async function rest(flow: Flow<EventEnvelope>, wait: number, clock: Clock): Promise<void> {
  await flow.until(timer(Math.min(LONGEST, wait), clock.scheduler));
}

function timeOf(name: string, date: Date | undefined, otherwise: number): number {
  const time = date?.getTime() ?? otherwise;
  if (!Number.isNaN(time)) return time;
  throw new InvalidOptionError(`ReplayOptions.${name}`, date, 'a valid date');
}
