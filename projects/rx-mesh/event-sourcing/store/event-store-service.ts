import { Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, PAGE_STATE, RANDOM } from 'rx-mesh/kernel';
import { type Observable, type ObservableInput, defer, filter, map, share, tap } from 'rxjs';
import type { EventEnvelope, NewEvent } from '../event-envelope';
import { EVENT_SOURCING } from '../event-sourcing-options';
import type { EventFilter } from '../log/event-filter';
import type { AppendResult, LogHead, StreamHead, StreamRange } from '../log/event-log';
import { EVENT_LOG } from '../log/event-log-token';
import { checkExpected } from '../log/expected-version';
import { exportedText } from '../ndjson/export-ndjson';
import { type ImportReport, type NdjsonSource, importedText } from '../ndjson/import-ndjson';
import { UPCASTERS } from '../upcasters';
import { type EventBatch, type EventFeedItem, type FeedPorts, eventFeed } from './event-feed';
import { EventReads, checkMax, checkPlace } from './event-reads';
import { EventRetention } from './event-retention';
import { flowOf } from './flow';
import {
  type AppendOptions,
  EVENT_CONTEXT,
  type PreparePorts,
  prepareEvents,
} from './prepare-events';
import { type ReplayOptions, replayOf } from './replay';
import { type LoadedState, type StateFold, StateLoader } from './state-loader';

/** Where a subscription begins. */
export interface SubscribeOptions {
  /** The place behind which it begins: a position, of one stream a version; `'end'` for what is new. @default 0 */
  readonly after?: number | 'end' | undefined;
}

/** Which events of the log to read. */
export interface ReadAllOptions extends EventFilter {
  /** The position behind which it begins. @default 0 */
  readonly after?: number | undefined;
  /** The most events. @default all */
  readonly max?: number | undefined;
}

