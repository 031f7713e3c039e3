import { createOptions, nonNegativeInteger, positiveInteger, waitable } from 'rx-mesh/kernel';
import type { RequestIdOptions } from './middleware/request-id-middleware';
import type { RouteConfig } from './route-config';

/** Options of {@link withGateway}. */
export interface GatewayOptions {
  /**
   * The routes at the start, or what makes them within an injection context, for middleware that needs services.
   * @default none: `setRoutes` of `ReactiveApiGatewayService` brings them
   */
  readonly routes?: readonly RouteConfig[] | (() => readonly RouteConfig[]) | undefined;
  /** In front of the path of every route, such as `/api`. @default '' */
  readonly basePath?: string | undefined;
  /** How many requests to services run at once: a whole number of at least 1. @default 10 */
  readonly concurrency?: number | undefined;
  /** How many more may wait for their turn, the important ones in front; the others are refused with 503. @default 100 */
  readonly queue?: number | undefined;
  /** How long one may wait for its turn, in milliseconds, above 0. @default 10000 */
  readonly maxWait?: number | undefined;
  /**
   * The origins of instances that get credentials (`Authorization`, the header of an API key), such as `https://api.shop.test`; the
   * page's own gets them always. The others get the request without, which is told once an origin (RXM602). @default []
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** How requests are named on the wire. @default 'X-Request-ID', to the origin of the page only */
  readonly requestId?: RequestIdOptions | undefined;
}

/** The options of the gateway with a value for each. */
export interface GatewayValues {
  /** The routes at the start. */
  readonly routes: readonly RouteConfig[] | (() => readonly RouteConfig[]);
  /** In front of the path of every route. */
  readonly basePath: string;
  /** How many requests to services run at once. */
  readonly concurrency: number;
  /** How many more may wait. */
  readonly queue: number;
  /** How long one may wait, in milliseconds. */
  readonly maxWait: number;
  /** The origins that get credentials, beside that of the page. */
  readonly allowedOrigins: readonly string[];
  /** How requests are named on the wire. */
  readonly requestId: RequestIdOptions;
}

/** The defaults of the gateway, and the token by which an application changes them. */
export const GATEWAY = /* @__PURE__ */ createOptions<GatewayValues>(
  'GatewayOptions',
  {
    routes: [],
    basePath: '',
    concurrency: 10,
    queue: 100,
    maxWait: 10_000,
    allowedOrigins: [],
    requestId: {},
  },
  {
    basePath: (path) =>
      /^(?:\/[^/\\?#]+)*$/.test(path)
        ? undefined
        : 'empty, or a path with a slash in front and none at the end',
    concurrency: positiveInteger,
    queue: nonNegativeInteger,
    maxWait: waitable,
    allowedOrigins: (origins) =>
      origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin)
        ? undefined
        : 'a list of origins such as "https://api.shop.test"',
  },
);
