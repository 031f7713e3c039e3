import type { EnvironmentProviders, Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { EventStoreService, EVENT_LOG, type EventEnvelope, type EventLog, memoryEventLog } from 'rx-mesh/event-sourcing'; // prettier-ignore
import { ManualClock, ManualPage, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing'; // prettier-ignore
import { type Observable, toArray } from 'rxjs';
import { settled } from './settled';

/** A log whose calls a test can replace. */
export type PatchableLog = { -readonly [K in keyof EventLog]: EventLog[K] };

/** An application with an event store. */
export function eventStoreWorld(
  features: readonly {
    readonly ɵproviders: readonly (Provider | EnvironmentProviders)[];
  }[] = [],
  original: EventLog = memoryEventLog(),
) {
  const log = patchable(original);
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: EVENT_LOG, useValue: log },
      ...features.flatMap(({ ɵproviders }) => ɵproviders),
    ],
  });
  const clock = TestBed.inject(ManualClock);
  return {
    log,
    clock,
    page: TestBed.inject(ManualPage),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    store: TestBed.inject(EventStoreService),
    /** Moves time, and lets answers come. */
    advance: async (ms: number) => {
      await settled();
      clock.advance(ms);
      await settled();
    },
  };
}

/** The log by other functions, so that one of them can be replaced. */
export function patchable(log: EventLog): PatchableLog {
  return {
    name: log.name,
    capabilities: log.capabilities,
    durability: log.durability,
    hints$: log.hints$,
    append: async (...args) => log.append(...args),
    readStream: async (...args) => log.readStream(...args),
    readAll: async (...args) => log.readAll(...args),
    head: async () => log.head(),
    streamHead: async (stream) => log.streamHead(stream),
    streams: async (...args) => log.streams(...args),
    truncate: async (...args) => log.truncate(...args),
    close: () => log.close(),
  };
}

/** All values of a stream that ends. */
export async function allOf<T>(source: Observable<T>): Promise<T[]> {
  return new Promise((resolve, reject) => {
    source.pipe(toArray()).subscribe({ next: resolve, error: reject });
  });
}

/** The last value of a stream that ends. */
export async function lastOf<T>(source: Observable<T>): Promise<T> {
  const values = await allOf(source);
  if (values.length === 0) throw new Error('The stream ended without a value.');
  return values.at(-1) as T;
}

/** The ids of events, as one text. */
export function idsOf(events: readonly EventEnvelope[]): string {
  return events.map(({ id }) => id).join('');
}
