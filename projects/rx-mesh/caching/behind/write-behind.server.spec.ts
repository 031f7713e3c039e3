import { TestBed } from '@angular/core/testing';
import { LEADERSHIP } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { of, tap } from 'rxjs';
import { settled } from '../../spec-support/settled';
import { withDurableWrites } from './indexed-db-journal';
import { WriteBehindQueue } from './write-behind-queue';
import { WRITE_JOURNAL } from './write-journal';

describe(`${WriteBehindQueue.name} on a server`, () => {
  it('keeps writes in memory, stores them, and is over with the request', async () => {
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withDurableWrites().ɵproviders,
        { provide: LEADERSHIP, useValue: undefined },
      ],
    });
    const queue = TestBed.inject(WriteBehindQueue);
    const stored: unknown[] = [];
    queue.registerWriter({
      name: 'all',
      matches: () => true,
      store: (writes) => of(writes).pipe(tap(([write]) => stored.push(write?.value))),
    });
    queue.enqueue('a', 'x').subscribe();
    await settled();

    expect(TestBed.inject(WRITE_JOURNAL).durable).toBe(false);
    expect(stored).toEqual(['x']);
    expect([queue.pending(), TestBed.inject(ManualClock).pending]).toEqual([0, 0]);
  });
});
