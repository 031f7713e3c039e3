import type { Observable } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import { flowOf } from '../store/flow';
import type { Projection } from './projection';
import { PLACES, type StoredPlace, readPlace } from './projection-places';
import { type ProjectionPorts, isOvertaken, persistently } from './projection-ports';
import type { ParkedEvent, ReadModelCommit, ReadModelWrite } from './read-model-storage';
import { type HeldRecords, foldInto, holdRecords, reasonOf, recordOf } from './record-fold';
import { SoundStates, frozen } from './sound-states';

/** What has become of parked events. */
export interface ParkedReplay {
  /** How many were handled, and are not parked any more. */
  readonly handled: number;
  /** How many are still parked. */
  readonly left: number;
}

const PAGE = 500;

/** All events that are parked for a generation: no more than its projection may park. */
export async function allParked(
  { storage }: ProjectionPorts,
  generation: string,
): Promise<readonly ParkedEvent[]> {
  const all: ParkedEvent[] = [];
  let page = await storage.parked(generation, { max: PAGE });
  while (page.length > 0) {
    all.push(...page);
    page = await storage.parked(generation, { after: page.at(-1)?.position, max: PAGE });
  }
  return all;
}

/**
 * Handles parked events again, those of a record in their order: behind one that fails again the others go on waiting. All
 * in one commit. Emits once, and completes.
 */
export function replayParkedEvents<S>(
  ports: ProjectionPorts,
  projection: Projection<S>,
): Observable<ParkedReplay> {
  return commitParked(ports, projection, async (parked, stored) => {
    // Another version cannot know what they mean.
    if (stored.place.version !== projection.version) return {};
    const replay = await Replay.open(ports, projection, stored.place.active, parked);
    for (const one of parked) replay.take(one);
    return replay;
  });
}

/** Gives parked events up. Emits once, and completes. */
export function discardParkedEvents<S>(
  ports: ProjectionPorts,
  projection: Projection<S>,
  positions: readonly number[] | undefined,
): Observable<ParkedReplay> {
  const wanted = positions && new Set(positions);
  return commitParked(ports, projection, async (parked) =>
    Promise.resolve({
      unpark: parked
        .map(({ position }) => position)
        .filter((position) => wanted?.has(position) ?? true),
    }),
  );
}

type Change = Partial<Pick<ReadModelCommit, 'writes' | 'parked' | 'unpark'>>;

function commitParked<S>(
  ports: ProjectionPorts,
  { name }: Projection<S>,
  decide: (parked: readonly ParkedEvent[], stored: StoredPlace) => Promise<Change>,
): Observable<ParkedReplay> {
  const { storage, clock } = ports;
  const once = async (): Promise<ParkedReplay> => {
    const stored = await readPlace(storage, name);
    if (!stored) return { handled: 0, left: 0 };
    const { active } = stored.place;
    // First, so that it tells of every change of what is read next.
    const checkpoint = await storage.checkpoint(active);
    const parked = await allParked(ports, active);
    if (!checkpoint || parked.length === 0) return { handled: 0, left: parked.length };
    const change = await decide(parked, stored);
    const handled = change.unpark?.length ?? 0;
    const isNothing = handled === 0 && (change.parked ?? []).length === 0;
    if (!isNothing) {
      await storage.commit({
        writes: change.writes,
        parked: change.parked,
        unpark: change.unpark,
        checkpoint: active,
        expected: checkpoint.version,
        position: checkpoint.position,
        timestamp: clock.now(),
        guards: [{ model: PLACES, id: name, version: stored.version }],
      });
    }
    return { handled, left: parked.length - handled };
  };
  return flowOf<ParkedReplay>(async (flow) => {
    const outcome = await persistently(flow, ports, name, async () => {
      try {
        return { result: await once() };
      } catch (error) {
        // Somebody waits for it, so a storage that fails is no affair of ours.
        if (!isOvertaken(error)) return { error };
        throw error;
      }
    });
    if (outcome && 'error' in outcome) throw outcome.error;
    if (outcome) flow.next(outcome.result);
  });
}

/** Of which record an event is in its newest shape; `undefined` while it cannot be brought there. */
function idOf<S>(
  { upcasters }: ProjectionPorts,
  projection: Projection<S>,
  kept: EventEnvelope,
): string | undefined {
  try {
    return recordOf(projection, frozen(upcasters.upcast(kept)))?.id;
  } catch {
    return undefined;
  }
}

class Replay<S> {
  readonly #ports: ProjectionPorts;
  readonly #projection: Projection<S>;
  readonly #model: string;
  readonly #held: HeldRecords;
  readonly #states = new SoundStates();
  readonly #blocked = new Set<string>();
  readonly #failed: ParkedEvent[] = [];
  readonly #handled: number[] = [];

  private constructor(
    ports: ProjectionPorts,
    projection: Projection<S>,
    model: string,
    held: HeldRecords,
  ) {
    this.#ports = ports;
    this.#projection = projection;
    this.#model = model;
    this.#held = held;
  }

  static async open<S>(
    ports: ProjectionPorts,
    projection: Projection<S>,
    model: string,
    parked: readonly ParkedEvent[],
  ): Promise<Replay<S>> {
    const ids = parked.map(({ id, event }) => id ?? idOf(ports, projection, event));
    const known = new Set(ids.filter((id) => id !== undefined));
    return new Replay(ports, projection, model, await holdRecords(ports.storage, model, known));
  }

  get parked(): readonly ParkedEvent[] {
    return this.#failed;
  }

  get unpark(): readonly number[] {
    return this.#handled;
  }

  get writes(): readonly ReadModelWrite[] {
    return Array.from(this.#held).flatMap(([id, record]) =>
      'error' in record || !record.isChanged
        ? []
        : [{ model: this.#model, id, value: record.state, position: record.position }],
    );
  }

  take(parked: ParkedEvent): void {
    const id = parked.id ?? idOf(this.#ports, this.#projection, parked.event);
    if (id !== undefined && this.#projection.parkBehind && this.#blocked.has(id)) return;
    try {
      this.#handle(parked, id);
      this.#handled.push(parked.position);
    } catch (error) {
      if (id !== undefined) this.#blocked.add(id);
      const attempts = parked.attempts + 1;
      this.#failed.push({ ...parked, reason: reasonOf(error), attempts });
    }
  }

  #handle({ event: kept, isReplay }: ParkedEvent, id: string | undefined): void {
    // There may be an upcaster now that could not do it then.
    const event = frozen(this.#ports.upcasters.upcast(kept));
    if (!this.#projection.handlers.has(event.type)) return;
    const target = id === undefined ? recordOf(this.#projection, event) : { id };
    // It is of no record any more.
    if (!target) return;
    if (target.id === undefined) throw target.error;
    const record = this.#held.get(target.id);
    if (!record) throw new Error('Its record is not known.');
    if ('error' in record) throw record.error;
    if (this.#projection.parkBehind && record.position >= event.position) {
      if (record.position === event.position) return;
      throw new Error('Its record has moved on without it: rebuild the projection.');
    }
    foldInto(this.#projection, record, event, isReplay, this.#states);
  }
}
