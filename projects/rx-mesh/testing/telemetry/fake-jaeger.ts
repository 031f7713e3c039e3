import type { Observable } from 'rxjs';
import type { FetchHandler } from '../fake-web';
import { type OtlpRequest, type OtlpWire, readOtlp } from './otlp-request';
import type { ReceivedTrace } from './received-span';
import { type HeldSpan, ReceivedTraces } from './received-traces';
import { type FakeAnswerOptions, type FakeTelemetryOptions, TelemetryDoor } from './telemetry-door';
import { MalformedBody } from './wire-message';

// The words of gRPC for what is wrong with a request.
const CODES: ReadonlyMap<number, number> = /* @__PURE__ */ new Map([
  [404, 5],
  [405, 12],
]);
const INVALID_ARGUMENT = 3;
const LONGEST_LIST = 5;

/**
 * Jaeger without a network: it takes spans as OTLP/HTTP with JSON at `/v1/traces`, so it stands for a collector of
 * OpenTelemetry as well, and gives them back at `/api/v3/traces/:id`. It is strict: what the specification forbids is
 * refused, although some decoders let it pass. At most 200 traces are kept.
 *
 * @usageNotes
 * ```ts
 * const jaeger = new FakeJaeger();
 * web.host('http://jaeger.test', jaeger.handle);
 * jaeger.answerNext(503, { retryAfter: 2 }); // the next delivery fails, the one after it does not
 * jaeger.traces[0]?.spans.map(({ name }) => name);
 * ```
 */
export class FakeJaeger {
  readonly #door: TelemetryDoor;
  readonly #traces = new ReceivedTraces<OtlpWire>();

  /** The traces now and after each change, oldest first. Never ends, never errors. */
  readonly traces$: Observable<readonly ReceivedTrace[]> = this.#traces.traces$;

  constructor(options: FakeTelemetryOptions = {}) {
    this.#door = new TelemetryDoor(refusal, options);
  }

  /** Answers a request. */
  readonly handle: FetchHandler = async (request) =>
    this.#door.answer(request, async () => {
      const { pathname } = new URL(request.url);
      if (pathname === '/v1/traces') {
        return request.method === 'POST' ? this.#receive(request) : refusal(405, 'supported: POST');
      }
      if (!pathname.startsWith('/api/v3/')) return refusal(404, 'no such path');
      return request.method === 'GET' ? this.#query(pathname) : refusal(405, 'supported: GET');
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
    let read: OtlpRequest;
    try {
      read = readOtlp(body.text);
    } catch (error) {
      if (error instanceof MalformedBody) return refusal(400, error.message);
      throw error;
    }
    const { spans, faults } = read;
    this.#traces.add(spans);
    const partialSuccess =
      faults.length === 0
        ? {}
        : {
            rejectedSpans: String(faults.length),
            errorMessage: faults.slice(0, LONGEST_LIST).join('; '),
          };
    return Response.json({ partialSuccess });
  }

  #query(pathname: string): Response {
    if (pathname === '/api/v3/services') return Response.json({ services: this.#traces.services });
    const [, id = ''] = /^\/api\/v3\/traces\/([^/]+)$/.exec(pathname) ?? [];
    if (id === '') return queryRefusal(404, 'no such path');
    if (!/^[\da-f]{1,32}$/i.test(id)) return queryRefusal(400, 'malformed parameter trace_id');
    const found = this.#traces.find(id.toLowerCase().padStart(32, '0'));
    return found.length === 0
      ? queryRefusal(404, 'trace not found')
      : Response.json({ result: { resourceSpans: found.map(resourceSpansOf) } });
  }
}

function resourceSpansOf({ span, wire }: HeldSpan<OtlpWire>): object {
  const { traceId, spanId, parentSpanId } = span;
  const ids = { traceId, spanId, ...(parentSpanId === undefined ? {} : { parentSpanId }) };
  const written = { ...(wire.span as object), ...ids };
  return {
    resource: wire.resource ?? {},
    scopeSpans: [{ scope: wire.scope ?? {}, spans: [written] }],
  };
}

function refusal(status: number, message: string): Response {
  return Response.json({ code: CODES.get(status) ?? INVALID_ARGUMENT, message }, { status });
}

function queryRefusal(httpCode: number, message: string): Response {
  return Response.json({ error: { httpCode, message } }, { status: httpCode });
}
