import type { HttpHeaders } from '@angular/common/http';
import { isHeaderName, isHeaderValue } from '../middleware/header-rules';
import { refusal } from '../middleware/refusal';

// Of one connection only (RFC 9110, section 7.6.1), or the browser's own (Fetch, "forbidden request-header"). `X-Forwarded-For` is
// neither, but from a page it is worth nothing, and costs a preflight.
const NEVER =
  /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|accept-(?:charset|encoding)|access-control-request-.*|content-length|cookie2?|date|dnt|expect|host|origin|permissions-policy|proxy-.*|referer|sec-.*|set-cookie|via|forwarded|x-forwarded-(?:for|host|proto)|x-(?:http-)?method(?:-override)?)$/;

/** The headers of a request on its way to a service. */
export interface ForwardedHeaders {
  /** Those that every instance may see. */
  readonly open: Readonly<Record<string, string>>;
  /** Those by which the caller proves who he is. */
  readonly secret: Readonly<Record<string, string>>;
}

/**
 * The headers that go on to the service: without those of one connection, and those that a browser does not let a page set.
 *
 * @param headers Those of the caller.
 * @param secrets The headers that are credentials, in lower case.
 * @throws GatewayError of status 400 for what is no header, such as a value with a line break.
 */
export function forwardedHeaders(
  headers: HttpHeaders,
  secrets: readonly string[],
): ForwardedHeaders {
  const open: [string, string][] = [];
  const secret: [string, string][] = [];
  const connection = (headers.getAll('Connection') ?? [])
    .join()
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  for (const name of headers.keys()) {
    const lower = name.toLowerCase();
    if (NEVER.test(lower) || connection.includes(lower)) continue;
    const value = (headers.getAll(name) ?? []).join(', ');
    if (!isHeaderName(name) || !isHeaderValue(value)) {
      throw refusal(400, 'A header of the request has signs that no header may have.');
    }
    (secrets.includes(lower) ? secret : open).push([name, value]);
  }
  return { open: Object.fromEntries(open), secret: Object.fromEntries(secret) };
}
