import {
  type Clock,
  type IdGenerator,
  InvalidOptionError,
  nonNegativeInteger,
  positive,
  waitable,
} from 'rx-mesh/kernel';
import { routeTemplate } from 'rx-mesh/metrics';
import type { ServiceCall, ServiceCallMethod } from './service-call';
import type { CommunicationValues } from './with-communication';

/** A call that has been looked at: every value is there and sound. */
export interface CallPlan<T> {
  readonly call: ServiceCall<T>;
  readonly service: string;
  readonly method: ServiceCallMethod;
  readonly path: string;
  readonly route: string;
  /** What errors and spans call it, such as `orders GET /orders/:id`. */
  readonly name: string;
  readonly timeout: number;
  readonly deadline: number;
  readonly retries: number;
  readonly idempotencyKey: string | undefined;
  /** What is the same call for an earlier answer; `undefined` when none may stand in. */
  readonly staleKey: string | undefined;
  /** Whether it may be sent twice without harm. */
  readonly idempotent: boolean;
  /** When it must be over, as a monotonic reading. */
  readonly endsAt: number;
}

/** What a call is like that says nothing of it. */
export type PlanDefaults = CommunicationValues & { readonly retries: number };

/** What a plan is made with. */
export interface PlanPorts {
  readonly clock: Clock;
  readonly ids: IdGenerator;
  /** By service. */
  readonly defaults: (service: string) => PlanDefaults;
}

// RFC 9110, section 9.2.2. TRACE and CONNECT are not for a browser.
const IDEMPOTENT: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];
const METHODS: readonly string[] = [...IDEMPOTENT, 'POST', 'PATCH'];

/**
 * Fills in the defaults of a call and checks what was given.
 *
 * @throws InvalidOptionError when a value is out of its range.
 */
export function planCall<T>(
  call: ServiceCall<T>,
  { clock, defaults: defaultsOf, ids }: PlanPorts,
): CallPlan<T> {
  const defaults = defaultsOf(call.service);
  const { idempotencyKey, method = 'GET', path = '', service } = call;
  const { deadline = defaults.deadline, retries = defaults.retries } = call;
  const { timeout = defaults.timeout } = call;
  check('service', service, isText(service), 'the name of a service');
  check('method', method, METHODS.includes(method), `one of ${METHODS.join(', ')}`);
  check('path', path, isPath(path), 'empty, or a path with one slash in front');
  check('path', path, staysBelow(path), 'a path that does not climb above where it starts');
  expect('timeout', timeout, waitable(timeout));
  expect('deadline', deadline, waitable(deadline));
  expect('retries', retries, nonNegativeInteger(retries));
  const isKey = idempotencyKey === undefined || idempotencyKey === true || isText(idempotencyKey);
  if (call.version !== undefined) check('version', call.version, isText(call.version), 'a text');
  checkStale(call);
  check('idempotencyKey', idempotencyKey, isKey, 'true, or a text that is not empty');
  const route = call.route ?? routeTemplate(path);
  const key = idempotencyKey === true ? ids.uuid() : idempotencyKey;
  return {
    call,
    service,
    method,
    path,
    route,
    name: `${service} ${method} ${route}`.trimEnd(),
    timeout,
    deadline,
    retries,
    idempotencyKey: key,
    staleKey: call.stale && staleKeyOf(call, method),
    idempotent: key !== undefined || IDEMPOTENT.includes(method),
    endsAt: clock.monotonic() + deadline,
  };
}

function checkStale({ stale, method = 'GET' }: ServiceCall): void {
  if (!stale) return;
  const isRead = method === 'GET' || method === 'HEAD';
  check('stale', method, isRead, 'for GET and HEAD only');
  expect('stale.maxAge', stale.maxAge, positive(stale.maxAge));
  check('stale.scope', stale.scope, isText(stale.scope), 'the id of the user, or a word for all');
}

/** Answers differ by all that a call says, and by whom it is for. */
function staleKeyOf(call: ServiceCall, method: string): string {
  const { headers = {}, http = {}, path, query = {}, service, stale, version } = call;
  const sorted = (record: object): unknown =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    stale?.scope,
    service,
    method,
    version,
    path,
    sorted(query),
    sorted(headers),
    [http.responseType, http.credentials, http.withCredentials],
  ]);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/**
 * A fragment is never sent, and would take the query along. Below an address that is relative, two slashes would name a
 * host; to a URL parser a backslash is a slash, and tabs and line breaks are nothing at all.
 */
function isPath(value: unknown): boolean {
  return typeof value === 'string' && /^(?:$|\?|\/(?![/\\]))[^#\p{Cc}]*$/u.test(value);
}

/** A part of a path may be the words of a user: `..` must not lead out of the base of the instance (WHATWG URL). */
function staysBelow(path: string): boolean {
  let depth = 0;
  for (const segment of path
    .replace(/[?#].*/, '')
    .split(/[/\\]/)
    .slice(1)) {
    const read = segment.replace(/%2e/gi, '.');
    if (read === '..') depth--;
    else if (read !== '.') depth++;
    if (depth < 0) return false;
  }
  return true;
}

function check(option: string, value: unknown, isSound: boolean, expected: string): void {
  expect(option, value, isSound ? undefined : expected);
}

function expect(option: string, value: unknown, expected: string | undefined): void {
  if (expected) throw new InvalidOptionError(`ServiceCall.${option}`, value, expected);
}
