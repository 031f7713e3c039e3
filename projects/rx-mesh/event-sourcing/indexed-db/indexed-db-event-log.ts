import type { Diagnostics } from 'rx-mesh/kernel';
import { Subject, map, merge, share } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import { eventsOf } from '../log/event-filter';
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
} from '../log/event-log';
import type { ExpectedVersion } from '../log/expected-version';
import { CommitQueue } from './commit-queue';
import {
  type CommitOrder,
  type CommitReader,
  carefulReaderOf,
  isUnreadable,
  readerOf,
} from './commit-readers';
import { LAST, type ReadPace, eachCommit, headOf, headOfAll } from './commit-reads';
import type { EventDatabase } from './event-database';
import type { EventHints } from './event-hints';
import { ALL, type StoredHead, envelopesOf, readCommit, readHead } from './stored-commit';
import { truncateSome } from './truncate-some';

const PAGE = 500;
const MOST_TOLD = 100;

/** A log in an IndexedDB of the origin, shared by its tabs: transactions that write are one after the other. */
export class IndexedDbEventLog implements EventLog {
  readonly name: string;
  readonly capabilities = {
    crossTab: true,
    crossClient: false,
    backwardRead: true,
    truncate: true,
  };
  readonly durability = 'browser';
  readonly hints$;
  readonly #database: EventDatabase;
  readonly #diagnostics: Diagnostics;
  readonly #queue: CommitQueue;
  readonly #told = new Set<number>();
  readonly #logPace: ReadPace = { average: 32 };
  readonly #streamPace: ReadPace = { average: 8 };

  constructor(database: EventDatabase, hints: EventHints, diagnostics: Diagnostics) {
    const own = new Subject<LogHint>();
    this.name = database.name;
    this.#database = database;
    this.#diagnostics = diagnostics;
    this.hints$ = merge(own, hints.heard(this.name).pipe(map(hintOf), share()));
    this.#queue = new CommitQueue(database, (position) => {
      own.next({ position });
      hints.tell(this.name, { position });
    });
  }

  async append(
    commit: NewCommit,
    expected: ExpectedVersion,
    options: LogAppendOptions = {},
  ): Promise<AppendResult> {
    return this.#queue.append(commit, expected, options);
  }

  async readStream(stream: string, range: StreamRange = {}): Promise<EventPage> {
    const { direction = 'forward', from, max = PAGE } = range;
    const order = { of: 'stream', stream, direction } as const;
    const isForward = direction === 'forward';
    const begin = isForward ? Math.max(1, from ?? 1) : (from ?? LAST);
    return this.#page(order, async (reader) => {
      const events: EventEnvelope[] = [];
      let [place, next] = [begin > 1 ? await reader.start(begin) : begin, begin];
      const end = await eachCommit(
        async (count) => reader.read(place, count),
        max,
        this.#streamPace,
        (found) => {
          const { first } = found as { readonly first: number };
          const commit = this.#eventsOf(found);
          // Behind the commit, in the direction of reading; a record that is none is passed by as well.
          place = isForward ? first + 1 : first - 1;
          for (const event of isForward ? commit : [...commit].reverse()) {
            const { version } = event;
            if ((isForward ? version < begin : version > begin) || events.length >= max) continue;
            events.push(event);
            next = isForward ? version + 1 : version - 1;
          }
          if (commit.length === 0 || isForward) next = isForward ? Math.max(next, place) : place;
          return max - events.length;
        },
      );
      return { events, next: Math.max(0, next), end };
    });
  }

  async readAll({ after = 0, max = PAGE, filter = {} }: LogRange = {}): Promise<EventPage> {
    const wants = eventsOf(filter);
    return this.#page({ of: 'log' }, async (reader) => {
      const events: EventEnvelope[] = [];
      let [place, next] = [after > 0 ? await reader.start(after) : 0, after];
      const end = await eachCommit(
        async (count) => reader.read(place, count),
        max,
        this.#logPace,
        (found) => {
          const { position } = found as { readonly position: number };
          place = position + 1;
          next = Math.max(next, position);
          for (const event of this.#eventsOf(found)) {
            if (event.position <= after || events.length >= max) continue;
            next = event.position;
            if (wants(event)) events.push(event);
          }
          return max - events.length;
        },
      );
      return { events, next, end };
    });
  }

  async #page(
    order: CommitOrder,
    work: (reader: CommitReader) => Promise<EventPage>,
  ): Promise<EventPage> {
    try {
      return await this.#database.within(['commits'], {}, async (transaction) =>
        work(readerOf(transaction, order)),
      );
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return work(carefulReaderOf(this.#database, order));
    }
  }

  async head(): Promise<LogHead> {
    return this.#database.within(['commits', 'heads'], {}, async (transaction) => {
      const { position, count } = await headOfAll(transaction);
      return { position, count };
    });
  }

  async streamHead(stream: string): Promise<StreamHead | undefined> {
    return this.#database.within(['commits', 'heads'], {}, async (transaction) => {
      const head = await headOf(transaction, stream);
      return head && streamHeadOf(head);
    });
  }

  async streams(after = '', max = PAGE): Promise<readonly StreamHead[]> {
    return this.#database.within(['heads'], {}, async (transaction) => {
      const range = IDBKeyRange.lowerBound(after, true);
      const found = await transaction.objectStore('heads').getAll(range, max + 1);
      const heads = found.map(readHead).filter((head) => head !== undefined);
      return heads
        .filter(({ stream }) => stream !== ALL)
        .slice(0, max)
        .map(streamHeadOf);
    });
  }

  async truncate(stream: string, range: TruncateRange): Promise<number> {
    let [removed, more] = [0, true];
    while (more) {
      // Not all in one: other writes of all tabs have to wait.
      const part = await this.#database.within(
        ['commits', 'heads'],
        { mode: 'readwrite' },
        async (transaction) => truncateSome(transaction, stream, range),
      );
      removed += part.removed;
      more = part.more;
    }
    return removed;
  }

  close(): void {
    this.#database.close();
  }

  #eventsOf(found: unknown): readonly EventEnvelope[] {
    const commit = readCommit(found);
    if (commit) return envelopesOf(commit);
    const { position } = found as { position: number };
    if (this.#told.has(position) || this.#told.size >= MOST_TOLD) return [];
    this.#told.add(position);
    this.#diagnostics.report({
      code: 'RXM506',
      severity: 'error',
      source: 'event-sourcing',
      message: `The record at position ${position} of the event log ${JSON.stringify(this.name)} is no commit, or cannot be read, and is left out. If something else writes to that IndexedDB, give withIndexedDb another name; else import a copy that was exported.`,
    });
    return [];
  }
}

function streamHeadOf({ stream, version, count, at }: StoredHead): StreamHead {
  return { stream, version, count, timestamp: at };
}

// Anybody of the origin can speak on the channel; whatever is said, it is a reason to look.
function hintOf(message: unknown): LogHint {
  const position: unknown =
    typeof message === 'object' && message !== null && 'position' in message
      ? message.position
      : undefined;
  return typeof position === 'number' && Number.isSafeInteger(position) ? { position } : {};
}
