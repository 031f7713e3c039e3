import { InvalidOptionError, createOptions, nonNegative, positive, waitable } from 'rx-mesh/kernel';
import { urlOrNone } from '../registry/registry-url';
import { type InstanceUrl, directUrl } from '../registry/registry-entry';

/** Options of {@link withEureka}. */
export interface EurekaOptions {
  /**
   * The base of the REST interface, without `/apps`: a path of the page's own origin such as `/registry/eureka`, or
   * `https://host/eureka/v2`. Eureka sends no CORS headers, so a browser needs a proxy of the page's own origin. On a
   * server it has to be absolute.
   */
  readonly url: string;
  /**
   * The services that are wanted: names, or for each name of a service the name of its application in Eureka. Case does
   * not matter. @default all; each service is named as its application, in lower case
   */
  readonly services?: readonly string[] | Readonly<Record<string, string>> | undefined;
  /** The rest between two readings, in milliseconds, above 0; it is cut by up to 10 % by chance. @default 30000 */
  readonly fetchPeriod?: number | undefined;
  /** Whether only changes are read after the first reading, where the server has them. @default true */
  readonly deltas?: boolean | undefined;
  /**
   * Sent as the header `Authorization`; `''` sends none. A function is asked before each request. What stands in a bundle
   * is public: let a proxy add a secret. @default ''
   */
  readonly authorization?: string | (() => string) | undefined;
  /** The base URL of an instance, as a browser can reach it. @default directUrl */
  readonly instanceUrl?: InstanceUrl | undefined;
  /** Whether the address of an instance is its IP address instead of its host name. @default false */
  readonly preferIpAddress?: boolean | undefined;
  /**
   * How long an answer without any instance is not believed where some were known, in milliseconds, at least 0: a server
   * that was just started knows nobody yet. @default 60000
   */
  readonly emptyGrace?: number | undefined;
  /** How long the head of an answer may take, in milliseconds, and after it its body once more. @default 10000 */
  readonly requestTimeout?: number | undefined;
  /** Whether the registry is kept up to date in a browser also while nobody watches it. @default true */
  readonly eager?: boolean | undefined;
}

/** The options of Eureka with a value for each. */
export interface EurekaValues {
  readonly url: string;
  readonly services: readonly string[] | Readonly<Record<string, string>> | undefined;
  readonly fetchPeriod: number;
  readonly deltas: boolean;
  readonly authorization: string | (() => string);
  readonly instanceUrl: InstanceUrl;
  readonly preferIpAddress: boolean;
  readonly emptyGrace: number;
  readonly requestTimeout: number;
  readonly eager: boolean;
}

const aBoolean = (value: unknown): string | undefined =>
  typeof value === 'boolean' ? undefined : 'true or false';

/** The options of Eureka, and the token by which an application sets them. */
export const EUREKA = /* @__PURE__ */ createOptions<EurekaValues>(
  'EurekaOptions',
  {
    url: '',
    services: undefined,
    fetchPeriod: 30_000,
    deltas: true,
    authorization: '',
    instanceUrl: directUrl,
    preferIpAddress: false,
    emptyGrace: 60_000,
    requestTimeout: 10_000,
    eager: true,
  },
  {
    url: /* @__PURE__ */ urlOrNone('EurekaOptions.url'),
    services: (value) =>
      value === undefined || areServices(value)
        ? undefined
        : "names of services, or an object such as { orders: 'ORDER-SERVICE' }",
    fetchPeriod: waitable,
    deltas: aBoolean,
    authorization: (value) => {
      if (typeof value !== 'function') authorizationOf(value);
      return undefined;
    },
    instanceUrl: (value: unknown) => (typeof value === 'function' ? undefined : 'a function'),
    preferIpAddress: aBoolean,
    emptyGrace: nonNegative,
    requestTimeout: (value) => positive(value) ?? waitable(value),
    eager: aBoolean,
  },
);

function areServices(value: unknown): value is NonNullable<EurekaValues['services']> {
  if (typeof value !== 'object' || value === null) return false;
  const texts = Object.entries<unknown>({ ...value }).flat();
  return texts.every((text) => typeof text === 'string' && text !== '');
}

/** The services that are wanted, each with the name of its application in Eureka, which is in upper case. */
export function wantedApps(
  services: readonly string[] | Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const pairs: readonly (readonly [string, string])[] = isList(services)
    ? services.map((name) => [name, name])
    : Object.entries(services);
  return new Map(pairs.map(([service, app]) => [service, app.toUpperCase()]));
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}

/**
 * What is sent as the header `Authorization` now.
 *
 * @throws InvalidOptionError when it is no text that a header can hold. It repeats no secret.
 */
export function authorizationOf(authorization: EurekaValues['authorization']): string {
  const value: unknown = typeof authorization === 'function' ? authorization() : authorization;
  if (typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw new InvalidOptionError(
    'EurekaOptions.authorization',
    '***',
    'a text that a header can hold',
  );
}
