import { InvalidOptionError } from 'rx-mesh/kernel';
import { type Observable, type ObservableInput, concatMap, defer, endWith, firstValueFrom, from, ignoreElements, takeWhile, tap } from 'rxjs'; // prettier-ignore
import { type DistributedEvent, type EventEnvelope, toDistributedEvent } from '../event-envelope';
import type { EventStoreService } from '../store/event-store-service';
import { flowOf } from '../store/flow';

/** Handles one event of a replay; its end is that of its work. */
export type ServiceEventHandler = (event: DistributedEvent) => ObservableInput<unknown>;

/**
 * Hands the events of a service over, one after the other and no page ahead: a handler that takes its time fills no memory.
 * Emits once for each event that was handled.
 */
export function handledInTurn(
  store: EventStoreService,
  serviceId: string,
  since: Date,
  handler: ServiceEventHandler,
): Observable<void> {
  return flowOf<undefined>(async (flow) => {
    const begin = since.getTime();
    if (Number.isNaN(begin)) throw new InvalidOptionError('fromTimestamp', since, 'a valid date');
    const { position: end } = await firstValueFrom(store.head(), {
      defaultValue: { position: 0, count: 0 },
    });
    const isWanted = ({ position, timestamp, metadata }: EventEnvelope): boolean =>
      position <= end && timestamp >= begin && metadata.serviceId === serviceId;
    const handle = (event: EventEnvelope): Observable<undefined> =>
      defer(() => handler(toDistributedEvent(event))).pipe(ignoreElements(), endWith(undefined));
    const reading = { isOver: false };
    await flow.finish(
      store
        .consumeAll({}, ({ events, after }) =>
          from(events.filter((event) => isWanted(event))).pipe(
            concatMap((event) => handle(event)),
            tap({
              next: () => flow.next(undefined),
              complete: () => (reading.isOver = after >= end),
            }),
          ),
        )
        .pipe(takeWhile(({ type }) => type !== 'caught-up' && !reading.isOver)),
    );
  });
}
