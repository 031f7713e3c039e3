import { numberOf } from '../registry/json-reader';
import { type InstanceUrl, type RegistryEntry, instanceOf } from '../registry/registry-entry';
import type { HealthStatus, ServiceInstance } from '../../service-instance';
import type { EurekaInstance, EurekaStatus } from './eureka-wire';

/** How an instance of Eureka becomes one of the mesh. */
export interface InstanceReading {
  readonly instanceUrl: InstanceUrl;
  readonly preferIpAddress: boolean;
}

/**
 * Makes an instance of a service from what Eureka says of it; `undefined` when `instanceUrl` leaves it out.
 *
 * @throws An error that says what is wrong when it cannot be used.
 */
export function toServiceInstance(
  service: string,
  from: EurekaInstance,
  { instanceUrl, preferIpAddress }: InstanceReading,
  lastSeen: Date,
): ServiceInstance | undefined {
  const { id, port, secure, metadata, hostName, ipAddr } = from;
  const address = preferIpAddress ? ipAddr || hostName : hostName || ipAddr;
  const label = `eureka[${from.app}][${id}]`;
  if (!isAddress(address)) {
    throw new TypeError(`${label} has the address ${JSON.stringify(address)}, which is none.`);
  }
  if (port === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new TypeError(`${label} has the port ${port}, but must have one from 1 to 65535.`);
  }
  const entry: RegistryEntry = {
    service,
    id,
    address,
    port,
    secure,
    version: factOf(metadata, 'version') ?? '',
    health: HEALTH[from.overridden === 'UNKNOWN' ? from.status : from.overridden],
    weight: weightOf(metadata),
    metadata,
  };
  return instanceOf('eureka', entry, instanceUrl, lastSeen);
}

const HEALTH: Readonly<Record<EurekaStatus, HealthStatus>> = {
  UP: 'healthy',
  DOWN: 'unhealthy',
  OUT_OF_SERVICE: 'unhealthy',
  STARTING: 'unhealthy',
  UNKNOWN: 'unknown',
};

function weightOf(metadata: Readonly<Record<string, string>>): number {
  const weight = numberOf(factOf(metadata, 'weight'));
  return weight !== undefined && weight >= 0 ? weight : 1;
}

function factOf(metadata: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined;
}

// Whatever would be more than the host of a URL is none: a path, a port, a name and a password.
function isAddress(text: string): boolean {
  return /^[\p{L}\p{N}._-]+$/u.test(text) || /^[\da-f:.]+$/i.test(text);
}
