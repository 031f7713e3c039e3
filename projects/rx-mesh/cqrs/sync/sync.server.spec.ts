import { TestBed } from '@angular/core/testing';
import { of } from 'rxjs';
import { watching } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { syncWorld } from '../../spec-support/sync-world';
import { ConsistencyMonitor } from './consistency-monitor';
import { ReadModelSynchronizer } from './read-model-synchronizer';

describe(`${ReadModelSynchronizer.name} and ${ConsistencyMonitor.name} on a server`, () => {
  it('do what there is to do, and complete', async () => {
    const { start, append, clock } = syncWorld();
    await append('s-1', 'a', 'b', 'c');
    const monitor = TestBed.inject(ConsistencyMonitor);
    const options = { models: [], synchronizations: ['read-models'] };
    const before = watching(monitor.monitor(options));
    await settled();
    const seen: number[] = [];
    const sync = start({
      maxBatch: 2,
      handlers: { s: ({ events }) => of(seen.push(events.length)) },
    });
    await settled();
    const after = watching(monitor.monitor(options));
    await settled();

    expect(before).toMatchObject({ values: [{ lagEvents: 3 }], isComplete: true });
    expect(seen).toEqual([2, 1]);
    expect(sync).toMatchObject({ values: [{ events: 2 }, { events: 1 }], isComplete: true });
    expect(after).toMatchObject({ values: [{ isConsistent: true }], isComplete: true });
    expect(clock.pending).toBe(0);
  });
});
