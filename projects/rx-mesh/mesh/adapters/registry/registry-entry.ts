import { type InstanceDescriptor, createInstance } from '../../create-instance';
import type { HealthStatus, ServiceInstance } from '../../service-instance';

/** An instance as a registry lists it, before it has a URL. What is in it comes from outside, and nobody vouches for it. */
export interface RegistryEntry {
  /** The service, as the application calls it. */
  readonly service: string;
  /** Unique and stable. */
  readonly id: string;
  /** Host name or IP address, IPv6 without brackets. */
  readonly address: string;
  /** The port, from 1 to 65535. */
  readonly port: number;
  /** Whether the registry says that it is reached by https. */
  readonly secure: boolean;
  /** The version that runs there; `''` when nobody said. */
  readonly version: string;
  /** What the registry says of its health. */
  readonly health: HealthStatus;
  /** Its share beside the others, at least 0. */
  readonly weight: number;
  /** Facts of the registry, such as tags and zone. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Makes the base URL of an instance: what a browser is to call. An address of a registry is often none that a browser can
 * reach, and it is no trusted input: map it to a route of your gateway, such as
 * `({ service, id }) => '/mesh/' + service + '/' + encodeURIComponent(id)`.
 *
 * @returns The URL, or `undefined` to leave the instance out.
 */
export type InstanceUrl = (entry: RegistryEntry) => string | undefined;

/** The URL of an address and a port as they are: `https` where the registry says so, else `http`. */
export const directUrl: InstanceUrl = ({ address, port, secure }) =>
  `${secure ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${port}`;

/**
 * Makes an instance of an entry, or `undefined` when it is left out.
 *
 * @throws InvalidOptionError when it cannot be used: a field out of its range, an address that is none, or one of the
 *   link-local network, where clouds keep the credentials of their machines.
 */
export function instanceOf(
  registry: string,
  entry: RegistryEntry,
  url: InstanceUrl,
  lastSeen: Date,
): ServiceInstance | undefined {
  const base = url(entry);
  if (base === undefined) return undefined;
  const { service, id, version, health, weight, metadata } = entry;
  const option = `${registry}[${service}][${id}]`;
  const described: InstanceDescriptor = { url: base, id, version, health, weight, metadata };
  const instance = createInstance(service, described, { lastSeen, option });
  if (isLinkLocal(instance.address)) {
    throw new TypeError(
      `${option} has the link-local address ${instance.address}. It is left out: clouds keep credentials there.`,
    );
  }
  return instance;
}

// 169.254.0.0/16 and fe80::/10, and the address that AWS uses in IPv6. The URL parser has brought every other way of
// writing them (hexadecimal, one number) to this form.
function isLinkLocal(address: string): boolean {
  return /^(?:169\.254\.|fe[89ab][0-9a-f]:|fd00:ec2::254$|::ffff:a9fe:)/i.test(address);
}
