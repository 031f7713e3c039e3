import {
  type Backoff,
  InvalidOptionError,
  type OptionCheck,
  createOptions,
  exponentialBackoff,
  nonNegativeInteger,
  waitable,
} from 'rx-mesh/kernel';
import { urlOrNone } from '../registry/registry-url';
import { type InstanceUrl, directUrl } from '../registry/registry-entry';
import type { AddressFamily } from './endpoint-slices';

/** Options of {@link withKubernetes}. */
export interface KubernetesOptions {
  /**
   * Where the API server is, without `/apis`: an http(s) URL such as `https://k8s.example.com:6443`, or a path of the page's
   * own origin such as `/k8s`. No credentials, no query.
   */
  readonly url: string;
  /** The namespace of the services. @default 'default' */
  readonly namespace?: string | undefined;
  /**
   * The services to watch: their names, or a map of the name in the application to the one in Kubernetes. One watch serves
   * them all. @default all services of the namespace
   */
  readonly services?: readonly string[] | Readonly<Record<string, string>> | undefined;
  /** A further selector of the labels of EndpointSlices, such as `track!=canary`. @default none */
  readonly labelSelector?: string | undefined;
  /**
   * The bearer token, or what gives it, asked before each request, so that it can be renewed. It stands in no URL. What is
   * in a page is public: better let a gateway add it. @default none
   */
  readonly token?: string | (() => string) | undefined;
  /**
   * Which port: by its name, else by its application protocol. An endpoint without such a port is left out.
   * @default the port named `http` or `https`, else the one of such a protocol, else the first for TCP
   */
  readonly portName?: string | undefined;
  /**
   * Which port, by its number, from 1 to 65535; with `portName` only where a slice leaves its ports open (`ports: null`).
   * @default see `portName`
   */
  readonly port?: number | undefined;
  /**
   * Whether instances are reached by https. @default where the port is 443, has the application protocol `https`, or that
   * name and no protocol
   */
  readonly secure?: boolean | undefined;
  /**
   * Which addresses are taken of a service that has several sorts: the first sort that has a usable endpoint. A sort that is
   * not listed is never taken. @default ['IPv4', 'IPv6', 'FQDN']
   */
  readonly families?: readonly AddressFamily[] | undefined;
  /** How many slices one page of the list has, at least 0; 0 reads it in one piece. @default 500 */
  readonly limit?: number | undefined;
  /**
   * How long one watch lasts before it is opened anew, in milliseconds, from 1000 to 3600000, in whole seconds rounded up.
   * A proxy in between has to allow a little more. @default from 5 to 10 minutes by chance, each time another
   */
  readonly watchTimeout?: number | undefined;
  /**
   * After how long without a byte a watch is given up and opened anew, in milliseconds: its connection may be dead, and
   * nothing tells so. @default 30 seconds more than the watch lasts
   */
  readonly idleTimeout?: number | undefined;
  /** How long a page of the list may take, in milliseconds, its head and its body each. @default 30000 */
  readonly requestTimeout?: number | undefined;
  /** The rest after a failure. @default from 1 to 30 seconds, doubled each time, half of it by chance */
  readonly backoff?: Backoff | undefined;
  /** Makes the base URL of an instance. @default its address and port as they are */
  readonly instanceUrl?: InstanceUrl | undefined;
  /** Whether the registry is watched from the start; not on the server. Else when somebody watches it. @default true */
  readonly eager?: boolean | undefined;
}

/** The options of Kubernetes with a value for each that needs one. */
export interface KubernetesValues {
  readonly url: string;
  readonly namespace: string;
  readonly services: readonly string[] | Readonly<Record<string, string>> | undefined;
  readonly labelSelector: string;
  readonly token: string | (() => string) | undefined;
  readonly portName: string | undefined;
  readonly port: number | undefined;
  readonly secure: boolean | undefined;
  readonly families: readonly AddressFamily[];
  readonly limit: number;
  readonly watchTimeout: number | undefined;
  readonly idleTimeout: number | undefined;
  readonly requestTimeout: number;
  readonly backoff: Backoff;
  readonly instanceUrl: InstanceUrl;
  readonly eager: boolean;
}

const DEFAULTS: KubernetesValues = {
  url: '',
  namespace: 'default',
  services: undefined,
  labelSelector: '',
  token: undefined,
  portName: undefined,
  port: undefined,
  secure: undefined,
  families: ['IPv4', 'IPv6', 'FQDN'],
  limit: 500,
  watchTimeout: undefined,
  idleTimeout: undefined,
  requestTimeout: 30_000,
  backoff: /* @__PURE__ */ exponentialBackoff({ initial: 1000, max: 30_000, jitter: 'equal' }),
  instanceUrl: directUrl,
  eager: true,
};

