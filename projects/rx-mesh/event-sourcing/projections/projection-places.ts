import type { EventLog } from '../log/event-log';
import type { ProjectionKey } from './projection';
import { isBrokenReadModelError } from './projection-errors';
import type { ReadModelChange, ReadModelRecord, ReadModelStorage } from './read-model-storage';

/** The read model in which it stands where projections are. */
export const PLACES = '$projections';

/**
 * Where a projection is. Its state, checkpoint and parked events are stored under the name of a generation, so that a new
 * one can be built beside it; readers only ever look at the active one.
 */
export interface ProjectionPlace {
  /** The generation that readers see. */
  readonly active: string;
  /** The version of the projection that has made it. */
  readonly version: number;
  /** The generation that is built beside it. */
  readonly building?: string | undefined;
  /** The version of the projection that makes that. */
  readonly buildingVersion?: number | undefined;
  /** The number of the newest generation. Numbers are not used twice. */
  readonly last: number;
  /** Generations that nobody needs any more, and that have to be removed. */
  readonly stale: readonly string[];
  /** Up to which position events are of the past: where the log was when the projection began. */
  readonly past: number;
}

/** A place as it is stored. */
export interface StoredPlace {
  readonly place: ProjectionPlace;
  /** The version of its record, which guards every commit. */
  readonly version: number;
}

/** Reads where a projection is; what is broken is as if it had never been. */
export async function readPlace(
  storage: ReadModelStorage,
  name: string,
): Promise<StoredPlace | undefined> {
  try {
    return placeIn(await storage.read(PLACES, name));
  } catch (error) {
    if (isBrokenReadModelError(error)) return undefined;
    throw error;
  }
}

/** Writes where a projection is, unless somebody else has: then it rejects with a `ReadModelConflictError`. */
export async function writePlace(
  storage: ReadModelStorage,
  name: string,
  place: ProjectionPlace,
  expected: number,
  timestamp: number,
): Promise<StoredPlace> {
  const write = { model: PLACES, id: name, value: place, position: 0 };
  const record = await storage.compareAndSet(write, expected, timestamp);
  return { place, version: record?.version ?? 0 };
}

/** Reads where a projection is; when it is nowhere, it begins. */
export async function beginPlace(
  storage: ReadModelStorage,
  log: EventLog,
  { name, version }: ProjectionKey,
  timestamp: number,
): Promise<StoredPlace> {
  const found = await readPlace(storage, name);
  if (found) return found;
  const { position: past } = await log.head();
  const place = { active: generationOf(name, version, 1), version, last: 1, stale: [], past };
  const wrong = await storage.read(PLACES, name).catch((error: unknown) => {
    if (isBrokenReadModelError(error)) return undefined;
    throw error;
  });
  return writePlace(storage, name, place, wrong?.version ?? 0, timestamp);
}

/** The place with a new generation beside the active one; one that was begun before is left. */
export function withBuilding(place: ProjectionPlace, projection: ProjectionKey): ProjectionPlace {
  const last = place.last + 1;
  const building = generationOf(projection.name, projection.version, last);
  const stale = place.building === undefined ? place.stale : [...place.stale, place.building];
  return { ...place, building, buildingVersion: projection.version, last, stale };
}

/** The place once the generation that was built is the active one. */
export function withBuilt(place: ProjectionPlace): ProjectionPlace {
  const { building, buildingVersion, active, version, last, past } = place;
  return {
    active: building ?? active,
    version: buildingVersion ?? version,
    last,
    stale: building === undefined ? place.stale : [...place.stale, active],
    past,
  };
}

/** Whether a change may be one of what readers of a projection see. */
export function isOfProjection({ models, checkpoint }: ReadModelChange, name: string): boolean {
  if (!models && checkpoint === undefined) return true;
  const isOwn = (it: string): boolean => it === PLACES || it.startsWith(`${name}@`);
  return (models ?? []).some(isOwn) || (checkpoint !== undefined && isOwn(checkpoint));
}

function generationOf(name: string, version: number, count: number): string {
  return `${name}@${version}#${count}`;
}

function placeIn(record: ReadModelRecord | undefined): StoredPlace | undefined {
  const { active, version, building, buildingVersion, last, stale, past } = (
    typeof record?.value === 'object' && record.value !== null ? record.value : {}
  ) as Partial<Record<keyof ProjectionPlace, unknown>>;
  const isOne =
    record !== undefined &&
    typeof active === 'string' &&
    Number.isSafeInteger(version) &&
    (building === undefined || typeof building === 'string') &&
    (building === undefined || Number.isSafeInteger(buildingVersion)) &&
    Number.isSafeInteger(last) &&
    Array.isArray(stale) &&
    stale.every((name) => typeof name === 'string') &&
    Number.isSafeInteger(past);
  return isOne ? { place: record.value as ProjectionPlace, version: record.version } : undefined;
}
