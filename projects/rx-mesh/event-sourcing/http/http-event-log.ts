import { NEVER, type Observable, Subject, merge } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import {
  DuplicateEventIdError,
  EventLogFullError,
  EventLogUnavailableError,
  InvalidEventError,
  WrongExpectedVersionError,
} from '../event-sourcing-errors';
import { type EventFilter, eventsOf } from '../log/event-filter';
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
import { EventLogAnswerError } from './http-event-log-errors';
import type { HttpEventLogValues } from './http-event-log-options';
import { type HintPorts, httpHints } from './http-hints';
import { isTooLarge } from './log-body';
import { type ClientPorts, LogClient, type LogRefusal, type LogRequest } from './log-client';
import { Turns } from './turns';
import * as wire from './wire-answers';
import { countIn, textIn } from './wire-reader';

const PAGE = 500;
const MOST_OF_PAGE = 5000;
const MOST_EVENTS = 1024;
const MOST_WAITING = 1000;
const LONGEST_FILTER = 2000; // characters: a URL has to stay one that proxies take

/** A log on a server of ours, or of anybody who speaks the protocol of `docs/event-log-http.md`. */
export class HttpEventLog implements EventLog {
  readonly name: string;
  readonly capabilities;
  readonly durability = 'server';
  readonly hints$: Observable<LogHint>;
  readonly #own = new Subject<LogHint>();
  readonly #values: HttpEventLogValues;
  readonly #client: LogClient;
  readonly #turns = new Turns();
  readonly #tell: (hint: LogHint) => void;

