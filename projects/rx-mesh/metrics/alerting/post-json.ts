import { type Clock, InvalidOptionError } from 'rx-mesh/kernel';
import { type Observable, defer, finalize, from, ignoreElements, throwError, timeout } from 'rxjs';
import type { MetricsFetch } from '../metrics-fetch';
import { AlertDeliveryError } from './alert-errors';

/** What a request needs of the world. */
export interface PostPorts {
  readonly clock: Clock;
  readonly fetch: MetricsFetch;
}

const ANSWER = 10_000; // ms
// What a browser lets outlive its page is 65,536 bytes, of all requests together.
const MOST_KEPT = 60_000;
// What is beyond that is a page of somebody else.
const MOST_WORDS = 200;

/**
 * Posts JSON and reads the answer to its end. The request outlives the page unless its body is too large for that; a
 * subscriber that leaves aborts it. A failure is an {@link AlertDeliveryError}.
 */
export function postJson(
  { clock, fetch }: PostPorts,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Observable<never> {
  return defer(() => {
    const abort = new AbortController();
    return from(post(fetch, url, headers, JSON.stringify(body), abort.signal)).pipe(
      timeout({ first: ANSWER, scheduler: clock.scheduler, with: () => throwError(() => late()) }),
      finalize(() => abort.abort()),
    );
  }).pipe(ignoreElements());
}

const late = () => new AlertDeliveryError(`The receiver did not answer within ${ANSWER} ms.`, true);

async function post(
  fetch: MetricsFetch,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body,
      signal,
      keepalive: new TextEncoder().encode(body).length <= MOST_KEPT,
      cache: 'no-store',
      credentials: 'omit',
      // A key in a header would go along to another origin.
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    });
  } catch (cause) {
    throw new AlertDeliveryError('The receiver was not reached.', true, { cause });
  }
  const words = await wordsOf(response);
  const { ok, status } = response;
  if (ok) return;
  const said = words === '' ? '.' : `: ${words}`;
  throw new AlertDeliveryError(`The receiver answered with status ${status}${said}`, status >= 500);
}

// To the end, for until then a browser counts the body. The status has said already how it went.
async function wordsOf({ body }: Response): Promise<string> {
  let words = '';
  try {
    const reader = body?.getReader();
    const decoder = new TextDecoder();
    for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read()) {
      if (words.length < MOST_WORDS) words += decoder.decode(chunk.value, { stream: true });
    }
  } catch {
    // An answer that breaks off must not send it twice.
  }
  return words.slice(0, MOST_WORDS).trim();
}

/**
 * The URL of a receiver: http or https, or a path of the page's own origin.
 *
 * @param option What a refusal names.
 * @throws InvalidOptionError when it is neither, or holds credentials.
 */
export function receiverUrl(option: string, url: string): string {
  const isPath = typeof url === 'string' && url.startsWith('/');
  const base = 'http://own.invalid';
  const parsed = URL.canParse(url, isPath ? base : undefined)
    ? new URL(url, isPath ? base : undefined)
    : undefined;
  const leadsAway = isPath && parsed?.origin !== base;
  const isHttp = parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
  const hasSecrets = parsed !== undefined && `${parsed.username}${parsed.password}` !== '';
  if (!isHttp || leadsAway || hasSecrets) {
    throw new InvalidOptionError(
      option,
      hasSecrets ? '***' : url,
      'an http(s) URL without credentials, or a path of this origin such as "/alerts"',
    );
  }
  return url;
}
