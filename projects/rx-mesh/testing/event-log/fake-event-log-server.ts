import {
  type EventLog,
  isDuplicateEventIdError,
  isEventLogFullError,
  isWrongExpectedVersionError,
  memoryEventLog,
} from 'rx-mesh/event-sourcing';
import { type Clock, systemClock } from 'rx-mesh/kernel';
import { fromEvent, lastValueFrom, merge, take, timer } from 'rxjs';
import type { FetchHandler } from '../fake-web';
import {
  BadRequest,
  appendOf,
  countOf,
  filterOf,
  jsonOf,
  nameOf,
  truncateOf,
} from './fake-event-log-input';

/** Options of {@link FakeEventLogServer}. */
export interface FakeEventLogServerOptions {
  /** Where it keeps events. @default a log in memory of its own */
  readonly log?: EventLog | undefined;
  /** What hints wait by. @default the clock of the platform */
  readonly clock?: Clock | undefined;
}

const PAGE = 500;
const MOST_WAIT = 600_000; // ms

/**
 * A server of an event log without a network: it speaks the protocol of `docs/event-log-http.md` below any path, and is strict
 * with requests. A service worker, Node and a test can host it; it is also what a backend can be compared with.
 *
 * @usageNotes
 * ```ts
 * const server = new FakeEventLogServer({ clock: TestBed.inject(ManualClock) });
 * web.host('http://log.test', server.handle);
 * // { provide: EVENT_LOG_FETCH, useValue: web.fetch }, withHttpEventLog({ url: 'http://log.test/event-log' })
 * server.loseAnswers(1); // what is appended next is stored, and nobody is told
 * ```
 */
export class FakeEventLogServer {
  readonly #clock: Clock;
  #open = 0;
  #lost = 0;
  #failure: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined; // prettier-ignore

  /** What it keeps. */
  readonly log: EventLog;
  /** The token that a request has to bring, as `Authorization: Bearer`. @default none */
  requireToken: string | undefined;
  /** The most events of a page, at least 1: it gives less than is asked for, as a server may. @default 1000 */
  maxPage = 1000;

  constructor({ log = memoryEventLog(), clock = systemClock }: FakeEventLogServerOptions = {}) {
    this.log = log;
    this.#clock = clock;
  }

  /** Answers a request. */
  readonly handle: FetchHandler = async (request) => {
    if (this.#failure) return new Response('', this.#failure);
    const authorization = request.headers.get('Authorization');
    if (this.requireToken !== undefined && authorization !== `Bearer ${this.requireToken}`) {
      return refusal(401, 'unauthorized', 'a token is missing, or it is not the one');
    }
    const response = await this.#answer(request);
    if (request.method !== 'POST' || this.#lost === 0) return response;
    this.#lost--;
    throw new TypeError('Failed to fetch');
  };

  /** How many requests wait for something new. */
  get open(): number {
    return this.#open;
  }

  /** Answers everything from now on with this status, or answers again. */
  failWith(status: number | undefined, headers: Readonly<Record<string, string>> = {}): void {
    this.#failure = status === undefined ? undefined : { status, headers };
  }

  /** Does what the next requests to write ask for, and then loses the answer. */
  loseAnswers(count: number): void {
    this.#lost = count;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const path = pathname.slice(pathname.lastIndexOf('/'));
    try {
      if (request.method === 'POST') {
        const type = request.headers.get('Content-Type') ?? '';
        if (!/^application\/json\s*(?:;|$)/i.test(type)) {
          return refusal(415, 'unsupported-media-type', 'send application/json');
        }
        return await this.#write(path, jsonOf(await request.text()));
      }
      return await this.#read(path, searchParams, request.signal);
    } catch (error) {
      if (error instanceof BadRequest) return refusal(400, 'bad-request', error.message);
      if (isWrongExpectedVersionError(error)) {
        const { actual } = error;
        return Response.json({ error: 'wrong-expected-version', actual }, { status: 409 });
      }
      if (isDuplicateEventIdError(error)) {
        const { eventId, knownIn } = error;
        return Response.json({ error: 'duplicate-event-id', eventId, knownIn }, { status: 409 });
      }
      if (isEventLogFullError(error)) return refusal(507, 'full', 'there is no room');
      throw error;
    }
  }

  async #write(path: string, body: unknown): Promise<Response> {
    if (path === '/commits') {
      const { commit, expected, ...options } = appendOf(body);
      return Response.json(await this.log.append(commit, expected, options));
    }
    if (path === '/truncate') {
      const { stream, range } = truncateOf(body);
      return Response.json({ removed: await this.log.truncate(stream, range) });
    }
    return refusal(404, 'not-found', '');
  }

  async #read(path: string, params: URLSearchParams, signal: AbortSignal): Promise<Response> {
    const { log } = this;
    const max = Math.min(this.maxPage, countOf(params, 'max', 1) ?? PAGE);
    switch (path) {
      case '/events': {
        const after = countOf(params, 'after', 0);
        return Response.json(
          await log.readAll({ after, max, filter: filterOf(params.get('filter')) }),
        );
      }
      case '/stream': {
        const direction = params.get('direction') ?? 'forward';
        if (direction !== 'forward' && direction !== 'backward') {
          throw new BadRequest('direction is neither forward nor backward');
        }
        const from = countOf(params, 'from', 0);
        const page = await log.readStream(nameOf(params.get('stream')), { direction, from, max });
        return Response.json(page);
      }
      case '/head':
        return Response.json(await log.head());
      case '/stream-head':
        return Response.json({
          head: (await log.streamHead(nameOf(params.get('stream')))) ?? null,
        });
      case '/streams':
        return Response.json({ streams: await log.streams(params.get('after') ?? '', max) });
      case '/hints':
        return this.#hint(countOf(params, 'after', 0), countOf(params, 'wait', 0) ?? 0, signal);
      default:
        return refusal(404, 'not-found', '');
    }
  }

  /** Waits until the log goes further than that, or for the time; says how far it goes. */
  async #hint(after: number | undefined, wait: number, signal: AbortSignal): Promise<Response> {
    // Before the head is read: what is appended meanwhile is heard.
    const gone$ = fromEvent(signal, 'abort');
    const over$ = timer(Math.min(wait, MOST_WAIT), this.#clock.scheduler);
    const end = lastValueFrom(merge(this.log.hints$, over$, gone$).pipe(take(1)), {
      defaultValue: undefined,
    });
    this.#open++;
    const { position } = await this.log.head();
    if (position === after && !signal.aborted) await end;
    this.#open--;
    signal.throwIfAborted();
    return Response.json({ position: (await this.log.head()).position });
  }
}

function refusal(status: number, error: string, reason: string): Response {
  return Response.json({ error, reason }, { status });
}
