import { HttpHeaders, HttpResponse } from '@angular/common/http';

/** An answer as it is kept: plain data, so that it survives any second level. */
export interface StoredResponse {
  /** Its body, as it was read. */
  readonly body: unknown;
  /** Its headers, with all values of each. */
  readonly headers: readonly (readonly [string, readonly string[]])[];
  /** The status of HTTP. */
  readonly status: number;
  /** From where it came. */
  readonly url: string | null;
}

/** The plain data of an answer. */
export function storedResponse(response: HttpResponse<unknown>): StoredResponse {
  const { body, headers, status, url } = response;
  return {
    body,
    // A cookie is for the browser, and a script cannot read it anyway.
    headers: headers
      .keys()
      .filter((name) => !/^set-cookie2?$/i.test(name))
      .map((name) => [name, headers.getAll(name) ?? []] as const),
    status,
    url,
  };
}

/** The answer of plain data: a new one each time, for interceptors are free to change theirs. */
export function httpResponse({
  body,
  headers,
  status,
  url,
}: StoredResponse): HttpResponse<unknown> {
  let read = new HttpHeaders();
  for (const [name, values] of headers) read = read.set(name, [...values]);
  return new HttpResponse({ body, headers: read, status, ...(url !== null && { url }) });
}

/** Whether something of a second level is an answer. */
export function isStoredResponse(value: unknown): value is StoredResponse {
  if (typeof value !== 'object' || value === null) return false;
  const { headers, status, url } = value as Partial<Record<keyof StoredResponse, unknown>>;
  return (
    typeof status === 'number' &&
    (url === null || typeof url === 'string') &&
    Array.isArray(headers) &&
    headers.every(
      (header: unknown) =>
        Array.isArray(header) && typeof header[0] === 'string' && Array.isArray(header[1]),
    )
  );
}
