// A host that cannot exist (RFC 2606): whatever leads away from it is no path.
const NOWHERE = 'http://own.invalid';

/** What the URL of a receiver must be, as a phrase. */
export const A_URL =
  'a URL of http or https, or a path of the own origin that begins with "/", with no credentials and no fragment';

/** The URL of a receiver; `undefined` when it is none. */
export function receiverUrl(text: unknown): URL | undefined {
  const url = parsed(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash) {
    return undefined;
  }
  const isOwn = url.origin === NOWHERE;
  return String(text).startsWith('/') !== isOwn || (isOwn && url.pathname.startsWith('//'))
    ? undefined
    : url;
}

/** The text, or something else that is no URL if there is a password in it: a refusal repeats what it refuses. */
export function withoutCredentials(text: string): string {
  const url = parsed(text);
  return url?.username || url?.password ? '(credentials)' : text;
}

/** The URL, with a path where it has none. */
export function withPath(text: string, path: string): string {
  const url = receiverUrl(text);
  if (url?.pathname !== '/') return text;
  url.pathname = path;
  return url.origin === NOWHERE ? `${path}${url.search}` : url.href;
}

/** Whether these are values by name. */
export function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether these can be sent along as headers, beside the `Content-Type`. */
export function areHeaders(headers: Readonly<Record<string, string>>): boolean {
  try {
    return isRecord(headers) && !new Headers(headers).has('Content-Type');
  } catch {
    return false;
  }
}

function parsed(text: unknown): URL | undefined {
  return typeof text === 'string' && URL.canParse(text, NOWHERE)
    ? new URL(text, NOWHERE)
    : undefined;
}
