import type { HttpHeaders } from '@angular/common/http';
import type { GatewayError } from '../gateway-errors';
import { isHeaderName, isHeaderValue, isSettable } from '../middleware/header-rules';
import { refusal } from '../middleware/refusal';

// A browser lets a page set them, but from a page they are worth nothing, and cost a preflight; or they make another request of it.
const UNTRUE = /^(?:forwarded|x-forwarded-(?:for|host|proto)|x-(?:http-)?method(?:-override)?)$/;

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
    if (!isHeaderName(name)) throw noHeader();
    const lower = name.toLowerCase();
    if (!isSettable(name) || UNTRUE.test(lower) || connection.includes(lower)) continue;
    const value = (headers.getAll(name) ?? []).join(', ');
    if (!isHeaderValue(value)) throw noHeader();
    (secrets.includes(lower) ? secret : open).push([name, value]);
  }
  return { open: Object.fromEntries(open), secret: Object.fromEntries(secret) };
}

function noHeader(): GatewayError {
  return refusal(400, 'A header of the request has signs that no header may have.');
}
