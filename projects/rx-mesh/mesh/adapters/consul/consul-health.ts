import type { HealthStatus } from '../../service-instance';
import { factsOf, fieldOf, listOf, numberOf, objectOf, textOr } from '../registry/json-reader';
import type { RegistryEntry } from '../registry/registry-entry';
import { isServiceName } from './consul-options';

/** What an answer of `/v1/health/service/:name` says. */
export interface ConsulHealth {
  /** The instances that can be understood. */
  readonly entries: readonly RegistryEntry[];
  /** What is wrong with the others. */
  readonly faults: readonly unknown[];
  /** Whether the answer lists nothing at all. */
  readonly empty: boolean;
}

/**
 * Reads an answer of `/v1/health/service/:name`.
 *
 * @param service The name in the application.
 * @param secure Whether all instances are reached by https.
 * @param shared The ids that more than one node was seen to have; new ones are added.
 * @returns `undefined` when it is no such answer.
 */
export function readHealth(
  answer: unknown,
  service: string,
  secure: boolean,
  shared = new Set<string>(),
): ConsulHealth | undefined {
  if (!Array.isArray(answer)) return undefined;
  const read: Found[] = [];
  const faults: unknown[] = [];
  for (const [at, item] of answer.entries()) {
    const found = readItem(item, service, secure);
    if (typeof found === 'string')
      faults.push(new TypeError(`consul[${service}][${at}] ${found}.`));
    else read.push(found);
  }
  return { entries: withUniqueIds(read, shared), faults, empty: answer.length === 0 };
}

/**
 * Reads an answer of `/v1/catalog/services`: the names, sorted, without `consul` itself.
 *
 * @param tag Only services that have this tag somewhere.
 * @returns `undefined` when it is no such answer.
 */
export function readCatalog(answer: unknown, tag: string | undefined): string[] | undefined {
  const services = objectOf(answer);
  if (!services) return undefined;
  return Object.entries(services)
    .filter(([name, tags]) => isServiceName(name) && name !== 'consul' && hasTag(tags, tag))
    .map(([name]) => name)
    .sort();
}

interface Found {
  readonly entry: RegistryEntry;
  readonly node: string;
}

const LONGEST = 1024;

// What a host name or an IP address consists of, and nothing that would end the host of a URL.
const HOST = /^[\p{L}\p{N}._:-]{1,253}$/u;

/** An entry, or what is wrong. */
function readItem(item: unknown, service: string, secure: boolean): Found | string {
  const listed = objectOf(fieldOf(item, 'Service'));
  if (!listed) return 'has no Service';
  const node = objectOf(fieldOf(item, 'Node'));
  const id = textOr(fieldOf(listed, 'ID'));
  if (id === '' || id.length > LONGEST) return 'has no usable Service.ID';
  const address = textOr(fieldOf(listed, 'Address')) || textOr(fieldOf(node, 'Address'));
  if (!HOST.test(address)) return `(${id}) has no usable address`;
  const port = numberOf(fieldOf(listed, 'Port')) ?? 0;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return `(${id}) has no usable port`;
  const { health, maintenance } = readChecks(listOf(fieldOf(item, 'Checks')));
  const tags = tagsOf(fieldOf(listed, 'Tags'));
  const meta = new Map(Object.entries(factsOf(fieldOf(listed, 'Meta'))));
  const nodeName = textOr(fieldOf(node, 'Node')).slice(0, LONGEST);
  const version = meta.get('version') ?? '';
  const entry: RegistryEntry = {
    service,
    id,
    address,
    port,
    secure: secure || saysSecure(tags, meta),
    version,
    health,
    weight: weightOf(fieldOf(listed, 'Weights'), health),
    metadata: metadataOf(meta, {
      zone: meta.get('zone') ?? textOr(fieldOf(fieldOf(node, 'Meta'), 'zone')),
      tags: tags.join(','),
      datacenter: textOr(fieldOf(node, 'Datacenter')),
      node: nodeName,
      maintenance,
    }),
  };
  return { entry, node: nodeName };
}

/**
 * Two nodes may each have a service of one id: then the node tells them apart. It goes on to do so when one of them leaves,
 * or the other would be taken for a new instance.
 */
function withUniqueIds(read: readonly Found[], shared: Set<string>): RegistryEntry[] {
  const seen = new Set<string>();
  for (const { entry } of read) {
    if (seen.has(entry.id) && shared.size < MOST_SHARED) shared.add(entry.id);
    seen.add(entry.id);
  }
  return read.map(({ entry, node }) =>
    shared.has(entry.id) ? { ...entry, id: `${entry.id}@${node}` } : entry,
  );
}

const MOST_SHARED = 10_000;

interface Checked {
  readonly health: HealthStatus;
  /** Why it is under maintenance; `''` when it is not. */
  readonly maintenance: string;
}

// The worst one counts. An instance without a check is fine: so says Consul.
const WORST_FIRST = ['unhealthy', 'degraded', 'unknown'] as const;

function readChecks(checks: readonly unknown[]): Checked {
  const found = new Set<HealthStatus>(checks.map(healthOf));
  const mending = checks.find((check) =>
    /^_(?:node_maintenance$|service_maintenance:)/.test(textOr(fieldOf(check, 'CheckID'))),
  );
  return {
    health: mending ? 'unhealthy' : (WORST_FIRST.find((h) => found.has(h)) ?? 'healthy'),
    maintenance: mending ? textOr(fieldOf(mending, 'Notes')) || 'maintenance' : '',
  };
}

function healthOf(check: unknown): HealthStatus {
  switch (fieldOf(check, 'Status')) {
    case 'passing':
      return 'healthy';
    case 'warning':
      return 'degraded';
    case 'critical':
      return 'unhealthy';
    default:
      return 'unknown';
  }
}

function weightOf(weights: unknown, health: HealthStatus): number {
  return numberOf(fieldOf(weights, health === 'degraded' ? 'Warning' : 'Passing')) ?? 1;
}

function tagsOf(value: unknown): string[] {
  return listOf(value).filter((tag) => typeof tag === 'string');
}

function hasTag(tags: unknown, tag: string | undefined): boolean {
  return tag === undefined || tagsOf(tags).includes(tag);
}

function saysSecure(tags: readonly string[], meta: ReadonlyMap<string, string>): boolean {
  return (
    meta.get('secure') === 'true' ||
    meta.get('scheme') === 'https' ||
    tags.includes('secure=true') ||
    tags.includes('scheme=https')
  );
}

function metadataOf(
  meta: ReadonlyMap<string, string>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const facts = new Map(meta);
  for (const [key, fact] of Object.entries(own)) {
    if (fact !== '') facts.set(key, fact.slice(0, LONGEST));
  }
  return Object.fromEntries(facts);
}
