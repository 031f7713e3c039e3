import type {
  AppendResult,
  EventLog,
  EventLogCapabilities,
  EventPage,
  ExpectedVersion,
  LogAppendOptions,
  LogHead,
  LogHint,
  LogRange,
  NewCommit,
  StreamHead,
  StreamRange,
  TruncateRange,
} from 'rx-mesh/event-sourcing';
import { type Observable, Subject, filter, merge, share, tap } from 'rxjs';
import { JetStreamAppender } from './jetstream-appender';
import { type JetStreamAccess, JetStreamCalls } from './jetstream-calls';
import { MOST_EVENTS, type StoredCommit, endOf, versionOf } from './jetstream-commit';
import { JetStreamListingError } from './jetstream-errors';
import { type JetStreamHintPorts, jetStreamHints } from './jetstream-hints';
import { JetStreamMemory } from './jetstream-memory';
import type { JetStreamValues } from './jetstream-options';
import { JetStreamPages } from './jetstream-pages';
import { JetStreamReader } from './jetstream-reader';
import { allSubjects, streamOf, subjectOf } from './jetstream-subject';
import { truncateCommits } from './jetstream-truncate';
import { JetStreamTurns } from './jetstream-turns';
import type { NatsModules } from './nats-modules';

const PAGE = 500;
const MOST_STREAMS = 100_000;
const AT_ONCE = 16;
const MOST_TOLD = 100;
const CONNECTION_LIMIT = 10_000; // ms

/** What a log in JetStream can do, beyond what every log says of itself. */
export interface JetStreamCapabilities extends EventLogCapabilities {
  /**
   * Where an id is known that is appended once more. `commit`: a repetition of a whole commit is known for ever at a version,
   * and within the duplicate window at `any`; else as far as this client has seen the id.
   */
  readonly uniqueIds: 'commit';
  /** What is removed, and counted in the head of the log: whole commits. */
  readonly unit: 'commit';
}

/** What a log in JetStream needs. */
export interface JetStreamLogPorts extends Omit<JetStreamHintPorts, 'calls'> {
  readonly access: JetStreamAccess;
  readonly modules: Pick<NatsModules, 'core'>;
}

/** A log in a stream of JetStream: one message a commit, one subject an event stream. */
export class JetStreamEventLog implements EventLog {
  readonly name: string;
  readonly capabilities: JetStreamCapabilities;
  readonly durability = 'server';
  readonly hints$: Observable<LogHint>;
  readonly #own = new Subject<LogHint>();
  readonly #values: JetStreamValues;
  readonly #calls: JetStreamCalls;
  readonly #reader: JetStreamReader;
  readonly #appender: JetStreamAppender;
  readonly #pages: JetStreamPages;
  readonly #turns = new JetStreamTurns();
  readonly #told = new Set<number>();
  #hinted = 0;

