/** The version and the last name of a continue token; neither without one; `undefined` when it is none. */
export function readToken(token: string | null): readonly [number?, string?] | undefined {
  if (token === null || token === '') return [];
  const [, version, after] = /^(\d+)\.(.+)$/.exec(token) ?? [];
  return version === undefined || after === undefined ? undefined : [Number(version), after];
}

/** A continue token. */
export function tokenOf(version: number, after = ''): string {
  return `${version}.${after}`;
}

/** What Kubernetes says when it says no. */
export function statusOf(code: number, reason: string, message: string): Record<string, unknown> {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
  };
}

/** An answer that says no. */
export function refused(
  code: number,
  reason: string,
  message: string,
  retryAfterSeconds?: number,
  details: object = {},
): Response {
  const said = statusOf(code, reason, message);
  const wait = retryAfterSeconds !== undefined;
  return Response.json(wait ? { ...said, details: { ...details, retryAfterSeconds } } : said, {
    status: code,
    headers: wait ? { 'Retry-After': String(retryAfterSeconds) } : {},
  });
}
