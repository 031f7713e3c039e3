import type { HttpContext, HttpRequest } from '@angular/common/http';
import type { ServiceInstance } from 'rx-mesh/mesh';
import type { ObservableInput } from 'rxjs';

/** The HTTP methods that a service can be called with. */
export type ServiceCallMethod = 'GET' | 'HEAD' | 'OPTIONS' | 'PUT' | 'DELETE' | 'POST' | 'PATCH';

/** A value of a query parameter. */
export type QueryValue = string | number | boolean;

/** Which earlier answers may stand in. */
export interface StaleAnswers {
  /** How old one may be, in milliseconds, above 0 and at most five minutes. */
  readonly maxAge: number;
  /**
   * For whom the answer is: the id of the user, or a word such as `public` where it is the same for all. An answer never
   * goes to another scope.
   */
  readonly scope: string;
}

/** How `HttpClient` makes the requests of a call; each as it is called there. */
export type ServiceHttpOptions = Partial<
  Pick<
    HttpRequest<unknown>,
    | 'responseType'
    | 'withCredentials'
    | 'credentials'
    | 'keepalive'
    | 'cache'
    | 'priority'
    | 'mode'
    | 'redirect'
    | 'referrer'
    | 'referrerPolicy'
    | 'integrity'
    | 'transferCache'
  >
>;

/** What is asked of a service. Only its name is required. */
export interface ServiceCall<T = unknown> {
  /** The name by which the registry knows the service. */
  readonly service: string;
  /** The HTTP method. @default 'GET' */
  readonly method?: ServiceCallMethod | undefined;
  /**
   * The path below the address of the instance: empty, or with a slash in front. One that climbs above that address by
   * `..` is refused. @default ''
   */
  readonly path?: string | undefined;
  /**
   * The path as a template, such as `/orders/:id`. Traces and metrics group by it.
   * @default the path, with what looks like an id replaced by `:id`
   */
  readonly route?: string | undefined;
  /** Query parameters. A list gives the parameter once for each value; `undefined` leaves it out. */
  readonly query?:
    Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>> | undefined;
  /** Request headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Request headers that depend on who gets them, such as credentials that not every instance may see. It is asked for each
   * attempt, and goes before `headers`. @default none
   */
  readonly headersFor?:
    ((instance: ServiceInstance) => Readonly<Record<string, string>>) | undefined;
  /** How the requests are made, such as `{ responseType: 'text' }`. @default as JSON, by the defaults of `HttpClient` */
  readonly http?: ServiceHttpOptions | undefined;
  /** The body. An object is sent as JSON. */
  readonly payload?: unknown;
  /** The most time of one attempt, in milliseconds, above 0. @default the `timeout` of `withCommunication` */
  readonly timeout?: number | undefined;
  /**
   * The most time of the whole call, in milliseconds, above 0: discovery, waits and every attempt.
   * @default the `deadline` of `withCommunication`
   */
  readonly deadline?: number | undefined;
  /**
   * How many new attempts there may be after the first: a whole number of at least 0. A `POST` or `PATCH` without an
   * idempotency key is never sent twice, whatever this says. @default the `retries` of `withResilience`
   */
  readonly retries?: number | undefined;
  /**
   * Sent as `Idempotency-Key`, the same for every attempt, so that the service can tell a repeat from a second wish
   * (draft-ietf-httpapi-idempotency-key-header). `true` makes one for this subscription. It allows retries of `POST`
   * and `PATCH`. @default none
   */
  readonly idempotencyKey?: string | true | undefined;
  /**
   * Answers in place of a service that did not. What it gives first is the answer of the call; what it throws is its
   * error.
   * @default the error goes to the subscriber
   */
  readonly fallback?: ((error: unknown) => ObservableInput<T>) | undefined;
  /**
   * Only instances of this version get the call: `2` stands for `2.1.0` too. @default any
   */
  readonly version?: string | undefined;
  /**
   * What the call is about, such as the id of a shopping basket: a hashing strategy sends calls of one key to one instance.
   * @default nothing
   */
  readonly balanceKey?: string | undefined;
  /** Which part of the application calls, for the topology of the mesh. @default the name of the application */
  readonly from?: string | undefined;
  /**
   * Answers with the last good answer of the same call when the service cannot: its circuit is open, it is overloaded or
   * ill, or there is no network. An answer that says no is passed on. Only for `GET` and `HEAD`.
   * @default no earlier answer is used
   */
  readonly stale?: StaleAnswers | undefined;
  /** Who goes first when calls wait for a slot of a bulkhead: the higher. @default 0 */
  readonly priority?: number | undefined;
  /** Values for interceptors of the application. It is copied for each attempt, never changed. */
  readonly context?: HttpContext | undefined;
}
