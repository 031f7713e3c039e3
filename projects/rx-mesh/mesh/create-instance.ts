import { InvalidOptionError, type OptionCheck, nonNegative, oneOf } from 'rx-mesh/kernel';
import { parseBaseUrl } from './base-url';
import type { HealthStatus, ServiceInstance } from './service-instance';

/** An instance as a person or a registry describes it. Only the URL is needed. */
export interface InstanceDescriptor {
  /**
   * Its base URL: `https://host:port/base`, or a path of the page's own origin such as `/api/orders`. No credentials,
   * no query, no fragment.
   */
  readonly url: string;
  /** Unique in the application and stable. @default `service@url` */
  readonly id?: string | undefined;
  /** The version that runs there. @default that of the service, else `''` */
  readonly version?: string | undefined;
  /** Its share beside the others, at least 0, for strategies that heed weights. @default 1 */
  readonly weight?: number | undefined;
  /** Facts of your own, such as a zone. @default {} */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** What is known of its health. @default 'healthy': it is taken at its word */
  readonly health?: HealthStatus | undefined;
}

/** What {@link createInstance} cannot know by itself. */
export interface InstanceContext {
  /** Wall time of the news. */
  readonly lastSeen: Date;
  /** The version of an instance that does not say its own. @default '' */
  readonly version?: string | undefined;
  /** The page's own origin, for URLs that are paths. @default unknown: no address, port 0 */
  readonly origin?: string | undefined;
  /** What a refusal names. @default `createInstance[service]` */
  readonly option?: string | undefined;
}

/**
 * Makes an instance from a URL or a description. For registry sources, and for `registerService`.
 *
 * @param service The service it belongs to.
 * @throws InvalidOptionError when a part cannot be used: no http(s) URL, credentials in it, a weight below 0.
 * @usageNotes
 * ```ts
 * const lastSeen = new Date(inject(CLOCK).now());
 * createInstance('orders', 'https://api-1.example.com:8443/orders/', { lastSeen }).port; // 8443
 * ```
 */
export function createInstance(
  service: string,
  from: string | InstanceDescriptor,
  context: InstanceContext,
): ServiceInstance {
  const { lastSeen, version = '', origin, option = `createInstance[${service}]` } = context;
  const whole = typeof from === 'string';
  const described: InstanceDescriptor = whole ? { url: from } : from;
  if (!isObject(described)) throw new InvalidOptionError(option, from, 'a URL, or { url, ... }');
  const { url, ...place } = parseBaseUrl(whole ? option : `${option}.url`, described.url, origin);
  return acceptInstance(option, {
    ...place,
    url,
    name: service,
    id: described.id ?? `${service}@${url === '' ? '/' : url}`,
    version: described.version ?? version,
    health: described.health ?? 'healthy',
    metadata: described.metadata ?? {},
    weight: described.weight ?? 1,
    lastSeen,
  });
}

/**
 * A frozen copy of an instance that somebody else made, once it is sure that it can be used.
 *
 * @param option What a refusal names.
 * @param service The service that it has to belong to. @default any
 * @throws InvalidOptionError when a field cannot be used.
 */
export function acceptInstance(
  option: string,
  instance: ServiceInstance,
  service?: string,
): ServiceInstance {
  if (!isObject(instance)) throw new InvalidOptionError(option, instance, 'a ServiceInstance');
  if (service !== undefined && instance.name !== service) {
    throw new InvalidOptionError(`${option}.name`, instance.name, 'the service it is listed under');
  }
  for (const field of Object.keys(CHECKS) as (keyof typeof CHECKS)[]) {
    const check = CHECKS[field] as OptionCheck<unknown>;
    const expected = check(instance[field]);
    if (expected) throw new InvalidOptionError(`${option}.${field}`, instance[field], expected);
  }
  const { id, name, version, address, port, secure, health, weight } = instance;
  // The root of the page's own origin: its path without the slash at the end.
  const url = instance.url === '' ? '' : parseBaseUrl(`${option}.url`, instance.url).url;
  return Object.freeze({
    id,
    name,
    version,
    address,
    port,
    secure,
    url,
    health,
    // Not by assignment: a key `__proto__` has to stay a key.
    metadata: Object.freeze(Object.fromEntries(Object.entries(instance.metadata))),
    weight,
    lastSeen: new Date(instance.lastSeen),
  });
}

/** What a name or an id may be. */
export const nonEmpty: OptionCheck<string> = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'a text that is not empty';

const text: OptionCheck<string> = (value) => (typeof value === 'string' ? undefined : 'a text');

const CHECKS: {
  readonly [K in Exclude<keyof ServiceInstance, 'url'>]: OptionCheck<ServiceInstance[K]>;
} = {
  id: nonEmpty,
  name: nonEmpty,
  version: text,
  address: text,
  port: (value) =>
    Number.isInteger(value) && value >= 0 && value <= 65_535
      ? undefined
      : 'a whole number from 0 to 65535',
  secure: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  health: /* @__PURE__ */ oneOf('healthy', 'degraded', 'unhealthy', 'unknown'),
  metadata: (value) =>
    isObject(value) && Object.values(value).every((fact) => typeof fact === 'string')
      ? undefined
      : 'an object of texts',
  weight: nonNegative,
  lastSeen: (value) =>
    value instanceof Date && Number.isFinite(value.getTime()) ? undefined : 'a valid Date',
};

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
