import type { Diagnostics } from 'rx-mesh/kernel';
import { Subject, map, merge, share } from 'rxjs';
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
import { type PageParts, logPage, streamPage } from './commit-pages';
import { CommitQueue } from './commit-queue';
import {
  type CommitOrder,
  type CommitReader,
  carefulReaderOf,
  isUnreadable,
  readerOf,
} from './commit-readers';
import { type ReadPace, headOf, headOfAll } from './commit-reads';
import type { EventDatabase } from './event-database';
import type { EventHints } from './event-hints';
import { ALL, type StoredCommit, type StoredHead, readCommit, readHead } from './stored-commit';
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
  readonly #logPace: ReadPace = { wanted: 32, all: 100 };
  readonly #streamPace: ReadPace = { wanted: 32, all: 100 };

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
    return this.#page({ of: 'stream', stream, direction }, async (reader) =>
      streamPage(this.#parts(reader, this.#streamPace), direction, from, max),
    );
  }

  async readAll({ after = 0, max = PAGE, filter = {} }: LogRange = {}): Promise<EventPage> {
    return this.#page({ of: 'log' }, async (reader) =>
      logPage(this.#parts(reader, this.#logPace), after, max, filter),
    );
  }

  #parts(reader: CommitReader, pace: ReadPace): PageParts {
    return { reader, pace, commitOf: (found) => this.#commitOf(found) };
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
      const heads: StreamHead[] = [];
      let [last, isOver] = [after, false];
      // Again, when some of them are broken: none at all would be the end.
      while (!isOver && heads.length < max) {
        const range = IDBKeyRange.bound(last, [], true, true);
        const found = await transaction.objectStore('heads').getAll(range, max + 1);
        for (const head of found.map(readHead)) {
          if (head && head.stream !== ALL) heads.push(streamHeadOf(head));
        }
        isOver = found.length <= max;
        last = (found.at(-1) as { readonly stream: string } | undefined)?.stream ?? last;
      }
      return heads.slice(0, max);
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

  #commitOf(found: unknown): StoredCommit | undefined {
    const commit = readCommit(found);
    if (commit) return commit;
    const { position } = found as { position: number };
    if (this.#told.has(position) || this.#told.size >= MOST_TOLD) return undefined;
    this.#told.add(position);
    this.#diagnostics.report({
      code: 'RXM506',
      severity: 'error',
      source: 'event-sourcing',
      message: `The record at position ${position} of the event log ${JSON.stringify(this.name)} is no commit, or cannot be read, and is left out. If something else writes to that IndexedDB, give withIndexedDb another name; else import a copy that was exported.`,
    });
    return undefined;
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
