import { isServer } from 'rx-mesh/kernel';
import { type Observable, concat, concatMap, defer, exhaustMap, filter, map, merge, of, switchMap, takeWhile } from 'rxjs'; // prettier-ignore
import { eventFeed } from '../store/event-feed';
import { type Flow, flowOf } from '../store/flow';
import { GenerationWork } from './generation-work';
import type { Projection } from './projection';
import { isProjectionFailedError } from './projection-errors';
import { buildGeneration, cleaned } from './projection-build';
import { PLACES, type StoredPlace, beginPlace, withBuilding, writePlace } from './projection-places'; // prettier-ignore
import { type ProjectionPorts, persistently } from './projection-ports';
import {
  type ProgressFacts,
  type ProjectionStatus,
  statusOf,
  storedStatus,
} from './projection-status';
import type { ReadModelChange } from './read-model-storage';
import { tolerantSource } from './tolerant-source';

/**
 * Runs a projection: this page works while it leads, and else follows what is stored. A page whose version is older than
 * the one that is live only follows. On a server it works, and completes once it has caught up.
 */
export function runProjection<S>(
  ports: ProjectionPorts,
  projection: Projection<S>,
): Observable<ProjectionStatus> {
  const { name, version } = projection;
  const work$ = flowOf<ProjectionStatus>(async (flow) => new Run(ports, projection, flow).run());
  if (isServer()) return work$;
  const follow$ = storedStatus(ports, projection);
  // Versions do not wait for each other, so that a new one can be built while an old tab is open.
  const lead$ = ports.leadership.lead(`projection ${name}@${version}`);
  return concat(ledBy(lead$, work$, follow$), follow$);
}

/** Works while it leads, and completes when the work does. */
export function ledBy<T>(
  lead$: Observable<boolean>,
  work$: Observable<T>,
  idle$: Observable<T>,
): Observable<T> {
  return lead$.pipe(
    switchMap((leads) => {
      const items$ = (leads ? work$ : idle$).pipe(map((item): readonly T[] => [item]));
      return leads ? concat(items$, of([])) : items$;
    }),
    takeWhile(({ length }) => length > 0),
    concatMap((items) => items),
  );
}

class Run<S> {
  readonly #ports: ProjectionPorts;
  readonly #projection: Projection<S>;
  readonly #flow: Flow<ProjectionStatus>;
  readonly #source;
  #last: ProjectionStatus | undefined;

  constructor(ports: ProjectionPorts, projection: Projection<S>, flow: Flow<ProjectionStatus>) {
    this.#ports = ports;
    this.#projection = projection;
    this.#flow = flow;
    this.#source = tolerantSource(ports);
  }

  /** Returns when a newer version is live, or on a server once it has caught up. */
  async run(): Promise<void> {
    const { storage, log, clock } = this.#ports;
    const { name, version } = this.#projection;
    try {
      await persistently(this.#flow, this.#ports, name, async (gotOn) => {
        let stored = await beginPlace(storage, log, this.#projection, clock.now());
        while (stored.place.version < version && !this.#flow.ended()) {
          await this.#upgrade(stored, gotOn);
          stored = await beginPlace(storage, log, this.#projection, clock.now());
        }
        if (stored.place.version === version) await this.#goOn(stored, gotOn);
      });
    } catch (error) {
      if (this.#last && isProjectionFailedError(error)) {
        const position = Math.max(this.#last.position, error.position - 1);
        this.#flow.next({ ...this.#last, position, state: 'stopped', isLeader: false, error });
      }
      throw error;
    }
  }

  /** Builds this version beside the older one, and lets it take over. */
  async #upgrade(found: StoredPlace, gotOn: () => void): Promise<void> {
    const { storage, clock } = this.#ports;
    const { name, version } = this.#projection;
    const isBegun = found.place.buildingVersion === version;
    const stored = isBegun
      ? found
      : await writePlace(
          storage,
          name,
          withBuilding(found.place, this.#projection),
          found.version,
          clock.now(),
        );
    await buildGeneration(
      { ports: this.#ports, projection: this.#projection, source: this.#source, stored, gotOn },
      this.#flow,
      async (facts) => this.#tell(facts),
    );
  }

  /** Handles what there is and what comes, until somebody else has moved it. */
  async #goOn(found: StoredPlace, gotOn: () => void): Promise<void> {
    const [ports, projection, source] = [this.#ports, this.#projection, this.#source];
    const stored = await cleaned(ports, projection.name, found);
    const generation = stored.place.active;
    const work = await GenerationWork.open({
      ports,
      projection,
      source,
      stored,
      generation,
      gotOn,
    });
    let state: 'catching-up' | 'live' = 'catching-up';
    let timestamp: number | undefined;
    const tell = async (): Promise<void> =>
      this.#tell({ state, position: work.position, parked: work.parked, timestamp });
    await tell();
    const feed$ = eventFeed(source, work.position, ports, ({ events, after }) =>
      defer(async () => {
        // What has begun is stored; nothing new begins once nobody listens.
        if (this.#flow.ended()) return;
        await work.take(events, after);
        timestamp = events.at(-1)?.timestamp;
        await tell();
      }),
    ).pipe(
      concatMap(async (item) => {
        if (item.type === 'event' || this.#flow.ended()) return;
        // Behind the last event there may have been some that are no more.
        if (item.type === 'caught-up') await work.take([], item.after);
        state = item.type === 'caught-up' ? 'live' : 'catching-up';
        // Whoever overtakes it from now on, such as a replay of parked events, does so for the first time.
        gotOn();
        await tell();
      }),
    );
    const moved$ = ports.storage.changes$.pipe(
      filter((change) => mayMove(change, generation)),
      exhaustMap(async () => work.check()),
    );
    await this.#flow.finish(isServer() ? feed$ : merge(feed$, moved$));
  }

  async #tell(facts: ProgressFacts): Promise<void> {
    this.#last = await statusOf(this.#ports, this.#projection, facts);
    this.#flow.next(this.#last);
  }
}

function mayMove({ models, checkpoint }: ReadModelChange, generation: string): boolean {
  const isUnknown = !models && checkpoint === undefined;
  return isUnknown || checkpoint === generation || (models ?? []).includes(PLACES);
}
