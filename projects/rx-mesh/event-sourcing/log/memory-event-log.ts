import { createOptions, positiveInteger } from 'rx-mesh/kernel';
import { Subject } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import { EventLogFullError } from '../event-sourcing-errors';
import { type EventPlace, checkIds, checkVersion } from './append-check';
import { eventsOf } from './event-filter';
import type {
  AppendResult,
  EventLog,
  EventPage,
  LogAppendOptions,
  LogHead,
  LogHint,
  LogRange,
  NewCommit,
  StreamHead,
  StreamRange,
  TruncateRange,
} from './event-log';
import type { ExpectedVersion } from './expected-version';

/** Options of {@link memoryEventLog}. */
export interface MemoryEventLogOptions {
  /** The name, not empty. @default 'memory' */
  readonly name?: string | undefined;
  /** The most events that it keeps, at least 1; an append beyond it is an `EventLogFullError`. @default 1000000 */
  readonly maxEvents?: number | undefined;
}

interface MemoryValues {
  readonly name: string;
  readonly maxEvents: number;
}

const MEMORY = /* @__PURE__ */ createOptions<MemoryValues>(
  'MemoryEventLogOptions',
  { name: 'memory', maxEvents: 1_000_000 },
  {
    name: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
    maxEvents: positiveInteger,
  },
);

// How many events that nobody wants are looked at for one page.
const LOOKED_AT = 10_000;
const PAGE = 500;

/**
 * A log in memory, for servers and tests: hand the same one to several applications, and they are tabs of one origin.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const log = memoryEventLog();
 * TestBed.configureTestingModule({ providers: [{ provide: EVENT_LOG, useValue: log }] });
 * ```
 */
export function memoryEventLog(options: MemoryEventLogOptions = {}): EventLog {
  return new MemoryEventLog(MEMORY.resolve(options));
}

interface MemoryStream {
  version: number;
  timestamp: number;
  events: EventEnvelope[];
}

class MemoryEventLog implements EventLog {
  readonly name: string;
  readonly capabilities = {
    crossTab: false,
    crossClient: false,
    backwardRead: true,
    truncate: true,
  };
  readonly durability = 'memory';
  readonly #hints = new Subject<LogHint>();
  readonly hints$ = this.#hints.asObservable();
  readonly #maxEvents: number;
  readonly #streams = new Map<string, MemoryStream>();
  readonly #places = new Map<string, EventPlace>();
  #all: EventEnvelope[] = [];
  #position = 0;

  constructor({ name, maxEvents }: MemoryValues) {
    this.name = name;
    this.#maxEvents = maxEvents;
  }

  async append(
    commit: NewCommit,
    expected: ExpectedVersion,
    { skipTo = 1 }: LogAppendOptions = {},
  ): Promise<AppendResult> {
    // Everything up to the end happens at once, so nobody comes in between.
    const result = this.#append(commit, expected, skipTo);
    if (result.count > 0 && !result.duplicate) this.#hints.next({ position: result.position });
    return Promise.resolve(result);
  }

  #append({ stream, events, timestamp }: NewCommit, expected: ExpectedVersion, skipTo: number) {
    const known = this.#streams.get(stream);
    const current = Math.max(known?.version ?? 0, skipTo - 1);
    const question = { stream, ids: events.map(({ id }) => id), expected, current };
    const verdict = checkVersion(question);
    const earlier =
      events.length > 0 &&
      checkIds(
        question,
        verdict,
        question.ids.map((id) => this.#places.get(id)),
      );
    if (earlier) return earlier;
    const result = { stream, count: events.length, duplicate: false };
    if (events.length === 0) return { ...result, version: current, position: this.#position };
    if (this.#all.length + events.length > this.#maxEvents) throw new EventLogFullError(this.name);
    const entry = known ?? { version: 0, timestamp, events: [] };
    this.#streams.set(stream, entry);
    entry.version = current;
    entry.timestamp = timestamp;
    for (const event of events) {
      const [version, position] = [++entry.version, ++this.#position];
      const stored = Object.freeze({ ...event, stream, version, position, timestamp });
      entry.events.push(stored);
      this.#all.push(stored);
      this.#places.set(event.id, { stream, version, position });
    }
    return { ...result, version: entry.version, position: this.#position };
  }

  async readStream(
    stream: string,
    { direction = 'forward', from, max = PAGE }: StreamRange = {},
  ): Promise<EventPage> {
    const all = this.#streams.get(stream)?.events ?? [];
    if (direction === 'forward') {
      const start = placeOf(all, (event) => event.version >= (from ?? 0));
      const events = all.slice(start, start + max);
      const next = (events.at(-1)?.version ?? (from ?? 1) - 1) + 1;
      return Promise.resolve({ events, next, end: start + max >= all.length });
    }
    const stop = placeOf(all, (event) => event.version > (from ?? Infinity));
    const events = all.slice(Math.max(0, stop - max), stop).reverse();
    const next = Math.max(0, (events.at(-1)?.version ?? 1) - 1);
    return Promise.resolve({ events, next, end: stop <= max });
  }

  async readAll({ after = 0, max = PAGE, filter = {} }: LogRange = {}): Promise<EventPage> {
    const wants = eventsOf(filter);
    const events: EventEnvelope[] = [];
    const start = placeOf(this.#all, ({ position }) => position > after);
    const stop = Math.min(this.#all.length, start + LOOKED_AT);
    let at = start;
    while (at < stop && events.length < max) {
      const event = this.#all[at++];
      if (event && wants(event)) events.push(event);
    }
    const next = Math.max(after, this.#all[at - 1]?.position ?? 0);
    return Promise.resolve({ events, next, end: at >= this.#all.length });
  }

  async head(): Promise<LogHead> {
    return Promise.resolve({ position: this.#position, count: this.#all.length });
  }

  async streamHead(stream: string): Promise<StreamHead | undefined> {
    const found = this.#streams.get(stream);
    return Promise.resolve(found && headOf(stream, found));
  }

  async streams(after = '', max = PAGE): Promise<readonly StreamHead[]> {
    const heads = Array.from(this.#streams, ([name, stream]) => headOf(name, stream));
    return Promise.resolve(
      heads
        .filter(({ stream }) => stream > after)
        .sort((a, b) => (a.stream < b.stream ? -1 : 1))
        .slice(0, max),
    );
  }

  async truncate(
    stream: string,
    { before = 0, olderThan = -Infinity }: TruncateRange,
  ): Promise<number> {
    const found = this.#streams.get(stream);
    if (!found) return Promise.resolve(0);
    // One by one: a wall clock may go back, so times are in no order.
    const stays = found.events.findIndex(
      ({ version, timestamp }) => version >= before && timestamp >= olderThan,
    );
    const gone = new Set(found.events.splice(0, stays < 0 ? found.events.length : stays));
    for (const { id } of gone) this.#places.delete(id);
    if (gone.size > 0) this.#all = this.#all.filter((event) => !gone.has(event));
    return Promise.resolve(gone.size);
  }

  readonly close = (): void => undefined;
}

function headOf(stream: string, { version, timestamp, events }: MemoryStream): StreamHead {
  return { stream, version, count: events.length, timestamp };
}

/** The first place from which on something holds; the end, when it holds nowhere. */
function placeOf(
  events: readonly EventEnvelope[],
  holds: (event: EventEnvelope) => boolean,
): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event && holds(event)) high = middle;
    else low = middle + 1;
  }
  return low;
}
