import { InjectionToken } from '@angular/core';
import type { Clock } from 'rx-mesh/kernel';
import { Observable, type Subscriber } from 'rxjs';
import { RemoteCacheError, type RemoteCacheFailure, isRemoteCacheError } from '../../cache-errors';
import type { RedisValues } from './redis-options';

declare const ngDevMode: boolean;

/** What requests to Redis are sent with: the `fetch` of the platform, or something of its shape. */
export type RedisFetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * How Redis is reached. Not `HttpClient`: its interceptors would put headers on requests that Webdis refuses for them, and
 * it hands out no stream. @default the `fetch` of the platform
 */
export const REDIS_FETCH = new InjectionToken<RedisFetch>(ngDevMode ? 'rx-mesh REDIS_FETCH' : '', {
  providedIn: 'root',
  factory: () => async (url, init) => fetch(url, init),
});

/** A request, of which each is a POST. */
export interface RedisRequest {
  /** What follows the URL; begins with `/`. */
  readonly path: string;
  /** What is sent. */
  readonly body?: string;
  /** Beside those that every request of its kind has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What requests need of the world. */
export interface RedisPorts {
  readonly clock: Clock;
  readonly fetch: RedisFetch;
  readonly options: RedisValues;
}

/** A whole answer. */
export interface RedisAnswer {
  readonly status: number;
  readonly text: string;
}

/** The most characters of a message that comes over a subscription. */
export const MOST_PUSHED = 1024 * 1024;

const MOST_BYTES = 8 * 1024 * 1024;

/** An error of Redis. */
export function redisError(
  failure: RemoteCacheFailure,
  detail: string,
  cause?: unknown,
): RemoteCacheError {
  return new RemoteCacheError('redis', failure, detail, cause);
}

/** What Redis itself has said no with. */
export function replyError(said: unknown): RemoteCacheError {
  const text = String(said).slice(0, 200);
  if (text.startsWith('OOM')) return redisError('full', text);
  // It will not be so for ever.
  const isPassing = /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|READONLY)\b/.test(text);
  return redisError(isPassing ? 'unreachable' : 'refused', text);
}

/** What an answer without a reply of Redis says. */
export function statusError(status: number): RemoteCacheError {
  if (status === 413) return redisError('too-large', 'status 413');
  return redisError(status < 500 ? 'refused' : 'unreachable', `status ${status}`);
}

/**
 * Sends a request when it is subscribed, and lets `read` make something of the answer, of whatever status; completes when that
 * does. Without cookies, redirects and headers of others. Unsubscribing aborts all of it.
 *
 * @param read Is told where values go to, and what to call once the answer is in time.
 */
export function exchange<T>(
  { clock, fetch, options: { url, timeout } }: RedisPorts,
  { path, body, headers = {} }: RedisRequest,
  read: (response: Response, sink: Subscriber<T>, inTime: () => void) => Promise<void>,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const abort = new AbortController();
    const limit = clock.scheduler.schedule(() => {
      subscriber.error(redisError('timeout', `no answer within ${timeout} ms`));
    }, timeout);
    subscriber.add(limit);
    subscriber.add(() => abort.abort());
    const run = async (): Promise<void> => {
      const response = await fetch(url.replace(/\/+$/, '') + path, {
        method: 'POST',
        headers,
        ...(body !== undefined && { body }),
        signal: abort.signal,
        credentials: 'omit',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
      });
      await read(response, subscriber, () => limit.unsubscribe());
    };
    run().then(
      () => subscriber.complete(),
      (error: unknown) =>
        subscriber.error(
          isRemoteCacheError(error)
            ? error
            : redisError('unreachable', 'no answer: check the address, and CORS', error),
        ),
    );
  });
}

/** Sends a request and reads the whole answer. */
export function ask(ports: RedisPorts, request: RedisRequest): Observable<RedisAnswer> {
  return exchange<RedisAnswer>(ports, request, async (response, sink) => {
    let text = '';
    await eachText(response, (part, bytes) => {
      if (bytes > MOST_BYTES) throw redisError('malformed', `more than ${MOST_BYTES} bytes`);
      text += part;
    });
    sink.next({ status: response.status, text });
  });
}

/** Reads the body of an answer part by part, as it comes. */
export async function eachText(
  { body }: Response,
  take: (part: string, bytes: number) => void,
): Promise<void> {
  const reader = body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  let bytes = 0;
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      bytes += chunk.value.byteLength;
      take(decoder.decode(chunk.value, { stream: true }), bytes);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
