import {
  type Clock,
  type Diagnostics,
  type PageState,
  type RandomSource,
  backoffDelays,
  exponentialBackoff,
  isServer,
} from 'rx-mesh/kernel';
import { type Observable, type ObservableInput, Subject, filter, merge, tap, timer } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import { isUpcasterError } from '../event-sourcing-errors';
import type { EventPage, LogHint } from '../log/event-log';
import { type EventSource, checkPlace } from './event-reads';
import { reportAside } from './event-reports';
import { type Flow, flowOf } from './flow';

/**
 * What a subscription tells. `event`: the next event; `caught-up`: there was nothing more when it looked, so what comes is
 * new; `fell-behind`: more has come than it could take at once, so what comes is late, until it has caught up again. `after`
 * is how far it has got: the position, or of one stream the version; a later subscription can begin there.
 */
export type EventFeedItem =
  | { readonly type: 'event'; readonly event: EventEnvelope }
  | { readonly type: 'caught-up'; readonly after: number }
  | { readonly type: 'fell-behind'; readonly after: number };

/** Events that are handled as one. */
export interface EventBatch {
  /** The events, at least one, in order. */
  readonly events: readonly EventEnvelope[];
  /** How far that gets: the position, or of one stream the version. */
  readonly after: number;
  /** Whether they came before the subscription had caught up for the first time. */
  readonly isReplay: boolean;
}

/** What a subscription stands on. */
export interface FeedPorts {
  readonly hints$: Observable<LogHint>;
  readonly clock: Clock;
  readonly page: PageState;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
  readonly pollInterval: number;
}

/**
 * Reads a source up to its end, and goes on as it grows. Hints only wake it: events come from reads alone, each behind the
 * last, so none is missed and none comes twice. A read that fails is tried again from the same place. A log that was cleared
 * is followed from its beginning. On a server it completes once it has caught up.
 *
 * @param start The place behind which it begins; `'end'` for what is new.
 * @param handle Handles a page before the next one is read; when it fails, so does the stream. Without it events are items.
 */
export function eventFeed(
  source: EventSource,
  start: number | 'end',
  ports: FeedPorts,
  handle?: (batch: EventBatch) => ObservableInput<unknown>,
): Observable<EventFeedItem> {
  return flowOf(async (flow) => {
    if (start !== 'end') checkPlace('SubscribeOptions.after', start);
    return new Feed(source, start, ports, flow).run(handle);
  });
}

class Feed {
  readonly #source: EventSource;
  readonly #ports: FeedPorts;
  readonly #flow: Flow<EventFeedItem>;
  readonly #woken = new Subject<void>();
  readonly #start: number | 'end';
  #place = 0;
  #hints = 0;
  #newest = 0;
  #isFirst = true;
  #isInDoubt = false;
  #failures: Generator<number, never> | undefined;

  constructor(
    source: EventSource,
    start: number | 'end',
    ports: FeedPorts,
    flow: Flow<EventFeedItem>,
  ) {
    this.#source = source;
    this.#start = start;
    this.#ports = ports;
    this.#flow = flow;
  }

  async run(handle?: (batch: EventBatch) => ObservableInput<unknown>): Promise<void> {
    const flow = this.#flow;
    let [isLive, isReplay] = [false, true];
    // Before the first read: what is appended while it runs is then read once more.
    if (!isServer()) this.#listen();
    while (!flow.ended()) {
      const hints = this.#hints;
      const page = await this.#read();
      if (flow.ended()) return;
      if (!page) continue;
      if (isLive && !page.end) {
        isLive = false;
        flow.next({ type: 'fell-behind', after: this.#place });
      }
      const { events, next: after } = page;
      if (!handle) this.#emit(events);
      else if (events.length > 0) await flow.finish(handle({ events, after, isReplay }));
      if (this.#flow.ended()) return;
      this.#place = after;
      if (!page.end) continue;
      if (!isLive) flow.next({ type: 'caught-up', after });
      [isLive, isReplay] = [true, false];
      if (isServer()) return;
      if (this.#hints === hints) await flow.until(merge(this.#woken, this.#polls()));
    }
  }

  #emit(events: readonly EventEnvelope[]): void {
    for (const event of events) {
      if (this.#flow.ended()) return;
      this.#flow.next({ type: 'event', event });
    }
  }

  /** The next page; nothing, when it could not be read, and some time has passed. */
  async #read(): Promise<EventPage | undefined> {
    try {
      if (this.#isFirst) await this.#begin();
      else if (this.#isInDoubt) await this.#lookBack();
      const page = await this.#source.read(this.#place);
      this.#failures = undefined;
      return page;
    } catch (error) {
      // That is no fault of the log, and would come again each time.
      if (isUpcasterError(error)) throw error;
      await this.#rest(error);
      return undefined;
    }
  }

  async #begin(): Promise<void> {
    const end = this.#start === 0 ? 0 : await this.#source.end();
    this.#place = this.#start === 'end' ? end : this.#start;
    if (this.#place > end) {
      this.#report(
        `A subscription begins at ${this.#place}, but the event log ends at ${end}: it is another log, such as after the data of the site were cleared. Begin at 0, else events are missed.`,
      );
    }
    this.#isFirst = false;
  }

  /** Begins anew, when the log has: all that is in it is new then. */
  async #lookBack(): Promise<void> {
    const end = this.#source.isLocal ? await this.#source.end() : Infinity;
    this.#isInDoubt = false;
    if (end >= this.#place) return;
    this.#report(
      `A subscription had got to ${this.#place}, but the event log ends at ${end}: it was cleared, such as with the data of the site. The subscription goes on from its beginning.`,
    );
    this.#place = 0;
  }

  async #rest(cause: unknown): Promise<void> {
    const { random, clock } = this.#ports;
    if (!this.#failures) {
      this.#failures = backoffDelays(BACKOFF(), random);
      this.#report(
        'A subscription could not read the event log. It tries again from where it stood, so no event is lost.',
        cause,
      );
    }
    await this.#flow.until(timer(this.#failures.next().value, clock.scheduler));
  }

  #report(message: string, cause?: unknown): void {
    reportAside(this.#ports.diagnostics, message, cause);
  }

  #listen(): void {
    const wake = ({ position = 0 }: LogHint): void => {
      this.#hints++;
      // Hints of several tabs may overtake each other; or the log was cleared.
      if (position < this.#newest) this.#isInDoubt = true;
      this.#newest = position;
      this.#woken.next();
    };
    this.#flow.keep(this.#ports.hints$.pipe(tap(wake)));
  }

  #polls(): Observable<unknown> {
    const { pollInterval, clock, page } = this.#ports;
    return timer(pollInterval, pollInterval, clock.scheduler).pipe(
      filter(() => !page.hidden),
      tap(() => (this.#isInDoubt = true)),
    );
  }
}

const BACKOFF = () => exponentialBackoff({ initial: 500, max: 30_000, jitter: 'equal' });
