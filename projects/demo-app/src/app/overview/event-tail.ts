import {
  type EventEnvelope,
  type EventFeedItem,
  type EventLog,
  type EventStoreService,
} from 'rx-mesh/event-sourcing';
import {
  EMPTY,
  type Observable,
  catchError,
  defer,
  map,
  of,
  scan,
  startWith,
  switchMap,
} from 'rxjs';
import { type EventRow } from '../ui/event-table';
import { formatTime } from '../ui/format';

/** The end of the log. */
export interface EventTail {
  /** Whether all that was there has been read. */
  readonly live: boolean;
  /** The last one first. */
  readonly events: readonly EventEnvelope[];
}

const START: EventTail = { live: false, events: [] };

/**
 * The last events of all streams, and those that come, while it is subscribed. It begins shortly before the end: a log of
 * thousands costs as little as one of ten.
 */
export function eventTail(
  log: Pick<EventLog, 'head'>,
  store: Pick<EventStoreService, 'subscribeToAll'>,
  most: number,
): Observable<EventTail> {
  return defer(async () => log.head()).pipe(
    map(({ position }) => Math.max(0, position - most)),
    // A log that cannot be read yet is tried again by the feed.
    catchError(() => of(0)),
    switchMap((after) => store.subscribeToAll({ after })),
    scan((tail, item) => tailAfter(tail, item, most), START),
    startWith(START),
    // An event that nobody can read ends the feed; what came before stays.
    catchError(() => EMPTY),
  );
}

/** The end of the log after one more item. */
export function tailAfter(tail: EventTail, item: EventFeedItem, most: number): EventTail {
  if (item.type !== 'event') return { ...tail, live: item.type === 'caught-up' };
  const { event } = item;
  // A log that was cleared begins anew.
  const known = event.position > (tail.events[0]?.position ?? 0) ? tail.events : [];
  return { ...tail, events: [event, ...known].slice(0, most) };
}

/** The lines of the table. */
export function eventRows(events: readonly EventEnvelope[]): readonly EventRow[] {
  return events.map(({ metadata, position, stream, timestamp, type, version }) => ({
    position,
    stream,
    version,
    type,
    time: formatTime(new Date(timestamp)),
    correlation: metadata.correlationId ?? '–',
  }));
}
