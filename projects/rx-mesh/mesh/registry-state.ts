import type { RegistrySnapshot } from './adapters/registry-source';
import { acceptInstance } from './create-instance';
import { type ServiceInstance, sameInstance } from './service-instance';

type Instances = readonly ServiceInstance[];

/** What one source says of one service. */
interface Listing {
  /** The list as the source gave it: the same list again has nothing new. Absent where it was not taken as it is. */
  readonly given?: Instances;
  /** What is taken of it: usable, no id twice, by id. */
  readonly instances: Instances;
}

/** What one source says. */
interface Word {
  readonly listings: ReadonlyMap<string, Listing>;
  /** Whether it broke off: then others are believed before it. */
  readonly failed: boolean;
  /** How many instances it has. */
  readonly size: number;
}

/** Everything that the registry knows. Immutable; parts that have not changed are shared between states. */
export interface RegistryState {
  /** What each source says, if it has said something, in the order in which they are believed. */
  readonly words: readonly (Word | undefined)[];
  /** What users see: each instance once, by id, and no service without instances. */
  readonly view: RegistrySnapshot;
}

/** What {@link applySnapshot} left out. */
export interface LeftOut {
  /** Why instances cannot be used, one error each. */
  readonly faults: readonly unknown[];
  /** Whether there were more instances than are held. */
  readonly full: boolean;
}

/** A registry whose sources have said nothing yet. */
export function emptyRegistry(): RegistryState {
  return { words: [], view: new Map() };
}

/**
 * Replaces what a source says. Costs a comparison of two lists for each service, and of its instances where the list is
 * another one.
 *
 * @param source Its place among the words.
 * @param label What a fault names it.
 * @param limit How many instances are taken.
 * @throws TypeError when the snapshot is none. The state is as it was then.
 */
export function applySnapshot(
  state: RegistryState,
  source: number,
  snapshot: RegistrySnapshot,
  label: string,
  limit: number,
): { readonly state: RegistryState; readonly leftOut: LeftOut } {
  const before = wordOf(state, source);
  const listings = new Map<string, Listing>();
  const changed: string[] = [];
  const faults: unknown[] = [];
  let size = 0;
  let full = false;
  for (const [service, given] of snapshot) {
    const known = before.listings.get(service);
    const room = limit - size;
    const fits = given.length <= room;
    full ||= !fits;
    const taken = fits ? given : given.slice(0, room);
    const listing: Listing =
      known?.given === given && fits
        ? known
        : {
            ...(fits && { given }),
            instances: accept(service, taken, known?.instances ?? [], label, faults),
          };
    // A service without instances is none; else their number would have no bound.
    if (listing.instances.length === 0) continue;
    if (listing !== known) changed.push(service);
    listings.set(service, listing);
    size += listing.instances.length;
  }
  for (const service of before.listings.keys()) if (!listings.has(service)) changed.push(service);
  return {
    state: replaceWord(state, source, { listings, failed: false, size }, changed),
    leftOut: { faults, full },
  };
}

/** A source broke off: what it said is kept, but nobody knows whether it still holds. */
export function applyFailure(state: RegistryState, source: number): RegistryState {
  const word = wordOf(state, source);
  if (word.failed) return state;
  const listings = new Map<string, Listing>();
  for (const [service, { instances }] of word.listings) {
    listings.set(service, { instances: instances.map(unknownHealth) });
  }
  return replaceWord(state, source, { ...word, listings, failed: true }, [...listings.keys()]);
}

/** What a source says, in the form in which it would say it. */
export function snapshotOf(state: RegistryState, source: number): Map<string, Instances> {
  const snapshot = new Map<string, Instances>();
  for (const [service, { given, instances }] of wordOf(state, source).listings) {
    snapshot.set(service, given ?? instances);
  }
  return snapshot;
}

/** What each source says of an instance, in the order in which they are believed: its place, its word, whether it broke off. */
export function wordsOn(
  { words }: RegistryState,
  service: string,
  id: string,
): readonly {
  readonly source: number;
  readonly instance: ServiceInstance;
  readonly stale: boolean;
}[] {
  const said = words.flatMap((word, source) => {
    const instance = word?.listings.get(service)?.instances.find((each) => each.id === id);
    return word && instance ? [{ source, instance, stale: word.failed }] : [];
  });
  return [...said.filter(({ stale }) => !stale), ...said.filter(({ stale }) => stale)];
}

/** How many instances a source has. */
export function sizeOf(state: RegistryState, source: number): number {
  return wordOf(state, source).size;
}

function wordOf({ words }: RegistryState, source: number): Word {
  return words[source] ?? { listings: new Map(), failed: false, size: 0 };
}

function replaceWord(
  state: RegistryState,
  source: number,
  word: Word,
  changed: readonly string[],
): RegistryState {
  const words = [...state.words];
  words[source] = word;
  const said = words.filter((w) => w !== undefined);
  const believed = [...said.filter((w) => !w.failed), ...said.filter((w) => w.failed)];
  let view: Map<string, Instances> | undefined;
  for (const service of changed) {
    const before = state.view.get(service) ?? [];
    const merged = keepUnchanged(before, merge(believed, service));
    if (merged === before) continue;
    view ??= new Map(state.view);
    if (merged.length > 0) view.set(service, merged);
    else view.delete(service);
  }
  return { words, view: view ?? state.view };
}

function merge(believed: readonly Word[], service: string): Instances {
  const byId = new Map<string, ServiceInstance>();
  for (const { listings } of believed) {
    for (const instance of listings.get(service)?.instances ?? []) {
      if (!byId.has(instance.id)) byId.set(instance.id, instance);
    }
  }
  return inOrder(byId);
}

function accept(
  service: string,
  given: Instances,
  before: Instances,
  label: string,
  faults: unknown[],
): Instances {
  const known = byIdOf(before);
  const accepted = new Map<string, ServiceInstance>();
  for (const raw of given) {
    try {
      const old = known.get(raw.id);
      const instance =
        old && sameInstance(old, raw) ? old : acceptInstance(`${label}[${service}]`, raw, service);
      if (!accepted.has(instance.id)) accepted.set(instance.id, instance);
    } catch (error) {
      faults.push(error);
    }
  }
  return inOrder(accepted);
}

/** The list before where nothing has changed, else the list after with the same objects for what has not. */
function keepUnchanged(before: Instances, after: Instances): Instances {
  const known = byIdOf(before);
  const kept = after.map((instance) => {
    const old = known.get(instance.id);
    return old && sameInstance(old, instance) ? old : instance;
  });
  const same =
    kept.length === before.length && kept.every((instance, at) => instance === before[at]);
  return same ? before : Object.freeze(kept);
}

function byIdOf(instances: Instances): ReadonlyMap<string, ServiceInstance> {
  return new Map(instances.map((instance) => [instance.id, instance]));
}

/** By id: registries list in any order, and a new order of the same instances is no change. */
function inOrder(byId: ReadonlyMap<string, ServiceInstance>): Instances {
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function unknownHealth(instance: ServiceInstance): ServiceInstance {
  return instance.health === 'unknown'
    ? instance
    : Object.freeze({ ...instance, health: 'unknown' as const });
}
