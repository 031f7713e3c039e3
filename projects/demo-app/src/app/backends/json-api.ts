/** A back end: one request in, one response out. No framework, so a page, a worker and Node can all host it. */
export type FetchHandler = (request: Request) => Promise<Response>;

/** What a route is told of its request. */
export interface RouteContext {
  readonly request: Request;
  readonly query: URLSearchParams;
  /** The decoded part of the path that stands where the route says `:name`. */
  readonly param: (name: string) => string;
}

/** One operation of an API. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** The path, with `:name` for a part that varies, such as `/orders/:id`. */
  readonly path: string;
  readonly handle: (context: RouteContext) => Response | Promise<Response>;
}

/** What a check of untrusted input says: the value, or every reason why it is none. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reasons: readonly string[] };

/**
 * A JSON API of some routes, with the manners of HTTP: 404 for an unknown path, 405 with `Allow` for a known path and
 * another method, and `GET /health` for probes. Every answer names the instance that gave it in `x-served-by`.
 */
export function jsonApi(instance: string, routes: readonly Route[]): FetchHandler {
  const health: Route = {
    method: 'GET',
    path: '/health',
    handle: () => json({ status: 'pass', instance }),
  };
  const table = [...routes, health].map((route) => ({ route, segments: route.path.split('/') }));

  return async (request) => {
    const url = new URL(request.url);
    const path = url.pathname.split('/');
    const candidates = table.filter(({ segments }) => matches(segments, path));
    const found = candidates.find(({ route }) => route.method === request.method);
    const response = found
      ? await found.route.handle({
          request,
          query: url.searchParams,
          param: (name) => decode(path[found.segments.indexOf(`:${name}`)] ?? ''),
        })
      : candidates.length > 0
        ? methodNotAllowed(request, [...new Set(candidates.map(({ route }) => route.method))])
        : problem(404, 'Not found', `There is no resource at ${url.pathname}.`);
    response.headers.set('x-served-by', instance);
    return response;
  };
}

/** A JSON answer. */
export function json(body: unknown, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(body), { ...init, headers });
}

/** Problem details as RFC 9457 has them: machines read `status`, people read `detail`. */
export function problem(
  status: number,
  title: string,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): Response {
  return json(
    { type: 'about:blank', title, status, detail, ...more },
    { status, headers: { 'content-type': 'application/problem+json' } },
  );
}

/** 400, with all that is wrong with the input. */
export function invalid(reasons: readonly string[]): Response {
  return problem(400, 'Invalid input', reasons.join(' '), { errors: reasons });
}

/** Reads and checks a JSON body, and answers 415 or 400 when it is none or not a sound one. */
export async function withBody<T>(
  request: Request,
  check: (body: unknown) => Checked<T>,
  handle: (value: T) => Response,
): Promise<Response> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    return problem(415, 'Unsupported media type', 'Send the body as application/json.');
  }
  const text = await request.text();
  const body = parse(text);
  if (body === undefined) return invalid(['The body is not valid JSON.']);
  const checked = check(body);
  return checked.ok ? handle(checked.value) : invalid(checked.reasons);
}

/** A whole number of the query within bounds; the fallback when it is absent. */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): Checked<number> {
  const text = query.get(name);
  if (text === null) return { ok: true, value: fallback };
  const value = Number(text);
  return text !== '' && Number.isInteger(value) && value >= min && value <= max
    ? { ok: true, value }
    : { ok: false, reasons: [`"${name}" must be a whole number from ${min} to ${max}.`] };
}

/** The fields of a JSON object, by name; none of them when it is something else. */
export function fields(body: unknown): ReadonlyMap<string, unknown> {
  return new Map(
    typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.entries(body) : [],
  );
}

function matches(segments: readonly string[], path: readonly string[]): boolean {
  return (
    segments.length === path.length &&
    segments.every((segment, i) => (segment.startsWith(':') ? path[i] !== '' : segment === path[i]))
  );
}

function methodNotAllowed(request: Request, allowed: readonly string[]): Response {
  const response = problem(
    405,
    'Method not allowed',
    `${request.method} is not possible here. Use ${allowed.join(' or ')}.`,
  );
  response.headers.set('allow', allowed.join(', '));
  return response;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
