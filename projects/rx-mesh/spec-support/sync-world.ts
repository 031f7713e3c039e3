import { type AggregateEvents, ReadModelSynchronizer, type SyncOptions } from 'rx-mesh/cqrs';
import { TestBed } from '@angular/core/testing';
import { of } from 'rxjs';
import { anEvent } from './contracts/event-log';
import { projectionWorld, watching } from './projection-world';

/** An origin in which aggregates of the type `s` are synchronized; those whose id is in `failing` cannot be. */
export function syncWorld() {
  const world = projectionWorld({ pageSize: 100 });
  const synchronizer = TestBed.inject(ReadModelSynchronizer);
  const calls: string[] = [];
  const failing = new Set<string>();
  const handler = ({ aggregateId, events }: AggregateEvents) => {
    const ids = events.map(({ id }) => id).join('');
    calls.push(`${aggregateId}:${ids}`);
    if (failing.has(aggregateId)) throw new Error(`no ${aggregateId}`);
    return of(aggregateId);
  };
  return {
    ...world,
    synchronizer,
    calls,
    failing,
    handler,
    /** Appends events of these ids to a stream `type-id`. */
    append: async (stream: string, ...ids: readonly string[]) => {
      const [aggregateType = '', aggregateId = ''] = stream.split('-');
      const events = ids.map((id) => anEvent(id, { aggregateType, aggregateId }));
      const timestamp = world.clock.now();
      return world.log.append({ stream, events, timestamp }, 'any');
    },
    /** Synchronizes. */
    start: (options: Partial<SyncOptions> = {}) =>
      watching(synchronizer.synchronize({ handlers: { s: handler }, ...options })),
    /** How far it is. */
    place: async () => (await world.storage.checkpoint('$sync read-models'))?.position,
  };
}
