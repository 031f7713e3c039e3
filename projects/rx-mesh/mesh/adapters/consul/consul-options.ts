import { InvalidOptionError, createOptions, nonNegative, waitable } from 'rx-mesh/kernel';
import { urlOrNone } from '../registry/registry-url';
import { type InstanceUrl, directUrl } from '../registry/registry-entry';

/** Options of {@link withConsul}. */
export interface ConsulOptions {
  /**
   * Where the HTTP API of Consul is, without `/v1`: an http(s) URL such as `https://consul.example.com`, or a path of the
   * page's own origin such as `/registry/consul`. No credentials, no query.
   */
  readonly url: string;
  /**
   * The services to watch: their names, or a map of the name in the application to the one in Consul. Left out, the
   * catalog is watched, and each service that it lists but `consul` itself, at most 100. @default all of the catalog
   */
  readonly services?: readonly string[] | Readonly<Record<string, string>> | undefined;
  /**
   * The ACL token, or what gives it, asked before each request. It is sent in the header `X-Consul-Token` and stands in no
   * URL. What is in a page is public: better let a gateway add it. @default none
   */
  readonly token?: string | (() => string) | undefined;
  /** The datacenter to ask. @default that of the agent */
  readonly datacenter?: string | undefined;
  /** Only instances with this tag. @default all */
  readonly tag?: string | undefined;
  /**
   * How long a blocking query waits for a change, in milliseconds, whole, from 1000 to 600000. A proxy in between has to
   * allow a little more. After a restore of Consul its index can stay wrong for that long. @default 30000
   */
  readonly wait?: number | undefined;
  /** Whether any server of Consul may answer, also one that is a little behind: far cheaper. @default true */
  readonly stale?: boolean | undefined;
  /**
   * Whether all instances are reached by https. Without it those are whose metadata or tags say `secure=true` or
   * `scheme=https`. @default false
   */
  readonly secure?: boolean | undefined;
  /** Makes the base URL of an instance. @default its address and port as they are */
  readonly instanceUrl?: InstanceUrl | undefined;
  /**
   * How often each service is read where blocking queries do not work since the page cannot read the index, in
   * milliseconds. @default 10000
   */
  readonly pollPeriod?: number | undefined;
  /** How long an answer that need not wait may take, in milliseconds. @default 5000 */
  readonly requestTimeout?: number | undefined;
  /**
   * For how long an empty answer is not believed where instances were known, in milliseconds, at least 0. To a request
   * without a right Consul answers an empty list. Five times as long if it says that ACLs have filtered it. @default 60000
   */
  readonly emptyGrace?: number | undefined;
  /** Whether the registry is watched from the start; not on the server. Else when somebody watches it. @default true */
  readonly eager?: boolean | undefined;
}

/** The options of Consul with a value for each. */
export interface ConsulValues {
  readonly url: string;
  readonly services: readonly string[] | Readonly<Record<string, string>> | undefined;
  readonly token: string | (() => string) | undefined;
  readonly datacenter: string | undefined;
  readonly tag: string | undefined;
  readonly wait: number;
  readonly stale: boolean;
  readonly secure: boolean;
  readonly instanceUrl: InstanceUrl;
  readonly pollPeriod: number;
  readonly requestTimeout: number;
  readonly emptyGrace: number;
  readonly eager: boolean;
}

const DEFAULTS: ConsulValues = {
  url: '',
  services: undefined,
  token: undefined,
  datacenter: undefined,
  tag: undefined,
  wait: 30_000,
  stale: true,
  secure: false,
  instanceUrl: directUrl,
  pollPeriod: 10_000,
  requestTimeout: 5000,
  emptyGrace: 60_000,
  eager: true,
};

const SECRET = '***';

/** The options of Consul, and the token by which {@link withConsul} sets them. */
export const CONSUL = /* @__PURE__ */ createOptions<ConsulValues>('ConsulOptions', DEFAULTS, {
  url: /* @__PURE__ */ urlOrNone('ConsulOptions.url'),
  services: (services) => (services === undefined ? undefined : servicesFault(services)),
  token: (token) => {
    // Not by a phrase: the message would repeat the value.
    if (!isToken(token)) throw refusedToken();
    return undefined;
  },
  datacenter: (name) => textFault(name),
  tag: (name) => textFault(name),
  wait: (wait) =>
    Number.isInteger(wait) && wait >= 1000 && wait <= 600_000
      ? undefined
      : 'a whole number from 1000 to 600000',
  stale: (value) => booleanFault(value),
  secure: (value) => booleanFault(value),
  eager: (value) => booleanFault(value),
  instanceUrl: (value) => (typeof value === 'function' ? undefined : 'a function'),
  pollPeriod: waitable,
  requestTimeout: waitable,
  emptyGrace: nonNegative,
});

/** The name in Consul by the name in the application; `undefined` for all of the catalog. */
export function namesOf({ services }: ConsulValues): ReadonlyMap<string, string> | undefined {
  if (services === undefined) return undefined;
  return new Map(
    isList(services) ? services.map((name) => [name, name]) : Object.entries(services),
  );
}

/**
 * The token to send now; `''` for none.
 *
 * @throws InvalidOptionError when it is none that a header can hold. It does not repeat it.
 */
export function tokenOf({ token }: ConsulValues): string {
  const now: unknown = typeof token === 'function' ? token() : (token ?? '');
  if (now === '') return '';
  if (typeof now !== 'string' || !isToken(now)) throw refusedToken();
  return now;
}

/** Whether a name can stand in a path of the API. */
export function isServiceName(name: unknown): name is string {
  // A URL takes one or two dots for a way up.
  return typeof name === 'string' && name !== '' && name.length <= 256 && !/^\.{1,2}$/.test(name);
}

function isList(services: NonNullable<ConsulValues['services']>): services is readonly string[] {
  return Array.isArray(services);
}

function servicesFault(services: NonNullable<ConsulValues['services']>): string | undefined {
  const expected = 'a list of names of services, or { nameInApplication: nameInConsul }';
  if (typeof (services as unknown) !== 'object' || (services as unknown) === null) return expected;
  const names = isList(services) ? services : Object.entries(services).flat();
  if (names.length === 0) return `${expected}, not empty: leave it out to watch all`;
  return names.every(isServiceName) ? undefined : `${expected}, none of them empty or a dot`;
}

function isToken(token: unknown): boolean {
  return (
    token === undefined ||
    typeof token === 'function' ||
    (typeof token === 'string' && /^[\x21-\x7e]*$/.test(token))
  );
}

function refusedToken(): InvalidOptionError {
  const expected = 'a text of visible ASCII characters, or a function that gives one';
  return new InvalidOptionError('ConsulOptions.token', SECRET, expected);
}

function textFault(value: unknown): string | undefined {
  return value === undefined || (typeof value === 'string' && value !== '')
    ? undefined
    : 'a text that is not empty';
}

function booleanFault(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'true or false';
}
