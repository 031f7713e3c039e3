import { acceptInstance, nonEmpty } from '../../create-instance';
import { type ServiceInstance, sameInstance } from '../../service-instance';
import type { RegistrySnapshot } from '../registry-source';
import { fieldOf, listOf, objectOf } from './json-reader';
import type { SnapshotKeeper } from './snapshot-keeper';

/** The version of the messages. A change of them that old tabs cannot read is a new one. */
export const MESSAGE_VERSION = 1;

/** What one tab tells the others. */
export type TabMessage =
  /** What do you know? */
  | { readonly type: 'ask' }
  /** What was told last was confirmed. */
  | { readonly type: 'same' }
  | {
      /** This is known. */
      readonly type: 'snapshot';
      /** Whether it is no news: for those only who know nothing yet. */
      readonly answer: boolean;
      /** Pairs of a service and its instances, as far as their sender is right. */
      readonly services: readonly unknown[];
    };

/** A message as it is posted. */
export type PostedMessage = TabMessage & { readonly v: typeof MESSAGE_VERSION };

/** A question or a confirmation, to be posted. */
export function shortMessage(type: 'ask' | 'same'): PostedMessage {
  return { v: MESSAGE_VERSION, type };
}

/** A snapshot, to be posted. Times are numbers in it. */
export function snapshotMessage(snapshot: RegistrySnapshot, answer: boolean): PostedMessage {
  const services = [...snapshot].map(([service, instances]) => [service, instances.map(written)]);
  return { v: MESSAGE_VERSION, type: 'snapshot', answer, services };
}

function written(instance: ServiceInstance): object {
  const { id, name, version, address, port, secure, url, health, metadata, weight, lastSeen } =
    instance;
  return {
    ...{ id, name, version, address, port, secure, url, health, metadata, weight },
    lastSeen: lastSeen.getTime(),
  };
}

/**
 * What another page has posted; `undefined` for a message of another version.
 *
 * @throws TypeError when it is no such message.
 */
export function readMessage(data: unknown): TabMessage | undefined {
  const version = fieldOf(data, 'v');
  if (typeof version === 'number' && version !== MESSAGE_VERSION) return undefined;
  const type = fieldOf(data, 'type');
  if (version === MESSAGE_VERSION && (type === 'ask' || type === 'same')) return { type };
  const answer = fieldOf(data, 'answer');
  const services = fieldOf(data, 'services');
  if (
    version !== MESSAGE_VERSION ||
    type !== 'snapshot' ||
    typeof answer !== 'boolean' ||
    !Array.isArray(services)
  ) {
    throw new TypeError('Not a message of rx-mesh.');
  }
  return { type, answer, services };
}

/** What {@link keepServices} could not use. */
export interface Unusable {
  /** How many entries. */
  readonly count: number;
  /** What is wrong with the first. */
  readonly first?: unknown;
  /** Whether nothing at all could be used: then nothing was changed. */
  readonly all: boolean;
}

/**
 * Replaces what is kept by the services of a message. Entries that cannot be used are left out, and so is what is beyond
 * the limit. A message that has nothing but such entries changes nothing.
 *
 * @param services As another page has posted them.
 * @param label What a fault names them.
 * @param limit How many instances are taken.
 */
export function keepServices(
  keeper: SnapshotKeeper,
  services: readonly unknown[],
  label: string,
  limit: number,
): Unusable {
  const taken = new Map<string, ServiceInstance[]>();
  let room = limit;
  let count = 0;
  let first: unknown;
  const refuse = (fault: unknown): void => {
    if (count++ === 0) first = fault;
  };
  for (const entry of services) {
    const [service, list] = listOf(entry);
    if (typeof service !== 'string' || nonEmpty(service) || !Array.isArray(list)) {
      refuse(new TypeError(`${label}: not a service and its instances.`));
      continue;
    }
    if (list.length > room) refuse(new RangeError(`${label}: more than ${limit} instances.`));
    const known = new Map(keeper.get(service).map((instance) => [instance.id, instance]));
    const instances = taken.get(service) ?? [];
    for (const raw of list.slice(0, room) as readonly unknown[]) {
      try {
        instances.push(read(`${label}[${service}]`, raw, service, known));
        room--;
      } catch (fault) {
        refuse(fault);
      }
    }
    if (instances.length > 0) taken.set(service, instances);
  }
  const all = count > 0 && taken.size === 0;
  if (!all) keepAll(keeper, taken);
  return { count, first, all };
}

/** Replaces all that is kept. Lists that have not changed stay the same. */
export function keepAll(keeper: SnapshotKeeper, snapshot: RegistrySnapshot): void {
  keeper.retain(new Set(snapshot.keys()));
  for (const [service, instances] of snapshot) keeper.set(service, instances);
}

function read(
  option: string,
  raw: unknown,
  service: string,
  known: ReadonlyMap<unknown, ServiceInstance>,
): ServiceInstance {
  const lastSeen = fieldOf(raw, 'lastSeen');
  const instance = {
    ...objectOf(raw),
    lastSeen: new Date(typeof lastSeen === 'number' ? lastSeen : NaN),
  } as ServiceInstance;
  const old = known.get(instance.id);
  // Equal in all fields to one that was looked at: it saves the reading of each URL.
  return old && isRecord(instance.metadata) && sameInstance(old, instance)
    ? old
    : acceptInstance(option, instance, service);
}

function isRecord(value: unknown): boolean {
  return objectOf(value) !== undefined;
}
