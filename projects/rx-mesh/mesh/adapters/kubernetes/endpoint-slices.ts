import { fieldOf, listOf, numberOf, objectOf, textOr } from '../registry/json-reader';

/** How the addresses of a slice are written. `FQDN` is deprecated, and still comes. */
export type AddressFamily = 'IPv4' | 'IPv6' | 'FQDN';

/** A port of a slice. */
export interface SlicePort {
  /** Unique in the slice; `''` for the only one. */
  readonly name: string;
  /** The port; `undefined` when the slice leaves it open. */
  readonly port: number | undefined;
  /** What is spoken there, in lower case, such as `https`; `''` when it does not say. */
  readonly appProtocol: string;
}

/** An endpoint of a slice. */
export interface SliceEndpoint {
  /** Its first address. The others mean nothing. */
  readonly address: string;
  /** What it is an endpoint of, mostly a pod; `''` when it does not say. */
  readonly uid: string;
  /** Whether it takes requests. */
  readonly ready: boolean;
  /** Whether it answers requests, also while it ends. */
  readonly serving: boolean;
  /** Whether it is about to end. */
  readonly terminating: boolean;
  /** Facts of it, such as its zone. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A part of the endpoints of a service, as far as it can be read. */
export interface EndpointSlice {
  /** `namespace/name`: unique. */
  readonly key: string;
  /** The service that it belongs to, as Kubernetes calls it; `''` for none. */
  readonly service: string;
  /** How its addresses are written: an {@link AddressFamily}, or something that nobody knows. */
  readonly family: string;
  /** The version by its label `app.kubernetes.io/version`; `''` without. */
  readonly version: string;
  /** Its ports for TCP; `undefined` where all ports are meant. */
  readonly ports: readonly SlicePort[] | undefined;
  readonly endpoints: readonly SliceEndpoint[];
  /** What cannot be used of it, first of all. */
  readonly fault: string | undefined;
}

/** The label by which a slice belongs to a service. */
export const SERVICE_LABEL = 'kubernetes.io/service-name';

const VERSION_LABEL = 'app.kubernetes.io/version';
const MOST_ENDPOINTS = 1000;
const MOST_PORTS = 100;
const LONGEST_TEXT = 253;

/** Reads a slice; `undefined` when it is none that can be told from others. */
export function readSlice(value: unknown): EndpointSlice | undefined {
  const metadata = fieldOf(value, 'metadata');
  const name = textOf(fieldOf(metadata, 'name'));
  if (name === '') return undefined;
  const key = `${textOf(fieldOf(metadata, 'namespace'))}/${name}`;
  const labels = fieldOf(metadata, 'labels');
  const family = textOf(fieldOf(value, 'addressType'));
  const pattern = patternOf(family);
  const faults: string[] = pattern ? [] : [`${key} has no address type that is known`];
  const listed = listOf(fieldOf(value, 'endpoints'));
  if (listed.length > MOST_ENDPOINTS) faults.push(`${key} has more than 1000 endpoints`);
  const endpoints: SliceEndpoint[] = [];
  for (const each of pattern ? listed.slice(0, MOST_ENDPOINTS) : []) {
    const endpoint = readEndpoint(each);
    if (pattern?.test(endpoint.address)) endpoints.push(endpoint);
    else faults.push(`${key} has an endpoint without an address of ${family}`);
  }
  return {
    key,
    service: textOf(fieldOf(labels, SERVICE_LABEL)),
    family,
    version: textOf(fieldOf(labels, VERSION_LABEL)),
    ports: readPorts(fieldOf(value, 'ports')),
    endpoints,
    fault: faults[0],
  };
}

function readEndpoint(value: unknown): SliceEndpoint {
  const conditions = fieldOf(value, 'conditions');
  const target = fieldOf(value, 'targetRef');
  const zones = listOf(fieldOf(fieldOf(value, 'hints'), 'forZones'))
    .slice(0, 8)
    .map((zone) => textOf(fieldOf(zone, 'name')));
  const facts = Object.entries({
    zone: textOf(fieldOf(value, 'zone')),
    nodeName: textOf(fieldOf(value, 'nodeName')),
    forZones: zones.filter((zone) => zone !== '').join(','),
    hostname: textOf(fieldOf(value, 'hostname')),
    pod: textOf(fieldOf(target, 'name')),
  });
  return {
    address: textOf(listOf(fieldOf(value, 'addresses'))[0]),
    uid: textOf(fieldOf(target, 'uid')),
    ready: condition(fieldOf(conditions, 'ready'), true),
    serving: condition(fieldOf(conditions, 'serving'), true),
    terminating: condition(fieldOf(conditions, 'terminating'), false),
    facts: Object.fromEntries(facts.filter(([, fact]) => fact !== '')),
  };
}

/** `undefined`, `null` or an empty list: the slice does not say which. */
function readPorts(value: unknown): readonly SlicePort[] | undefined {
  const listed = listOf(value).slice(0, MOST_PORTS);
  if (listed.length === 0) return undefined;
  return listed
    .filter((port) => objectOf(port) && textOr(fieldOf(port, 'protocol'), 'TCP') === 'TCP')
    .map((port) => ({
      name: textOf(fieldOf(port, 'name')),
      port: numberOf(fieldOf(port, 'port')),
      appProtocol: textOf(fieldOf(port, 'appProtocol')).toLowerCase(),
    }));
}

/** A condition that nobody set has its default; what is no truth value is not trusted. */
function condition(value: unknown, otherwise: boolean): boolean {
  return value === undefined || value === null ? otherwise : value === true;
}

function textOf(value: unknown): string {
  return textOr(value).slice(0, LONGEST_TEXT);
}

// An address becomes a part of a URL: nothing may be in it that would lead elsewhere.
function patternOf(family: string): RegExp | undefined {
  switch (family) {
    case 'IPv4':
      return /^\d{1,3}(?:\.\d{1,3}){3}$/;
    case 'IPv6':
      return /^[0-9a-f]*:[0-9a-f:.]+$/i;
    case 'FQDN':
      return /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/i;
    default:
      return undefined;
  }
}
