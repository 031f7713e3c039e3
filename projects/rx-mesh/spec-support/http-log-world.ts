import { pageLeadership, seededRandom } from 'rx-mesh/kernel';
import {
  FakeEventLogServer,
  FakeWeb,
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
} from 'rx-mesh/testing';
import { type Observable, Subject } from 'rxjs';
import { settled } from './settled';

/** A server of an event log, what else may answer in its place, and the tabs of an origin that use it. */
export class HttpLogWorld {
  readonly #channel = new Subject<unknown>();
  readonly #leadership = pageLeadership();
  readonly web = new FakeWeb();
  readonly clock = new ManualClock();
  readonly page = new ManualPage();
  readonly diagnostics = new RecordingDiagnostics();
  readonly server = new FakeEventLogServer({ clock: this.clock });
  /** What tabs told each other. */
  readonly told: unknown[] = [];
  /** What is answered in place of the server. */
  instead: ((request: Request) => Response | Promise<Response> | undefined) | undefined;

  constructor() {
    this.web.host('http://log.test', async (request) => {
      return (await this.instead?.(request)) ?? this.server.handle(request);
    });
  }

  /** What a tab makes its log of. */
  get ports() {
    const tabs = {
      heard: (): Observable<unknown> => this.#channel,
      tell: (_log: string, message: unknown): void => {
        this.told.push(message);
        this.#channel.next(message);
      },
    };
    return {
      clock: this.clock,
      fetch: this.web.fetch,
      random: seededRandom(1),
      page: this.page,
      diagnostics: this.diagnostics,
      leadership: this.#leadership,
      tabs,
    };
  }

  /** What was asked: method, path and query. */
  get asked(): readonly string[] {
    return this.web.requests.map(({ method, url }) => {
      const { pathname, search } = new URL(url);
      return `${method} ${pathname}${decodeURIComponent(search)}`;
    });
  }

  /** Answers all from now on with this. */
  answer(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.instead = () => new Response(text, { status, headers });
  }

  /** Moves time, and lets answers come. */
  async advance(ms: number): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
  }

  /** What is still open or ticks. */
  get open(): readonly number[] {
    return [this.web.open, this.server.open, this.clock.pending];
  }
}

/** What a call that fails rejects with. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}
