import { TestBed } from '@angular/core/testing';
import { LEADERSHIP } from 'rx-mesh/kernel';
import { NEVER, of, startWith } from 'rxjs';
import { anEvent } from '../../spec-support/contracts/event-log';
import { projectionWorld, watching } from '../../spec-support/projection-world';
import { ReadModelSynchronizer } from './read-model-synchronizer';

/** A tab beside another one that leads. */
const behindAnother = ({ log: logShared = false, storage: storageShared = false }) => {
  const leadership = { lead: () => NEVER.pipe(startWith(false)) };
  const world = projectionWorld({ providers: [{ provide: LEADERSHIP, useValue: leadership }] });
  const { log, storage } = world;
  Object.assign(log, { capabilities: { ...log.capabilities, crossTab: logShared } });
  Object.assign(storage, { capabilities: { ...storage.capabilities, crossTab: storageShared } });
  const calls: number[] = [];
  const handlers = {
    s: ({ events }: { readonly events: readonly unknown[] }) => of(calls.push(events.length)),
  };
  const start = () => watching(TestBed.inject(ReadModelSynchronizer).synchronize({ handlers }));
  return { ...world, calls, start };
};

describe(ReadModelSynchronizer.name, () => {
  it.each([
    [{}, 1],
    [{ log: true }, 1],
    [{ storage: true }, 1],
    [{ log: true, storage: true }, 0],
  ])(
    'leaves the work to the tab that leads only where both share all: %p',
    async (shared, times) => {
      const { start, log, clock, advance, calls } = behindAnother(shared);
      const syncs = [start(), start()];
      const event = anEvent('a', { aggregateType: 's', aggregateId: '1' });
      await advance(0);
      await log.append({ stream: 's-1', events: [event], timestamp: clock.now() }, 'any');
      await advance(5000);

      expect(calls).toHaveLength(times);
      for (const { stop } of syncs) stop();

      expect(clock.pending).toBe(0);
    },
  );
});
