import type { HttpRequest, HttpResponse } from '@angular/common/http';
import type { Observable, ObservableInput } from 'rxjs';

/** Whose request it is. */
export interface GatewayUser {
  /** What tells him from others. */
  readonly id: string;
  /** What he may do. */
  readonly roles: readonly string[];
  /** What else his token says. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What is known of a request on its way. It is never changed: who wants another hands a copy on. */
export interface RequestContext {
  /** Names the request, in headers and logs. */
  readonly requestId: string;
  /** The request as it is now: middleware hands others on. Its address is that of the caller, not that of the service. */
  readonly originalRequest: HttpRequest<unknown>;
  /** The route that it takes. */
  readonly route: RouteConfig;
  /** The parameters of the path, decoded. Without a prototype. */
  readonly params: Readonly<Record<string, string>>;
  /** Whose request it is; `undefined`: nobody's. */
  readonly user?: GatewayUser | undefined;
  /** The headers in which it has secrets, beside `Authorization`: their values go to allowed origins only. @default none */
  readonly credentials?: readonly string[] | undefined;
  /** When it came. */
  readonly startTime: Date;
  /** What middleware tells middleware. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The rest of the way: sends a request on, and gives the answer. */
export type GatewayNext = (context: RequestContext) => Observable<HttpResponse<unknown>>;

/**
 * What is done to a request on its way, and to its answer on the way back. It emits once: a context, with which the request goes on;
 * or an answer, its own or what it has made of that of `next(context)`. What it throws or errors with is the error of that request only.
 * One that completes without a word, or is silent for longer than `timeout` of the route, fails.
 */
export type MiddlewareFunction = (
  context: RequestContext,
  next: GatewayNext,
) => ObservableInput<RequestContext | HttpResponse<unknown>>;

/** How often a route may be called. */
export interface RateLimitConfig {
  /** How many requests there may be in `period`: a whole number of at least 1. */
  readonly limit: number;
  /** In which time, in milliseconds, above 0. */
  readonly period: number;
  /** How it is counted: `gcra` spreads requests evenly and lets `burst` through at once. @default 'gcra' */
  readonly algorithm?: 'gcra' | 'sliding-window' | undefined;
  /** How many may come at once (GCRA). @default limit */
  readonly burst?: number | undefined;
  /** For whom it is counted by itself. @default each route for everybody */
  readonly key?: ((context: RequestContext) => string) | undefined;
  /** How long a request may wait for its turn, in milliseconds; 0: it is refused at once. @default 0 */
  readonly maxWait?: number | undefined;
  /** Whether nothing is sent while the service says that it has had enough (`RateLimit`, `Retry-After`). @default true */
  readonly followServer?: boolean | undefined;
}

/** How answers of a route are kept. Only those of GET and HEAD are, and only as RFC 9111 allows it. */
export interface CacheConfig {
  /** How long, in milliseconds. @default what the answer says */
  readonly ttl?: number | undefined;
  /** How long after that an answer may be given while a new one is loaded, in milliseconds. @default what the answer says */
  readonly staleWhileRevalidate?: number | undefined;
  /** How long after that it may be given when there is no new one, in milliseconds. @default what the answer says */
  readonly staleIfError?: number | undefined;
  /** By what it is made void. @default none */
  readonly tags?: readonly string[] | undefined;
  /**
   * Whether each user has answers of his own. Where nobody says who he is (no `authentication`, no token in the request, no `scope`
   * of `withCaching`), as with cookies, then only answers that say `public` are kept. `false`: answers are the same for all.
   * @default true
   */
  readonly perUser?: boolean | undefined;
}

/** Who may call a route. */
export interface AuthConfig {
  /** Whether requests without a user are refused; else they pass without one. @default true */
  readonly required?: boolean | undefined;
  /** How the token is sent: as `Authorization: Bearer`, or in a header of its own (an API key). @default 'bearer' */
  readonly scheme?: 'bearer' | { readonly header: string } | undefined;
  /** Which roles a user must have, all of them. @default none */
  readonly roles?: readonly string[] | undefined;
  /** Whether a user may, whatever his roles. @default everybody */
  readonly authorize?:
    ((user: GatewayUser, context: RequestContext) => ObservableInput<boolean>) | undefined;
}

/** What must be so beside path and method, for a route to be taken. All of it. */
export interface RoutePredicates {
  /** The host of the request, such as `api.shop.test` or `*.shop.test`. */
  readonly host?: string | undefined;
  /** Headers: a text, a pattern, or `true` for any value. Names in any case. */
  readonly headers?: Readonly<Record<string, string | RegExp | true>> | undefined;
  /** Query parameters, likewise. */
  readonly query?: Readonly<Record<string, string | RegExp | true>> | undefined;
}

/** One route: which requests it takes, where they go, and what is done to them on the way. */
export interface RouteConfig {
  /** A name for metrics and errors. @default method and path */
  readonly name?: string | undefined;
  /** Which paths: `/orders/:id`, `/files/*rest` (the rest of the path). Static parts go before parameters, and these before the rest. */
  readonly path: string;
  /** Which method, such as `GET`; `*`: any. */
  readonly method: string;
  /** Who answers: the name by which the mesh knows the service. */
  readonly targetService: string;
  /** The path there: with the parameters of `path`, such as `/v2/orders/:id`. */
  readonly targetPath: string;
  /** What must be so besides. @default nothing */
  readonly when?: RoutePredicates | undefined;
  /**
   * Which part of the requests that could take several routes of the same path takes this one (canary): at least 0, and not 0 for all
   * of them. @default 1
   */
  readonly weight?: number | undefined;
  /** By what a request is told to one of them for good, such as the user: routes come before authentication. @default chance */
  readonly stickyBy?: ((request: HttpRequest<unknown>) => string | undefined) | undefined;
  /** What is done besides, outermost first. @default nothing */
  readonly middleware?: readonly MiddlewareFunction[] | undefined;
  /** How often it may be called. @default without a limit */
  readonly rateLimit?: RateLimitConfig | undefined;
  /** How answers are kept. @default not at all */
  readonly cache?: CacheConfig | undefined;
  /** Who may call it. @default everybody */
  readonly authentication?: AuthConfig | undefined;
  /** Whether identical GET requests at one time are one. @default true */
  readonly coalesce?: boolean | undefined;
  /** How large a request body may be, in bytes. @default 1048576 */
  readonly maxBodySize?: number | undefined;
  /** The most time of the whole request, in milliseconds. @default 30000 */
  readonly timeout?: number | undefined;
  /** How many new attempts there may be; only of safe and idempotent methods. @default 2 */
  readonly retries?: number | undefined;
  /** Who goes first when requests wait for a place: the higher. @default 0 */
  readonly priority?: number | undefined;
  /** Answers in place of a service that cannot. @default the error */
  readonly fallback?:
    | ((context: RequestContext, error: unknown) => ObservableInput<HttpResponse<unknown>>)
    | undefined;
}
