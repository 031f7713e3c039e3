import { createOptions, positiveInteger, waitable } from 'rx-mesh/kernel';

/** How instances are asked whether they are well. */
export interface HealthCheckOptions {
  /** Where they are asked, after the base URL of each: a path with a slash in front. @default '/health' */
  readonly path?: string | undefined;
  /** Only instances of these services. @default all */
  readonly services?: readonly string[] | undefined;
  /** The rest between two probes of an instance, in milliseconds, spread by a tenth; above 0. @default 10000 */
  readonly period?: number | undefined;
  /** How long a probe may take, in milliseconds, above 0. @default 1000 */
  readonly timeout?: number | undefined;
  /** So many failed probes in a row make an instance unhealthy, at least 1. @default 2 */
  readonly unhealthyAfter?: number | undefined;
  /** So many good probes in a row make it healthy again, at least 1. @default 1 */
  readonly healthyAfter?: number | undefined;
  /** How many probes run at once, at least 1. @default 4 */
  readonly concurrency?: number | undefined;
  /**
   * A probe that takes so many times longer than those of the others does not end the ejection of an instance; above 1.
   * @default 3
   */
  readonly slowFactor?: number | undefined;
  /**
   * Whether probes are made from the start of the application; else while somebody is subscribed to
   * `HealthMonitor.probing$`. @default true
   */
  readonly eager?: boolean | undefined;
}

/** The options of health checks with a value for each. */
export interface HealthCheckValues {
  readonly path: string;
  readonly services: readonly string[];
  readonly period: number;
  readonly timeout: number;
  readonly unhealthyAfter: number;
  readonly healthyAfter: number;
  readonly concurrency: number;
  readonly slowFactor: number;
  readonly eager: boolean;
}

/** The options of health checks, and the token by which an application changes them. */
export const HEALTH_CHECKS = /* @__PURE__ */ createOptions<HealthCheckValues>(
  'HealthCheckOptions',
  {
    path: '/health',
    services: [],
    period: 10_000,
    timeout: 1000,
    unhealthyAfter: 2,
    healthyAfter: 1,
    concurrency: 4,
    slowFactor: 3,
    eager: true,
  },
  {
    path: (value) =>
      typeof value === 'string' && /^\/(?!\/)/.test(value)
        ? undefined
        : 'a path with one slash in front',
    services: (value) =>
      Array.isArray(value) && value.every((name) => typeof name === 'string')
        ? undefined
        : 'a list of names',
    period: waitable,
    timeout: waitable,
    unhealthyAfter: positiveInteger,
    healthyAfter: positiveInteger,
    concurrency: positiveInteger,
    slowFactor: (value) => (value > 1 ? undefined : 'a number above 1, or Infinity'),
    eager: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  },
);
