import type { Clock, RandomSource } from 'rx-mesh/kernel';
import type { MetricsFetch } from '../metrics-fetch';
import { shortAnswer } from './short-answer';

/** What a receiver says about a body that it took in part. */
export interface RejectedPoints {
  /** How many data points it did not take, above 0. */
  readonly count: number;
  /** Why, in its words. May be empty. */
  readonly reason: string;
}

/** What became of a body that was sent once. */
export type OtlpVerdict =
  | { readonly type: 'sent'; readonly rejected: RejectedPoints | undefined }
  | {
      readonly type: 'failed';
      /** `again`: soon; `later`: with what is new then; `never`: the receiver does not want it. */
      readonly retry: 'again' | 'later' | 'never';
      /** For how long the receiver asks to be left alone, in milliseconds; 0 when it does not. */
      readonly pause: number;
      /** What was wrong. */
      readonly error: Error;
      /** Whether there was no answer at all. */
      readonly silent: boolean;
    };

// The list of OTLP/HTTP; whatever else a receiver answers, it would answer again.
const AGAIN: ReadonlySet<number> = /* @__PURE__ */ new Set([429, 502, 503, 504]);
// It is the body that is wrong, so another with the same numbers would be as well.
const NEVER: ReadonlySet<number> = /* @__PURE__ */ new Set([400, 413, 422]);

/** Sends a body once. Never rejects. The answer is read to its end, for a browser counts the body until then. */
export async function sendOtlp(
  fetch: MetricsFetch,
  clock: Clock,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: Pick<RequestInit, 'keepalive' | 'signal'>,
): Promise<OtlpVerdict> {
  let response: Response;
  try {
    response = await fetch(url, {
      ...options,
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body,
      cache: 'no-store',
      credentials: 'omit',
      // A key in a header would go along to another origin.
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    });
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error('The request failed.', { cause });
    return { type: 'failed', retry: 'again', pause: 0, error, silent: true };
  }
  const { ok, status } = response;
  const answer = await shortAnswer(response);
  if (ok) return { type: 'sent', rejected: rejectedBy(answer) };
  return {
    type: 'failed',
    retry: AGAIN.has(status) ? 'again' : NEVER.has(status) ? 'never' : 'later',
    pause: retryAfter(response.headers.get('Retry-After'), clock),
    error: new Error(`The receiver answered with status ${status}.`),
    silent: false,
  };
}

const FIRST_WAIT = 1000; // ms
const MOST_PAUSE = 3_600_000; // ms: nobody's mistake, nor a wrong clock, ends the export of a page
const MOST_WAIT = 2_147_483_647; // ms: what a platform can wait

/** The wait before the next try: longer by half each time, spread by a fifth, and not below the pause that was asked for. */
export function waitAfter(tries: number, pause: number, random: RandomSource): number {
  const wait = FIRST_WAIT * 1.5 ** (tries - 1) * (0.8 + 0.4 * random.next());
  return Math.min(MOST_WAIT, Math.max(pause, wait));
}

// Seconds or a date. `Date.parse` alone would take a bare number for a year.
function retryAfter(text: string | null, clock: Clock): number {
  const trimmed = text?.trim() ?? '';
  if (/^\d+$/.test(trimmed)) return Math.min(MOST_PAUSE, Number(trimmed) * 1000);
  const at = /^[A-Z][a-z]{2}/.test(trimmed) ? Date.parse(trimmed) : NaN;
  return Number.isNaN(at) ? 0 : Math.min(MOST_PAUSE, Math.max(0, at - clock.now()));
}

// {"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"..."}}; an empty object there is a whole success.
interface Answer {
  readonly partialSuccess?: {
    readonly rejectedDataPoints?: unknown;
    readonly errorMessage?: unknown;
  } | null;
}

function rejectedBy(answer: string): RejectedPoints | undefined {
  try {
    const partial = (JSON.parse(answer) as Answer | null)?.partialSuccess;
    const { rejectedDataPoints: told, errorMessage: reason } = partial ?? {};
    const count = typeof told === 'string' || typeof told === 'number' ? Number(told) : 0;
    return count > 0
      ? { count, reason: typeof reason === 'string' ? reason.slice(0, 200) : '' }
      : undefined;
  } catch {
    // A proxy may answer in its own words: the status is what counts.
    return undefined;
  }
}

/** The most bytes of a body: a browser refuses 65,537 that outlive the page, headers not counted. */
export const MOST_BODY = 60_000;

// What OpenTelemetry keeps to; a browser allows more, but all of a page share it.
const MOST_REQUESTS = 9;

/** What may outlive the page: the limit of a browser holds for all requests that are under way, so all exporters share one. */
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
