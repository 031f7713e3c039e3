import {
  nonNegative,
  nonNegativeInteger,
  oneOf,
  positiveInteger,
  waitable,
  type OptionCheck,
} from 'rx-mesh/kernel';
import type {
  AuthConfig,
  CacheConfig,
  MiddlewareFunction,
  RateLimitConfig,
  RouteConfig,
  RoutePredicates,
} from '../route-config';
import { isSettable } from '../middleware/header-rules';
import { isEndOfRoute } from '../pipeline/route-end';

/** Says what is wrong, and where below the route. */
export type Complain = (at: string, detail: string) => void;

type Checks<O> = { readonly [K in keyof O]?: OptionCheck<NonNullable<O[K]>> };

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const HOST = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::\d{1,5})?$/i;
// A name that is shown and a service that is looked up: no control characters, and nothing that only looks empty.
const WORDS = /^[^\s\p{Cc}](?:[^\p{Cc}]{0,254}[^\s\p{Cc}])?$/u;

const check =
  <V>(isFine: (value: V) => boolean, wanted: string): OptionCheck<V> =>
  (value) =>
    isFine(value) ? undefined : wanted;
const matches = (pattern: RegExp, wanted: string): OptionCheck<unknown> =>
  check((value) => typeof value === 'string' && pattern.test(value), wanted);

const flag = /* @__PURE__ */ check((value: unknown) => typeof value === 'boolean', 'true or false');
const callable = /* @__PURE__ */ check(
  (value: unknown) => typeof value === 'function',
  'a function',
);
const words = /* @__PURE__ */ matches(WORDS, 'a text of 1 to 256 characters that can be seen');
const token = /* @__PURE__ */ matches(TOKEN, 'the name of a header');
const texts = /* @__PURE__ */ check(
  (value: unknown) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== ''),
  'a list of texts',
);

// What a timer takes.
const wait: OptionCheck<number> = (value) =>
  nonNegative(value) ?? (value < 2 ** 31 ? undefined : 'at most 2147483647');

const ROUTE: Checks<RouteConfig> = {
  name: words,
  method: /* @__PURE__ */ matches(/^(?:\*|[A-Z][A-Z0-9_-]*)$/i, 'a method of HTTP, or *'),
  targetService: words,
  weight: nonNegative,
  stickyBy: callable,
  middleware: /* @__PURE__ */ check(
    (value: unknown) =>
      Array.isArray(value) && value.every((one: unknown) => typeof one === 'function'),
    'a list of functions',
  ),
  coalesce: flag,
  maxBodySize: nonNegativeInteger,
  timeout: waitable,
  retries: nonNegativeInteger,
  priority: /* @__PURE__ */ check((value: number) => Number.isFinite(value), 'a finite number'),
  fallback: callable,
};
const RATE_LIMIT: Checks<RateLimitConfig> = {
  limit: positiveInteger,
  period: waitable,
  algorithm: /* @__PURE__ */ oneOf('gcra', 'sliding-window'),
  burst: positiveInteger,
  key: callable,
  maxWait: wait,
  followServer: flag,
};
const CACHE: Checks<CacheConfig> = {
  ttl: nonNegative,
  staleWhileRevalidate: nonNegative,
  staleIfError: nonNegative,
  tags: texts,
  perUser: flag,
};
const AUTHENTICATION: Checks<AuthConfig> = {
  required: flag,
  scheme: (value) =>
    value === 'bearer' ||
    (isGroup(value) && token(value.header) === undefined && isSettable(value.header))
      ? undefined
      : "'bearer' or { header } with the name of a header that a page may send",
  roles: texts,
  authorize: callable,
};

/** Whether a value is a group of options: no list, no function, no text. */
const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkEach<O extends object>(
  options: O,
  checks: Checks<O>,
  wanted: readonly (keyof O & string)[],
  complain: Complain,
): void {
  for (const key of Object.keys(checks) as (keyof O & string)[]) {
    const value = options[key];
    if (value === undefined || value === null) {
      if (value === null || wanted.includes(key)) complain(key, 'it is missing');
      continue;
    }
    const expected = checks[key]?.(value);
    if (expected !== undefined) complain(key, `it must be ${expected}`);
  }
}

/** Looks at all of a route but its paths. */
export function checkRoute(route: RouteConfig, complain: Complain): void {
  checkEach(route, ROUTE, ['method', 'targetService'], complain);
  checkGroup('rateLimit', route.rateLimit, RATE_LIMIT, ['limit', 'period'], complain);
  checkGroup('cache', route.cache, CACHE, [], complain);
  checkGroup('authentication', route.authentication, AUTHENTICATION, [], complain);
  if (route.when !== undefined) checkPredicates(route.when, complain);
  checkReach(route, complain);
}

/** What stands behind a middleware that answers by itself would be ignored without a word. */
function checkReach(route: RouteConfig, complain: Complain): void {
  const given: unknown = route.middleware;
  if (!Array.isArray(given)) return;
  const steps = given as readonly unknown[];
  if (!steps.some((step) => typeof step === 'function' && isEndOfRoute(step as MiddlewareFunction)))
    return;
  for (const key of ['cache', 'rateLimit'] as const) {
    if (route[key] !== undefined) complain(key, 'aggregate() answers before it is asked');
  }
}

function checkGroup<O extends object>(
  at: string,
  group: O | undefined,
  checks: Checks<O>,
  wanted: readonly (keyof O & string)[],
  complain: Complain,
): void {
  if (group === undefined) return;
  if (!isGroup(group)) {
    complain(at, 'it must be a group of options');
    return;
  }
  checkEach(group, checks, wanted, (key, detail) => complain(`${at}.${key}`, detail));
}

function checkPredicates(when: RoutePredicates, complain: Complain): void {
  if (!isGroup(when)) {
    complain('when', 'it must be a group of options');
    return;
  }
  if (when.host !== undefined && (typeof when.host !== 'string' || !HOST.test(when.host))) {
    complain('when.host', 'it must be a host such as api.shop.test or *.shop.test');
  }
  for (const kind of ['headers', 'query'] as const) {
    const wishes: unknown = when[kind];
    if (wishes === undefined) continue;
    if (!isGroup(wishes)) complain(`when.${kind}`, 'it must be a group of names');
    else checkWishes(`when.${kind}`, wishes, kind === 'headers', complain);
  }
}

function checkWishes(at: string, wishes: object, areHeaders: boolean, complain: Complain): void {
  for (const [name, wanted] of Object.entries(wishes) as [string, unknown][]) {
    if (areHeaders && !TOKEN.test(name)) complain(at, `${name} is no name of a header`);
    if (wanted !== true && typeof wanted !== 'string' && !(wanted instanceof RegExp)) {
      complain(`${at}.${name}`, 'it must be a text, a pattern or true');
    }
  }
}
