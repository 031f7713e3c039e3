import type { Observable } from 'rxjs';
import type { FetchHandler } from '../fake-web';
import type { ReceivedTrace } from './received-span';
import { ReceivedTraces } from './received-traces';
import { type FakeAnswerOptions, type FakeTelemetryOptions, TelemetryDoor } from './telemetry-door';
import { type ZipkinWire, readZipkin } from './zipkin-spans';

/**
 * Zipkin without a network: its API of version 2, which takes spans at `/api/v2/spans` and gives them back at
 * `/api/v2/trace/:id`. It is as strict as its description, and refuses a delivery with one bad span. At most 200
 * traces are kept.
 *
 * @usageNotes
 * ```ts
 * const zipkin = new FakeZipkin();
 * web.host('http://zipkin.test', zipkin.handle);
 * zipkin.down = true; // nobody answers
 * zipkin.traces[0]?.spans.map(({ name }) => name);
 * ```
 */
export class FakeZipkin {
  readonly #door: TelemetryDoor;
  readonly #traces = new ReceivedTraces<ZipkinWire>();

  /** The traces now and after each change, oldest first. Never ends, never errors. */
  readonly traces$: Observable<readonly ReceivedTrace[]> = this.#traces.traces$;

  constructor(options: FakeTelemetryOptions = {}) {
    this.#door = new TelemetryDoor(refusal, options);
  }

  /** Answers a request. */
  readonly handle: FetchHandler = async (request) =>
    this.#door.answer(request, async () => {
      const { pathname } = new URL(request.url);
      if (pathname === '/api/v2/spans') {
        return request.method === 'POST' ? this.#receive(request) : refusal(405, 'only POST');
      }
      if (!pathname.startsWith('/api/v2/')) return refusal(404, 'no such path');
      return request.method === 'GET' ? this.#query(pathname) : refusal(405, 'only GET');
    });

  /** The traces that it has, oldest first. */
  get traces(): readonly ReceivedTrace[] {
    return this.#traces.traces;
  }

  /** Whether nobody answers: each request fails as it does without a network. @default false */
  get down(): boolean {
    return this.#door.down;
  }
  /** Takes it off the network, or brings it back. */
  set down(down: boolean) {
    this.#door.down = down;
  }

  /**
   * Answers the next delivery with this status, whatever is in it, and keeps nothing of it. Several calls are for as
   * many deliveries.
   */
  answerNext(status: number, options?: FakeAnswerOptions): void {
    this.#door.answerNext(status, options);
  }

  /** Forgets all traces. */
  clear(): void {
    this.#traces.clear();
  }

  async #receive(request: Request): Promise<Response> {
    const body = await this.#door.read(request);
    if ('refusal' in body) return body.refusal;
    const spans = readZipkin(body.text);
    if (typeof spans === 'string') return refusal(400, spans);
    this.#traces.add(spans);
    return new Response(null, { status: 202 });
  }

  #query(pathname: string): Response {
    if (pathname === '/api/v2/services') return Response.json(this.#traces.services);
    const [, id = ''] = /^\/api\/v2\/trace\/([^/]+)$/.exec(pathname) ?? [];
    if (id === '') return refusal(404, 'no such path');
    if (!/^(?:[\da-f]{16}|[\da-f]{32})$/.test(id)) return refusal(400, `${id} is no trace id`);
    const found = this.#traces.find(id);
    return found.length === 0
      ? refusal(404, `${id} not found`)
      : Response.json(found.map(({ wire }) => wire));
  }
}

function refusal(status: number, reason: string): Response {
  return new Response(reason, { status });
}
