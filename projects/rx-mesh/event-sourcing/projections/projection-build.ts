import { InvalidOptionError } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import { type Flow, flowOf } from '../store/flow';
import { GenerationWork } from './generation-work';
import type { Projection } from './projection';
import { type StoredPlace, beginPlace, readPlace, withBuilding, writePlace } from './projection-places'; // prettier-ignore
import { type ProjectionPorts, isOvertaken, persistently } from './projection-ports';
import { type ProgressFacts, type ProjectionStatus, statusOf } from './projection-status';
import { type TolerantSource, tolerantSource } from './tolerant-source';

/** What a generation is built with. */
export interface BuildParts<S> {
  readonly ports: ProjectionPorts;
  readonly projection: Projection<S>;
  readonly source: TolerantSource;
  /** The place, with the generation that is built. */
  readonly stored: StoredPlace;
  readonly gotOn: () => void;
}

/**
 * Builds a generation beside the active one up to where that is, and lets it take over in the same commit in which it gets
 * there. All its events are of the past: each was, or is, handled by the active one.
 */
export async function buildGeneration<S>(
  parts: BuildParts<S>,
  flow: Pick<Flow<unknown>, 'ended'>,
  tell: (facts: ProgressFacts) => Promise<void>,
): Promise<void> {
  const { ports, source, stored } = parts;
  const { active, building = active } = stored.place;
  const work = await GenerationWork.open({ ...parts, generation: building });
  while (!flow.ended()) {
    const goal = (await ports.storage.checkpoint(active)) ?? { position: 0, version: 0 };
    let isOver = false;
    while (work.position < goal.position && !isOver && !flow.ended()) {
      const page = await source.read(work.position);
      if (flow.ended()) return;
      const events = page.events.filter(({ position }) => position <= goal.position);
      await work.take(events, Math.min(page.next, goal.position), true);
      isOver = page.end;
      const { position, parked } = work;
      await tell({ state: 'rebuilding', position, parked, timestamp: events.at(-1)?.timestamp });
    }
    if (flow.ended() || (await work.takeOver(goal.version))) return;
  }
}

/**
 * Builds a projection anew beside what readers see, and switches. Completes then.
 *
 * @throws InvalidOptionError when a newer version is live.
 */
export function rebuildProjection<S>(
  ports: ProjectionPorts,
  projection: Projection<S>,
): Observable<ProjectionStatus> {
  return flowOf<ProjectionStatus>(async (flow) => {
    const { storage, log, clock } = ports;
    const { name, version } = projection;
    const source = tolerantSource(ports);
    let building: string | undefined;
    await persistently(flow, ports, name, async (gotOn) => {
      let stored = await beginPlace(storage, log, projection, clock.now());
      if (stored.place.version > version) {
        const expected = `at least ${stored.place.version}, which is live`;
        throw new InvalidOptionError('Projection.version', version, expected);
      }
      if (building === undefined) {
        // Never one that was begun before: handlers may have changed since.
        const place = withBuilding(stored.place, projection);
        stored = await writePlace(storage, name, place, stored.version, clock.now());
        building = stored.place.building;
      }
      if (stored.place.building === building) {
        await buildGeneration({ ports, projection, source, stored, gotOn }, flow, async (facts) =>
          flow.next(await statusOf(ports, projection, facts)),
        );
      }
      await cleanedAside(ports, name);
    });
  });
}

/** Removes generations that nobody needs any more. */
export async function cleaned(
  { storage, clock }: ProjectionPorts,
  name: string,
  stored: StoredPlace,
): Promise<StoredPlace> {
  const { place, version } = stored;
  if (place.stale.length === 0) return stored;
  for (const generation of place.stale) {
    // First, so that whoever still works on it cannot write any more.
    await storage.dropCheckpoint(generation);
    await storage.drop(generation);
  }
  return writePlace(storage, name, { ...place, stale: [] }, version, clock.now());
}

async function cleanedAside(ports: ProjectionPorts, name: string): Promise<void> {
  try {
    const stored = await readPlace(ports.storage, name);
    if (stored) await cleaned(ports, name, stored);
  } catch (error) {
    // Somebody else has done it, or will.
    if (!isOvertaken(error)) throw error;
  }
}
