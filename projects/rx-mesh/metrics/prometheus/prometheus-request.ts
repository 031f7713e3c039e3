import type { Clock } from 'rx-mesh/kernel';
import { Observable, Subscription } from 'rxjs';
import type { MetricsFetch } from '../metrics-fetch';
import { type PrometheusFailure, inShort } from './prometheus-errors';

/** What requests need of the world. */
export interface RequestPorts {
  readonly clock: Clock;
  readonly fetch: MetricsFetch;
}

/** One request. */
export interface PrometheusRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly credentials: RequestCredentials;
  readonly keepalive?: boolean | undefined;
  /** How long the whole answer may take, in milliseconds. */
  readonly timeout: number;
}

/** The whole answer. */
export interface PrometheusAnswerText {
  readonly status: number;
  readonly ok: boolean;
  readonly text: string;
}

// 11,000 points of two hundred series are about as much.
const MOST_ANSWER = 64 * 1024 * 1024;

/**
 * Sends a request when it is subscribed, and gives the whole answer, of whatever status. Unsubscribing aborts it.
 *
 * @param failed Makes the error for a request that has no answer.
 */
export function sendRequest(
  { clock, fetch }: RequestPorts,
  request: PrometheusRequest,
  failed: (failure: PrometheusFailure) => Error,
): Observable<PrometheusAnswerText> {
  return new Observable((subscriber) => {
    const { url, timeout, body, keepalive, ...rest } = request;
    const abort = new AbortController();
    const limit = clock.scheduler.schedule(() => {
      const reason = `there was no answer within ${timeout} ms.`;
      subscriber.error(failed({ errorType: 'timeout', reason }));
    }, timeout);
    const run = async (): Promise<PrometheusAnswerText> => {
      const response = await fetch(url, {
        ...rest,
        ...(body !== undefined && { body }),
        ...(keepalive === true && { keepalive }),
        signal: abort.signal,
        cache: 'no-store',
        // A key in a header would go along to another origin.
        redirect: 'error',
        referrerPolicy: 'no-referrer',
      });
      return { status: response.status, ok: response.ok, text: await textOf(response) };
    };
    subscriber.add(limit);
    subscriber.add(new Subscription(() => abort.abort()));
    run().then(
      (answer) => {
        subscriber.next(answer);
        subscriber.complete();
      },
      (cause: unknown) => {
        const words = cause instanceof Error ? ` (${inShort(cause.message)})` : '';
        const reason = `there was no answer, or none that this page may read${words}. Check the address, and CORS on its side.`;
        subscriber.error(failed({ errorType: 'network', reason, cause }));
      },
    );
  });
}

async function textOf({ body }: Response): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let size = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.byteLength;
    if (size > MOST_ANSWER) {
      await reader.cancel();
      throw new RangeError(`The answer has more than ${MOST_ANSWER} bytes.`);
    }
    parts.push(decoder.decode(chunk.value, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}