  constructor(values: JetStreamValues, ports: JetStreamLogPorts) {
    const { access, clock, modules, diagnostics } = ports;
    this.name = values.stream;
    this.capabilities = {
      crossTab: true,
      crossClient: true,
      backwardRead: true,
      truncate: values.truncate,
      uniqueIds: 'commit',
      unit: 'commit',
    };
    this.#values = values;
    this.#calls = new JetStreamCalls(access, values, clock, CONNECTION_LIMIT);
    this.#reader = new JetStreamReader(this.#calls, values, clock, ({ seq }) => {
      if (this.#told.has(seq) || this.#told.size >= MOST_TOLD) return;
      this.#told.add(seq);
      diagnostics.report({
        code: 'RXM436',
        severity: 'error',
        source: 'nats',
        message: `Message ${seq} of the JetStream stream ${JSON.stringify(this.name)} is no commit, and is left out. Let nothing but rx-mesh publish on ${allSubjects(values.subject)}.`,
      });
    });
    const parts = { calls: this.#calls, reader: this.#reader, values, modules };
    this.#appender = new JetStreamAppender({ ...parts, memory: new JetStreamMemory() });
    this.#pages = new JetStreamPages(this.#reader, values.subject);
    // What was told already is no news: an append of its own comes back from the server.
    const others$ = jetStreamHints(values, { ...ports, calls: this.#calls }).pipe(
      filter(({ position }) => position === undefined || position > this.#hinted),
      tap(({ position }) => this.#hint(position)),
      share(),
    );
    this.hints$ = merge(this.#own, others$);
  }

  async append(
    commit: NewCommit,
    expected: ExpectedVersion,
    { skipTo = 1 }: LogAppendOptions = {},
  ): Promise<AppendResult> {
    const result = await this.#turns.take(this.name, async () =>
      this.#appender.append(commit, expected, skipTo),
    );
    const { position, count, duplicate } = result;
    if (count > 0 && !duplicate) {
      this.#pages.note(position, count);
      // The server may have told of it before it has acknowledged it.
      const isNews = position > this.#hinted;
      this.#hint(position);
      if (isNews) this.#own.next({ position });
    }
    return result;
  }

  async readStream(stream: string, range: StreamRange = {}): Promise<EventPage> {
    return this.#pages.ofStream(stream, range);
  }

  async readAll(range: LogRange = {}): Promise<EventPage> {
    return this.#pages.ofLog(range);
  }

  /** Counts commits, for the server does. */
  async head(): Promise<LogHead> {
    const { stream, subject } = this.#values;
    const last = await this.#reader.last(allSubjects(subject));
    if (!last) return { position: 0, count: 0 };
    const { state } = await this.#calls.run(`ask for ${stream}`, async ({ manager }) =>
      manager.streams.info(stream),
    );
    const position = last.commit ? endOf(last.commit) : last.seq * MOST_EVENTS;
    return { position, count: state.messages };
  }

  async streamHead(stream: string): Promise<StreamHead | undefined> {
    const subject = subjectOf(this.#values.subject, stream);
    const last = await this.#reader.last(subject);
    if (!last?.commit) return undefined;
    const first = await this.#reader.next(subject, 1);
    return headOf(last.commit, first?.commit ?? last.commit);
  }

  async streams(after = '', max = PAGE): Promise<readonly StreamHead[]> {
    const { stream, subject } = this.#values;
    const subjects = await this.#calls.run(`list ${stream}`, async ({ manager }) => {
      const { state } = await manager.streams.info(stream);
      const count = state.num_subjects ?? 0;
      if (count > MOST_STREAMS) throw new JetStreamListingError(stream, count, MOST_STREAMS);
      const listed = await manager.streams.info(stream, { subjects_filter: allSubjects(subject) });
      return Object.keys(listed.state.subjects ?? {});
    });
    const names = subjects
      .map((one) => streamOf(subject, one))
      .filter((name) => name !== undefined && name > after)
      .sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
    const heads: StreamHead[] = [];
    for (let at = 0; at < names.length && heads.length < max; at += AT_ONCE) {
      const some = names.slice(at, at + Math.min(AT_ONCE, max - heads.length));
      const found = await Promise.all(some.map(async (name) => this.streamHead(name ?? '')));
      heads.push(...found.filter((head) => head !== undefined));
    }
    return heads;
  }

  async truncate(stream: string, range: TruncateRange): Promise<number> {
    const parts = {
      calls: this.#calls,
      reader: this.#reader,
      appender: this.#appender,
      values: this.#values,
    };
    return this.#turns.take(this.name, async () => truncateCommits(parts, stream, range));
  }

  /** The connection ends by itself, a little after its last use. */
  readonly close = (): void => undefined;

  #hint(position: number | undefined): void {
    this.#hinted = Math.max(this.#hinted, position ?? 0);
  }
}

function headOf(last: StoredCommit, first: StoredCommit): StreamHead {
  return {
    stream: last.stream,
    version: versionOf(last),
    count: last.total - first.total + first.events.length,
    timestamp: last.at,
  };
}
