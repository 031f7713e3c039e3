import { InjectionToken } from '@angular/core';
import type { Clock } from 'rx-mesh/kernel';
import { Observable, type Subscription } from 'rxjs';
import { RegistryRequestError } from './registry-errors';

declare const ngDevMode: boolean;

/** What the clients of registries send their requests with: the `fetch` of the platform, or something of its shape. */
export type RegistryFetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * How the mesh reaches registries and probes instances. Not `HttpClient`: its interceptors would put trace headers on
 * requests that a registry refuses for them, and it hands out no stream. @default the `fetch` of the platform
 */
export const REGISTRY_FETCH = new InjectionToken<RegistryFetch>(
  ngDevMode ? 'rx-mesh REGISTRY_FETCH' : '',
  { providedIn: 'root', factory: () => async (url, init) => fetch(url, init) },
);

/** One request to a registry. */
export interface RegistryRequest {
  /** Whose request it is, for errors: `consul`. */
  readonly registry: string;
  /** Where to. Holds no secret. */
  readonly url: string;
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | undefined;
  /** Sent with it, a token too. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent with it. @default nothing */
  readonly body?: string | undefined;
  /** How long the head of the answer may take, in milliseconds, and after it the body once more. */
  readonly timeout: number;
}

/** What the requests of registries need of the world. */
export interface RequestPorts {
  readonly clock: Clock;
  readonly fetch: RegistryFetch;
}

/** The whole answer of a registry. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as text. */
  readonly text: string;
}

// The largest registry that was seen, 20,000 instances of Eureka, takes 30 MB.
const MOST_TEXT = 64 * 1024 * 1024;

/**
 * Sends a request when it is subscribed and gives the head of the answer, of whatever status; the body is read by whoever
 * wants it while the subscription stands. Completes when `read` does. Unsubscribing aborts request and body.
 *
 * No redirect is followed: a token in a header of its own would go along to another origin. No cookie is sent to another
 * origin, nothing is cached.
 *
 * Fails with a {@link RegistryRequestError} when there is no answer, none in time, or `read` fails.
 *
 * @param read What is made of the answer. Its errors that are no {@link RegistryRequestError} become one.
 */
export function sendToRegistry<T>(
  { clock, fetch }: RequestPorts,
  request: RegistryRequest,
  read: (response: Response, limit: BodyLimit) => Promise<T>,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const { registry, url, method = 'GET', headers = {}, body, timeout } = request;
    const abort = new AbortController();
    let timer: Subscription | undefined;
    const restart = (): void => {
      timer?.unsubscribe();
      timer = clock.scheduler.schedule(() => {
        subscriber.error(new RegistryRequestError(registry, url, { timeout }));
      }, timeout);
      subscriber.add(timer);
    };
    const stop = (): void => timer?.unsubscribe();
    subscriber.add(() => abort.abort());
    restart();
    const run = async (): Promise<T> => {
      const response = await fetch(url, {
        method,
        headers,
        ...(body !== undefined && { body }),
        signal: abort.signal,
        cache: 'no-store',
        credentials: 'same-origin',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
      });
      restart();
      return read(response, { restart, stop });
    };
    run().then(
      (value) => {
        subscriber.next(value);
        subscriber.complete();
      },
      (error: unknown) =>
        subscriber.error(
          error instanceof RegistryRequestError
            ? error
            : new RegistryRequestError(registry, url, { cause: error }),
        ),
    );
  });
}

/** The time that a body has: {@link RegistryRequest.timeout} from the head on. */
export interface BodyLimit {
  /** It has that time again from now. */
  restart(): void;
  /** It may take as long as it likes. */
  stop(): void;
}

/** Sends a request and reads the whole answer as text. Fails as {@link sendToRegistry} does. */
export function askRegistry(
  ports: RequestPorts,
  request: RegistryRequest,
): Observable<RegistryAnswer> {
  return sendToRegistry(ports, request, async (response) => ({
    status: response.status,
    headers: response.headers,
    text: await textOf(response),
  }));
}

/** A body as text, as long as it is of a size that a registry can have. */
export async function textOf(response: Response): Promise<string> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let size = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.byteLength;
    if (size > MOST_TEXT) {
      await reader.cancel();
      throw new RangeError(`The answer has more than ${MOST_TEXT} bytes.`);
    }
    parts.push(decoder.decode(chunk.value, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}
