import type { EventEnvelope } from '../event-envelope';
import type { EventSource } from '../store/event-reads';
import type { Projection } from './projection';
import type { ProjectionPorts } from './projection-ports';
import { frozen } from './sound-states';

/** Events in their newest shape; one that cannot be brought there does not stand in the way of the others. */
export interface TolerantSource extends EventSource {
  /** Why an event is still in the shape in which it was recorded; `undefined` when it is not. */
  faultOf(event: EventEnvelope): unknown;
}

/** Reads the log page by page, all events: what its reader does not want moves it on all the same. */
export function tolerantSource({
  log,
  upcasters,
  pageSize,
}: Pick<ProjectionPorts, 'log' | 'upcasters' | 'pageSize'>): TolerantSource {
  const faults = new WeakMap<EventEnvelope, unknown>();
  const newest = (recorded: EventEnvelope): EventEnvelope => {
    try {
      return frozen(upcasters.upcast(recorded));
    } catch (error) {
      faults.set(recorded, error);
      return frozen(recorded);
    }
  };
  return {
    read: async (after) => {
      const page = await log.readAll({ after, max: pageSize });
      return { ...page, events: page.events.map(newest) };
    },
    end: async () => (await log.head()).position,
    faultOf: (event) => faults.get(event),
  };
}

/** The types of recorded events that a projection wants, under all names that they have had. */
export function recordedTypes<S>(
  { upcasters }: ProjectionPorts,
  { handlers }: Projection<S>,
): ReadonlySet<string> {
  return new Set(upcasters.recordedAs([...handlers.keys()]));
}
