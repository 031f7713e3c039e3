import { Injectable, inject } from '@angular/core';
import { DIAGNOSTICS } from 'rx-mesh/kernel';
import { EMPTY, type Observable, defer, lastValueFrom, mergeMap } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import { type Flow, flowOf } from '../store/flow';
import { SNAPSHOT_STORE } from '../store/snapshots';
import { isPlace } from './open-sagas';
import { SagaBeginnings, idFrom } from './saga-begin';
import { persist } from './saga-log';
import { reportIdle } from './saga-reports';
import { SagaRunners } from './saga-runners';

/** How far the events were looked at, and when nothing more was behind them. */
interface Place {
  readonly after: number;
  readonly at: number;
}

/** Starts sagas when events are recorded that start them: each event once, from the first time that anybody supervised. */
@Injectable({ providedIn: 'root' })
export class SagaTriggers {
  private readonly snapshots = inject(SNAPSHOT_STORE);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly runners = inject(SagaRunners);
  private readonly beginnings = inject(SagaBeginnings);

  /** Works while it is subscribed. Emits nothing, and never completes. */
  readonly work$: Observable<never> = defer(() => {
    const seen = new Set<string>();
    return this.runners.registry.changes$.pipe(
      mergeMap((types) => [...types.values()].map((all) => all.at(-1))),
      mergeMap((definition) => {
        const { type, startsOn } = definition ?? {};
        if (type === undefined || !startsOn || seen.has(`${type} ${startsOn.type}`)) return EMPTY;
        seen.add(`${type} ${startsOn.type}`);
        return this.follow(type, startsOn.type);
      }),
    );
  });

  private follow(type: string, eventType: string): Observable<never> {
    const { ports } = this.runners;
    const key = `rx-mesh sagas ${type} ${eventType}`;
    return flowOf(async (flow: Flow<never>) => {
      const start = await persist(async () => this.begin(key), ports, flow);
      if (!start) return;
      const save = async (after: number): Promise<unknown> =>
        persist(async () => this.save(key, { after, at: ports.clock.now() }), ports, flow);
      const handled = ports.store.consumeAll(
        { after: start.after, types: [eventType] },
        async ({ events, after }) => {
          for (const event of events) {
            if (event.metadata['imported'] === true) this.tell(type, event, 'it was imported');
            else await this.start(type, event, flow);
          }
          await save(after);
        },
      );
      await flow.finish(
        handled.pipe(mergeMap((item) => (item.type === 'caught-up' ? save(item.after) : EMPTY))),
      );
    });
  }

  private async start(type: string, event: EventEnvelope, flow: Flow<never>): Promise<void> {
    const definition = this.runners.registry.newest(type);
    const trigger = definition.startsOn;
    if (trigger?.type !== event.type) return;
    try {
      const [id, input] = [idFrom(definition, event), trigger.input(event)];
      const begin = async () => this.beginnings.begin(definition, id, { input, causedBy: event });
      await persist(begin, this.runners.ports, flow);
    } catch (error) {
      this.tell(type, event, 'its id or its input is of no use', error);
    }
  }

  private tell(type: string, { id, position }: EventEnvelope, why: string, cause?: unknown): void {
    const message = `Event ${JSON.stringify(id)} of position ${position} starts no saga ${type}: ${why}.`;
    reportIdle(this.diagnostics, message, cause);
  }

  private async begin(key: string): Promise<Place> {
    const { store, clock } = this.runners.ports;
    const head = await lastValueFrom(store.head(), { defaultValue: undefined });
    const position = head?.position ?? 0;
    const state = (await this.snapshots.get(key))?.state as Partial<Place> | undefined;
    const { after, at } = state ?? {};
    // One that is ahead is of a log that is no more.
    if (isPlace(after) && typeof at === 'number' && after <= position) return { after, at };
    const place = { after: position, at: clock.now() };
    await this.save(key, place);
    return place;
  }

  private async save(key: string, state: Place): Promise<void> {
    const version = state.after + 1;
    await this.snapshots.put({ key, version, schemaVersion: 1, state, timestamp: state.at });
  }
}
