import type { FetchHandler } from '../fake-web';

/** Options of {@link FakeJaeger} and {@link FakeZipkin}. */
export interface FakeTelemetryOptions {
  /**
   * The names of the headers that a page of another origin may send. A request with any other, `traceparent` for
   * instance, is one that a browser does not send at all. @default ['content-type', 'content-encoding']
   */
  readonly allowedHeaders?: readonly string[] | undefined;
}

/** What else an answer says that was ordered by `answerNext`. */
export interface FakeAnswerOptions {
  /** For how long to leave the receiver alone, in seconds or as an HTTP date. @default no such header */
  readonly retryAfter?: number | string | undefined;
  /** What the body says, in JSON. @default an empty body */
  readonly body?: unknown;
}

/** A body that is one, or the answer that says why it is none. */
export type Body = { readonly text: string } | { readonly refusal: Response };

/** How a receiver says no. */
export type Refuse = (status: number, reason: string) => Response;

/** What receivers have in common: pages of other origins, failures that are ordered, and bodies that are packed. */
export class TelemetryDoor {
  readonly #allowed: ReadonlySet<string>;
  #ordered: readonly Response[] = [];

  /** Whether nobody answers. */
  down = false;

  constructor(
    private readonly refuse: Refuse,
    { allowedHeaders = ['content-type', 'content-encoding'] }: FakeTelemetryOptions = {},
  ) {
    this.#allowed = new Set(allowedHeaders.map((name) => name.toLowerCase()));
  }

  /** Orders an answer for the next delivery that has none yet. */
  answerNext(status: number, { retryAfter, body }: FakeAnswerOptions = {}): void {
    const headers = new Headers();
    if (retryAfter !== undefined) headers.set('Retry-After', String(retryAfter));
    const init = { status, headers };
    const answer = body === undefined ? new Response(null, init) : Response.json(body, init);
    this.#ordered = [...this.#ordered, answer];
  }

  /** Answers a request by `inside`, unless it is one of a browser that asks whether it may, or nobody is there. */
  async answer(request: Request, inside: FetchHandler): Promise<Response> {
    if (this.down) throw new TypeError('Failed to fetch');
    if (request.method === 'OPTIONS') return this.#preflight(request.headers);
    const response = await inside(request);
    response.headers.set('Access-Control-Allow-Origin', '*');
    return response;
  }

  /** Reads what is delivered to it as JSON, or says what to answer. */
  async read(request: Request): Promise<Body> {
    const [ordered, ...rest] = this.#ordered;
    if (ordered) {
      this.#ordered = rest;
      return { refusal: ordered };
    }
    const { headers, body } = request;
    if (!/^application\/json\s*(?:;|$)/i.test(headers.get('Content-Type') ?? '')) {
      return this.#no(415, 'unsupported media type, supported: application/json');
    }
    const encoding = headers.get('Content-Encoding')?.trim().toLowerCase() ?? 'identity';
    const packed = encoding === 'gzip';
    if (!packed && encoding !== 'identity') {
      return this.#no(415, `unsupported content encoding ${encoding}, supported: gzip`);
    }
    if (packed && typeof DecompressionStream === 'undefined') {
      return this.#no(415, 'this platform has no DecompressionStream');
    }
    try {
      const plain = packed ? body?.pipeThrough(new DecompressionStream('gzip')) : body;
      const text = plain ? await textOf(plain) : '';
      return text === undefined ? this.#no(413, 'request body too large') : { text };
    } catch (error) {
      request.signal.throwIfAborted();
      return this.#no(400, `cannot read the body: ${String(error)}`);
    }
  }

  #no(status: number, reason: string): Body {
    return { refusal: this.refuse(status, reason) };
  }

  // A header that is not allowed is answered with nothing: the browser then fails the request itself.
  #preflight(headers: Headers): Response {
    const asked = (headers.get('Access-Control-Request-Headers') ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== '');
    const method = headers.get('Access-Control-Request-Method') ?? '';
    const fine = /^(?:GET|POST)$/.test(method) && asked.every((name) => this.#allowed.has(name));
    const allowed = {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers': asked.join(', '),
    };
    return new Response(null, { status: 204, headers: fine ? allowed : {} });
  }
}

const MOST_BODY = 4_194_304; // bytes, unpacked

/** All of a body; `undefined` when it is too much. */
async function textOf(body: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.byteLength;
    if (size > MOST_BODY) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}
