import {
  type AppendOptions,
  type AppendResult,
  type EventEnvelope,
  type LogHead,
  type NewEvent,
  memoryEventLog,
} from 'rx-mesh/event-sourcing';
import { type Observable, defer, from, mergeMap } from 'rxjs';
import { envelopeOf } from './scenario-event';

/** What a scenario needs of an event store. `EventStoreService` is one. */
export interface ScenarioStore {
  /** Appends events as one. */
  appendToStream(
    stream: string,
    events: NewEvent | readonly NewEvent[],
    options?: AppendOptions,
  ): Observable<AppendResult>;
  /** The events of all streams by position. */
  readAll(range: { readonly after: number }): Observable<EventEnvelope>;
  /** What is known of the log. */
  head(): Observable<LogHead>;
}

/** A store in memory that is as strict with versions as a real one, and knows nothing of the application. */
export function memoryScenarioStore(): ScenarioStore {
  const log = memoryEventLog();
  const seen: EventEnvelope[] = [];
  return {
    appendToStream: (stream, events, { expected = 'any' } = {}) =>
      defer(async () => {
        const added: EventEnvelope[] = [];
        for (const event of [events].flat() as readonly NewEvent[]) {
          added.push(envelopeOf({ ...event, stream }, [...seen, ...added]));
        }
        const { timestamp = 0 } = added.at(-1) ?? {};
        const result = await log.append({ stream, events: added, timestamp }, expected);
        if (!result.duplicate) seen.push(...added);
        return result;
      }),
    readAll: ({ after }) =>
      defer(async () => log.readAll({ after, max: 5000 })).pipe(
        mergeMap(({ events }) => from(events)),
      ),
    head: () => defer(async () => log.head()),
  };
}
