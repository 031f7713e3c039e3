import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { toArray } from 'rxjs';
import { lastOf } from '../spec-support/event-store-world';
import { settled } from '../spec-support/settled';
import { EVENT_HINTS, noHints } from './indexed-db/event-hints';
import { EVENT_DATABASE, withIndexedDb } from './indexed-db/with-indexed-db';
import { EVENT_LOG } from './log/event-log-token';
import { EventStoreService } from './store/event-store-service';

describe('event sourcing on a server', () => {
  it('opens nothing, and keeps events in memory', async () => {
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), ...withIndexedDb().ɵproviders],
    });
    const store = TestBed.inject(EventStoreService);
    await lastOf(store.appendToStream('s', { id: 'a', type: 'T' }));

    expect(TestBed.inject(EVENT_DATABASE)).toBeUndefined();
    expect(TestBed.inject(EVENT_LOG)).toMatchObject({ durability: 'memory' });
    expect(TestBed.inject(EVENT_HINTS)).toBe(noHints);
    expect(await lastOf(store.load('s', { initial: () => 0, evolve: (n) => n + 1 }))).toMatchObject({ state: 1 }); // prettier-ignore
  });

  it('completes a subscription once it has caught up, and nothing ticks', async () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const store = TestBed.inject(EventStoreService);
    await lastOf(store.appendToStream('s', { id: 'a', type: 'T' }));

    expect(await lastOf(store.subscribeToAll().pipe(toArray()))).toMatchObject([
      { type: 'event', event: { id: 'a' } },
      { type: 'caught-up', after: 1 },
    ]);

    let isOver = false;
    store.all$.subscribe({ complete: () => (isOver = true) });
    await settled();

    expect([isOver, TestBed.inject(ManualClock).pending]).toEqual([true, 0]);
  });
});