  constructor(values: HttpEventLogValues, ports: ClientPorts & HintPorts) {
    const { url, name, hints, truncate, hintWait, timeout } = values;
    this.name = name === '' ? url : name;
    this.capabilities = { crossTab: true, crossClient: true, backwardRead: true, truncate };
    this.#values = values;
    this.#client = new LogClient(this.name, values, ports);
    const others$ = hints ? httpHints(this.#client, hintWait, timeout, ports) : NEVER;
    this.hints$ = merge(this.#own, others$);
    this.#tell = (hint) => {
      this.#own.next(hint);
      ports.tabs.tell(this.name, hint);
    };
  }

  async append(
    commit: NewCommit,
    expected: ExpectedVersion,
    { durability = 'relaxed', skipTo }: LogAppendOptions = {},
  ): Promise<AppendResult> {
    const { stream, events, timestamp } = commit;
    if (events.length > MOST_EVENTS) {
      throw new InvalidEventError('events', `a list of more than ${MOST_EVENTS}`);
    }
    const body = this.#body({ stream, timestamp, expected, durability, skipTo, events });
    // Two requests may overtake each other on the way.
    const result = await this.#inTurn(async () => {
      try {
        const answer = await this.#client.ask({ path: '/commits', body }, (refusal) =>
          this.#refusal(refusal, stream, expected),
        );
        return wire.appendResultOf(answer, commit, expected);
      } catch (error) {
        throw this.#unknown(error);
      }
    });
    if (result.count > 0 && !result.duplicate) this.#tell({ position: result.position });
    return result;
  }

  async readStream(stream: string, range: StreamRange = {}): Promise<EventPage> {
    const { direction = 'forward', from, max = PAGE } = range;
    const isForward = direction === 'forward';
    const query = { stream, direction, from };
    return this.#page('/stream', query, max, (answer, most) =>
      wire.streamPageOf(
        answer,
        { stream, isForward, from, max: most },
        this.#values.maxAnswerBytes,
      ),
    );
  }

  async readAll({ after = 0, max = PAGE, filter = {} }: LogRange = {}): Promise<EventPage> {
    const wants = eventsOf(filter);
    const query = { after, filter: textOf(filter) };
    return this.#page('/events', query, max, (answer, most) => {
      const page = wire.logPageOf(answer, after, most, this.#values.maxAnswerBytes);
      // The server may give more than was wanted.
      return { ...page, events: page.events.filter((event: EventEnvelope) => wants(event)) };
    });
  }

  async head(): Promise<LogHead> {
    return this.#read({ path: '/head' }, (answer) => wire.logHeadOf(answer));
  }

  async streamHead(stream: string): Promise<StreamHead | undefined> {
    return this.#read({ path: '/stream-head', query: { stream } }, (answer) =>
      wire.streamHeadOf(answer, stream),
    );
  }

  async streams(after = '', max = PAGE): Promise<readonly StreamHead[]> {
    const most = Math.min(max, MOST_OF_PAGE);
    return this.#read({ path: '/streams', query: { after, max: most } }, (answer) =>
      wire.streamsOf(answer, after, most),
    );
  }

  async truncate(stream: string, { before, olderThan }: TruncateRange): Promise<number> {
    const body = this.#body({ stream, before, olderThan });
    return this.#inTurn(async () =>
      this.#read({ path: '/truncate', body }, (answer) => wire.removedOf(answer)),
    );
  }

  /** Nothing is held open but what is subscribed. */
  readonly close = (): void => undefined;

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#turns.waiting < MOST_WAITING) return this.#turns.take(work);
    const cause = new Error(`${MOST_WAITING} requests wait already.`);
    throw new EventLogUnavailableError(this.name, { cause });
  }

  #body(fields: object): string {
    const body = JSON.stringify(fields);
    const most = this.#values.maxRequestBytes;
    if (new TextEncoder().encode(body).byteLength <= most) return body;
    throw new InvalidEventError('events', `more than ${most} bytes`);
  }

  /** Reads a page, or the beginning of it when it has too many bytes. */
  async #page(
    path: string,
    query: Readonly<Record<string, string | number | undefined>>,
    max: number,
    read: (answer: unknown, max: number) => EventPage,
  ): Promise<EventPage> {
    let most = Math.min(max, MOST_OF_PAGE);
    for (;;) {
      const asked = most;
      try {
        return await this.#read({ path, query: { ...query, max: asked } }, (answer) =>
          read(answer, asked),
        );
      } catch (error) {
        if (most === 1 || !(error instanceof Error) || !isTooLarge(error.cause)) throw error;
        most = Math.ceil(most / 8);
      }
    }
  }

  async #read<T>(request: LogRequest, read: (answer: unknown) => T): Promise<T> {
    try {
      return read(await this.#client.ask(request));
    } catch (error) {
      throw this.#fault(error);
    }
  }

  /** What is wrong with an answer, as an error of rx-mesh; any other error as it is. */
  #fault(error: unknown): unknown {
    return error instanceof wire.WireFault || isTooLarge(error)
      ? new EventLogAnswerError(this.name, phraseOf(error), { cause: error })
      : error;
  }

  /** Whoever answers what is none has, or has not, stored it. */
  #unknown(error: unknown): unknown {
    const cause = this.#fault(error);
    return cause instanceof EventLogAnswerError
      ? new EventLogUnavailableError(this.name, { cause })
      : cause;
  }

  #refusal({ status, answer }: LogRefusal, stream: string, expected: ExpectedVersion): Error {
    if (status === 507) return new EventLogFullError(this.name);
    const said = textIn(answer, 'error');
    const actual = countIn(answer, 'actual');
    if (said === 'wrong-expected-version' && actual !== undefined && actual !== expected) {
      return new WrongExpectedVersionError(stream, expected, actual);
    }
    const [eventId, knownIn] = [textIn(answer, 'eventId'), textIn(answer, 'knownIn')];
    if (said === 'duplicate-event-id' && eventId !== undefined && knownIn !== undefined) {
      return new DuplicateEventIdError(stream, eventId, knownIn);
    }
    return new EventLogAnswerError(
      this.name,
      'a conflict that is neither of a version nor of an id',
    );
  }
}

function phraseOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

// What is too long for a URL is sorted out here.
function textOf(filter: EventFilter): string | undefined {
  const text = JSON.stringify(filter);
  if (text === '{}') return undefined;
  if (text.length <= LONGEST_FILTER) return text;
  const { stream, category } = filter;
  const short = JSON.stringify({ stream, category });
  return short === '{}' || short.length > LONGEST_FILTER ? undefined : short;
}