/** The options of Kubernetes, and the token by which {@link withKubernetes} sets them. */
export const KUBERNETES = /* @__PURE__ */ createOptions<KubernetesValues>(
  'KubernetesOptions',
  DEFAULTS,
  {
    url: /* @__PURE__ */ urlOrNone('KubernetesOptions.url'),
    namespace: (name) => (isDnsLabel(name) ? undefined : A_NAME),
    services: (services) => (services === undefined ? undefined : servicesFault(services)),
    labelSelector: (selector) => (typeof selector === 'string' ? undefined : 'a text'),
    token: (token) => {
      // Not by a phrase: the message would repeat the value.
      if (token !== undefined && typeof token !== 'function' && !isToken(token)) throw noToken();
      return undefined;
    },
    portName: (name) =>
      name === undefined || (typeof name === 'string' && name !== '')
        ? undefined
        : 'a text that is not empty',
    port: (port) =>
      port === undefined || (Number.isInteger(port) && port >= 1 && port <= 65_535)
        ? undefined
        : 'a whole number from 1 to 65535',
    secure: (value) => (value === undefined ? undefined : booleanFault(value)),
    families: (families) =>
      isList(families) && families.length > 0 && families.every((each) => FAMILIES.includes(each))
        ? undefined
        : "a list of 'IPv4', 'IPv6' and 'FQDN' that is not empty",
    limit: nonNegativeInteger,
    watchTimeout: (value) =>
      value === undefined || (Number.isFinite(value) && value >= 1000 && value <= 3_600_000)
        ? undefined
        : 'a number from 1000 to 3600000',
    idleTimeout: (value) => (value === undefined ? undefined : waitable(value)),
    requestTimeout: waitable,
    backoff: (value) => functionFault(value),
    instanceUrl: (value) => functionFault(value),
    eager: (value) => booleanFault(value),
  },
);

/** The names in the application by those in Kubernetes; `undefined` for all of the namespace. */
export function servicesOf({
  services,
}: KubernetesValues): ReadonlyMap<string, readonly string[]> | undefined {
  if (services === undefined) return undefined;
  const names = new Map<string, readonly string[]>();
  const pairs = isList(services)
    ? services.map((name) => [name, name] as const)
    : Object.entries(services);
  for (const [own, theirs] of pairs) {
    names.set(theirs, [...new Set([...(names.get(theirs) ?? []), own])]);
  }
  return names;
}

/**
 * The token to send now; `''` for none. White space around it, which a file has at its end, does not count.
 *
 * @throws InvalidOptionError when it is none that a header can hold. It does not repeat it.
 */
export function tokenOf({ token }: KubernetesValues): string {
  const now: unknown = typeof token === 'function' ? token() : (token ?? '');
  if (!isToken(now)) throw noToken();
  return now.trim();
}

const FAMILIES: readonly unknown[] = ['IPv4', 'IPv6', 'FQDN'];
const A_NAME = 'a name of Kubernetes: up to 63 of a-z, 0-9 and -';

function isDnsLabel(name: unknown): boolean {
  return typeof name === 'string' && /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
}

function isList<T>(value: readonly T[] | Readonly<Record<string, T>>): value is readonly T[] {
  return Array.isArray(value);
}

function servicesFault(services: NonNullable<KubernetesValues['services']>): string | undefined {
  const expected = 'a list of names of services, or { nameInApplication: nameInKubernetes }';
  if (typeof (services as unknown) !== 'object' || (services as unknown) === null) return expected;
  const pairs = isList(services) ? services.map((name) => ['-', name]) : Object.entries(services);
  if (pairs.length === 0) return `${expected}, not empty: leave it out to watch all`;
  if (pairs.some(([own]) => own === '')) return `${expected}, no name empty`;
  return pairs.every(([, name]) => isDnsLabel(name)) ? undefined : `${expected}; each is ${A_NAME}`;
}

function isToken(token: unknown): token is string {
  return typeof token === 'string' && /^[\x21-\x7e]*$/.test(token.trim());
}

function noToken(): InvalidOptionError {
  const expected = 'a text of visible ASCII characters, or a function that gives one';
  return new InvalidOptionError('KubernetesOptions.token', '***', expected);
}

const booleanFault: OptionCheck<boolean> = (value) =>
  typeof value === 'boolean' ? undefined : 'true or false';

function functionFault(value: unknown): string | undefined {
  return typeof value === 'function' ? undefined : 'a function';
}
