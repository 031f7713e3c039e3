// What a browser sends itself, or drops without a word (Fetch, section 2.2.2).
const FORBIDDEN =
  /^(?:accept-charset|accept-encoding|access-control-.*|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|permissions-policy|proxy-.*|referer|sec-.*|set-cookie2?|te|trailer|transfer-encoding|upgrade|user-agent|via)$/i;

/** Whether a text may be the name of a header (RFC 9110, section 5.1). */
export function isHeaderName(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]{1,256}$/.test(name);
}

/** Whether a text may be the value of a header: no line breaks, with which another header could be smuggled in. */
export function isHeaderValue(value: unknown): value is string {
  return typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]{0,8192}$/.test(value);
}

/** Whether a page may set a request header of this name. */
export function isSettable(name: string): boolean {
  return isHeaderName(name) && !FORBIDDEN.test(name);
}