/**
 * The event store of the application: streams of events that are appended and never changed, over {@link EVENT_LOG}.
 *
 * Every method gives a cold stream: nothing happens before somebody subscribes, nothing goes on after the last one leaves,
 * and what goes wrong is an error of the stream, never thrown. Reads hold one page in memory.
 *
 * @usageNotes
 * ```ts
 * const store = inject(EventStoreService);
 * store.appendToStream('order-1', { type: 'OrderPlaced', data: { total: 7 } }, { expected: 'no-stream' }).subscribe();
 * store.subscribeToAll().subscribe((item) => item.type === 'event' && show(item.event));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class EventStoreService {
  private readonly log = inject(EVENT_LOG);
  private readonly clock = inject(CLOCK);
  private readonly values = inject(EVENT_SOURCING.token);
  private readonly retention = inject(EventRetention);
  private readonly loader = inject(StateLoader);
  private readonly upcasters = inject(UPCASTERS);
  private readonly preparing: PreparePorts = {
    values: this.values,
    ids: inject(ID_GENERATOR),
    upcasters: this.upcasters,
    context: inject(EVENT_CONTEXT),
  };
  private readonly reads = new EventReads(this.log, this.upcasters, this.values.pageSize);
  private readonly ports: FeedPorts = {
    hints$: this.log.hints$,
    clock: this.clock,
    page: inject(PAGE_STATE),
    random: inject(RANDOM),
    diagnostics: inject(DIAGNOSTICS),
    pollInterval: this.values.pollInterval,
  };

  /**
   * Every event from the first subscriber on, of all streams and all tabs, in order. Shared; never errors: an event that no
   * upcaster can read is left out, and told as RXM509.
   */
  readonly all$: Observable<EventEnvelope> = defer(() =>
    eventFeed(this.reads.sound(this.ports.diagnostics), 'end', this.ports),
  ).pipe(
    filter((item) => item.type === 'event'),
    map(({ event }) => event),
    share(),
  );

  /**
   * Appends events as one. A call is one append, however often it is subscribed: ids are given when it is made, so a
   * `retry` never stores twice. What has begun is not undone by unsubscribing. Fails with `InvalidEventError`,
   * `WrongExpectedVersionError`, `DuplicateEventIdError`, `EventLogFullError`, `EventLogBlockedError`,
   * `EventLogUnavailableError` (then nobody knows, and it should be retried) or `InvalidOptionError`.
   */
  appendToStream(
    stream: string,
    events: NewEvent | readonly NewEvent[],
    options: AppendOptions = {},
  ): Observable<AppendResult> {
    const { expected = 'any', durability = this.values.durability } = options;
    const prepared = attempt(() => {
      checkExpected(expected);
      const list = isList(events) ? events : [events];
      return prepareEvents(stream, list, options, this.preparing);
    });
    return defer(async () => {
      const commit = { stream, events: prepared(), timestamp: this.clock.now() };
      return this.log.append(commit, expected, { durability });
    }).pipe(tap(() => this.retention.grown(stream)));
  }

  /** The events of a stream, in either direction; completes at its end. */
  readStream(stream: string, range: StreamRange = {}): Observable<EventEnvelope> {
    return flowOf(async (flow) => {
      let [left, from, isOver] = [range.max ?? Infinity, range.from, false];
      checkMax('StreamRange.max', left, 1);
      if (from !== undefined) checkPlace('StreamRange.from', from);
      while (!isOver && left > 0 && !flow.ended()) {
        const page = await this.reads.streamPage(stream, { ...range, from, max: left });
        for (const event of page.events) flow.next(event);
        left -= page.events.length;
        from = page.next;
        isOver = page.end;
      }
    });
  }

  /** The events of all streams by position, or those that are wanted; completes at the end of the log. */
  readAll({
    after = 0,
    max = Infinity,
    ...wanted
  }: ReadAllOptions = {}): Observable<EventEnvelope> {
    return flowOf(async (flow) => {
      checkPlace('ReadAllOptions.after', after);
      checkMax('ReadAllOptions.max', max, 0);
      const source = this.reads.log(wanted);
      let [left, place, isOver] = [max, after, false];
      while (!isOver && left > 0 && !flow.ended()) {
        const page = await source.read(place);
        for (const event of page.events.slice(0, left)) flow.next(event);
        left -= page.events.length;
        place = page.next;
        isOver = page.end;
      }
    });
  }

  /**
   * The events of a stream, those there are and those that come, without a gap and without a duplicate. Completes only on a
   * server, once it has caught up. Errors only with an `UpcasterError`: a log that cannot be read is told once as RXM509, and
   * tried again; so is one of this device that was cleared, which is followed from its beginning.
   */
  subscribeToStream(
    stream: string,
    { after = 0 }: SubscribeOptions = {},
  ): Observable<EventFeedItem> {
    return eventFeed(this.reads.stream(stream), after, this.ports);
  }

  /** The events of all streams, as {@link EventStoreService.subscribeToStream} has those of one. */
  subscribeToAll(options: SubscribeOptions & EventFilter = {}): Observable<EventFeedItem> {
    const { after = 0, ...wanted } = options;
    return eventFeed(this.reads.log(wanted), after, this.ports);
  }

  /**
   * Hands the events of all streams over page by page, and reads the next page when the last one is handled: for work that
   * takes its time. Emits `caught-up` and `fell-behind` only. When the work fails, so does the stream.
   */
  consumeAll(
    options: SubscribeOptions & EventFilter,
    handle: (batch: EventBatch) => ObservableInput<unknown>,
  ): Observable<EventFeedItem> {
    const { after = 0, ...wanted } = options;
    return eventFeed(this.reads.log(wanted), after, this.ports, handle);
  }

  /** Events of a range of time once more, by position, and as fast as is wanted. Completes. */
  replay(options: ReplayOptions = {}): Observable<EventEnvelope> {
    const { stream, category, types } = options;
    return replayOf(this.reads.log({ stream, category, types }), options, this.clock);
  }

  /** The state of a stream: its events folded, from the newest snapshot on. Emits once and completes. */
  load<S>(stream: string, fold: StateFold<S>): Observable<LoadedState<S>> {
    return this.loader.load(stream, fold);
  }

  /** What is known of the log. */
  head(): Observable<LogHead> {
    return defer(async () => this.log.head());
  }

  /** What is known of a stream; `undefined` when there was none ever. */
  streamHead(stream: string): Observable<StreamHead | undefined> {
    return defer(async () => this.log.streamHead(stream));
  }

  /** What is known of each stream, by name; completes. */
  streams(): Observable<StreamHead> {
    return flowOf(async (flow) => {
      let heads = await this.log.streams();
      while (heads.length > 0 && !flow.ended()) {
        for (const head of heads) flow.next(head);
        heads = await this.log.streams(heads.at(-1)?.stream);
      }
    });
  }

  /** Removes what the retention of `withEventSourcing` does not keep. Emits how many events, and completes. */
  prune(): Observable<number> {
    return this.retention.prune();
  }

  /**
   * The events as lines of JSON, with a line of their SHA-256 after each block, in chunks that are to be written one after
   * the other. Fails with an `EventTransferError` where the page has no cryptography (no HTTPS).
   */
  exportNdjson(
    options: EventFilter & { readonly after?: number | undefined } = {},
  ): Observable<string> {
    return exportedText(this.log, options);
  }

  /**
   * Stores events that were exported, with their ids, versions and times; positions are given anew. What is there already is
   * not stored twice. Emits how far it is after each block. Fails with an `EventTransferError` that names the line.
   */
  importNdjson(source: NdjsonSource): Observable<ImportReport> {
    return importedText(this.log, source, this.values);
  }
}

// What it throws now, it throws whoever asks later.
function attempt<T>(work: () => T): () => T {
  try {
    const done = work();
    return () => done;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function isList(events: NewEvent | readonly NewEvent[]): events is readonly NewEvent[] {
  return Array.isArray(events);
}
