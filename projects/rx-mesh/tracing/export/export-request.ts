import type { Clock, RandomSource } from 'rx-mesh/kernel';
import type { RejectedSpans, SpanExporter, SpanFormat, TraceFetch } from './span-exporter';

/** What became of a batch that was sent once. */
export type ExportVerdict =
  | {
      readonly type: 'sent';
      /** What the receiver did not take of it. */
      readonly rejected: RejectedSpans | undefined;
    }
  | {
      readonly type: 'failed';
      /** Whether it may be sent again. */
      readonly again: boolean;
      /** For how long the receiver asks to be left alone, in milliseconds; 0 when it does not. */
      readonly pause: number;
      /** What was wrong. */
      readonly error: Error;
      /** Whether there was no answer at all. */
      readonly silent: boolean;
    };

// The list of OTLP/HTTP; whatever else a receiver answers, it would answer again.
const WORTH_ANOTHER_TRY: ReadonlySet<number> = /* @__PURE__ */ new Set([429, 502, 503, 504]);

// An answer is a few words. What is beyond that is a page of somebody else.
const MOST_ANSWER = 65_536; // bytes

/**
 * Sends a batch once. Never rejects. The answer is read to its end, for a browser counts the body until then.
 *
 * @param hurry Where it is given, the body is packed, unless this settles first: a page that ends waits for nothing.
 */
export async function sendBatch(
  fetch: TraceFetch,
  clock: Clock,
  { url, headers, format }: SpanExporter,
  body: string,
  options: Pick<RequestInit, 'keepalive' | 'signal'>,
  hurry?: Promise<undefined>,
): Promise<ExportVerdict> {
  const packed = hurry && (await Promise.race([gzip(body), hurry]));
  let response: Response;
  try {
    response = await fetch(url, {
      ...options,
      method: 'POST',
      headers: {
        ...headers,
        'Content-Type': format.contentType,
        ...(packed && { 'Content-Encoding': 'gzip' }),
      },
      body: packed ?? body,
      cache: 'no-store',
      credentials: 'omit',
      // A key in a header would go along to another origin.
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    });
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error('The request failed.', { cause });
    return { type: 'failed', again: true, pause: 0, error, silent: true };
  }
  const { ok, status, headers: told } = response;
  const rejected = await rejectedOf(response, format);
  if (ok) return { type: 'sent', rejected };
  return {
    type: 'failed',
    again: WORTH_ANOTHER_TRY.has(status),
    pause: retryAfter(told.get('Retry-After'), clock),
    error: new Error(`The receiver answered with status ${status}.`),
    silent: false,
  };
}

/** How long a receiver may be silent, in milliseconds. */
export const MOST_SILENCE = 10_000;

/** Why a request is given up that got no answer for so long. */
export function silenceError(): Error {
  return new Error(`The receiver did not answer within ${MOST_SILENCE} ms.`);
}

// All of it, for a stream as a body cannot outlive the page. Without a `CompressionStream` the body goes as it is.
async function gzip(text: string): Promise<ArrayBuffer | undefined> {
  try {
    const packed = new Response(text).body?.pipeThrough(new CompressionStream('gzip'));
    return packed && (await new Response(packed).arrayBuffer());
  } catch {
    return undefined;
  }
}

// The status has said already what became of the batch: an answer that breaks off must not send it twice.
async function rejectedOf(
  response: Response,
  format: SpanFormat,
): Promise<RejectedSpans | undefined> {
  try {
    const answer = await readToEnd(response);
    return response.ok ? format.rejectedBy?.(answer) : undefined;
  } catch {
    return undefined;
  }
}

const FIRST_WAIT = 1000; // ms
const MOST_WAIT = 2_147_483_647; // ms: what a platform can wait

/**
 * The wait before the next try: longer by half each time, spread by a fifth, and not below the pause that was asked for.
 * After four tries, the most there are, it is still below five seconds.
 */
export function waitAfter(tries: number, pause: number, random: RandomSource): number {
  const wait = FIRST_WAIT * 1.5 ** (tries - 1) * (0.8 + 0.4 * random.next());
  return Math.min(MOST_WAIT, Math.max(pause, wait));
}

/** `Retry-After` in milliseconds: seconds or a date; 0 when there is none that can be read. */
export function retryAfter(text: string | null, clock: Clock): number {
  const trimmed = text?.trim() ?? '';
  if (/^\d+$/.test(trimmed)) return Number(trimmed) * 1000;
  // `Date.parse` alone would take a bare number for a year.
  const at = /^[A-Z][a-z]{2}/.test(trimmed) ? Date.parse(trimmed) : NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, at - clock.now());
}

async function readToEnd({ body }: Response): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.byteLength;
    if (size <= MOST_ANSWER) text += decoder.decode(chunk.value, { stream: true });
  }
  return text;
}

/** The most bytes of a body: a browser refuses 65,537 that outlive the page, headers not counted. */
export const MOST_BODY = 60_000;

// What OpenTelemetry keeps to; a browser allows more, but all of a page share it.
const MOST_REQUESTS = 9;

/**
 * What may outlive the page: the limit of a browser holds for all requests that are under way, so all exporters share
 * one.
 */
export class KeepaliveBudget {
  #bytes = 0;
  #requests = 0;

  /** Takes room for a body. Returns whether there was any. */
  take(bytes: number): boolean {
    if (this.#requests >= MOST_REQUESTS || this.#bytes + bytes > MOST_BODY) return false;
    this.#requests++;
    this.#bytes += bytes;
    return true;
  }

  /** Gives the room of a body back. */
  give(bytes: number): void {
    this.#requests--;
    this.#bytes -= bytes;
  }
}
