import { TestBed } from '@angular/core/testing';
import { memoryEventLog } from 'rx-mesh/event-sourcing';
import { NEVER, type Observable, Subject, of } from 'rxjs';
import { anEvent } from '../../spec-support/contracts/event-log';
import { idsByStream, projectionWorld, watching } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { ConsistencyMonitor } from './consistency-monitor';
import type { ConsistencyOptions, ReadModelFacts } from './consistency-options';
import { isConsistencyTimeoutError } from './sync-errors';

function consistencyWorld() {
  const world = projectionWorld({ pageSize: 100 });
  const monitor = TestBed.inject(ConsistencyMonitor);
  return {
    ...world,
    consistency: monitor,
    monitor: (options: ConsistencyOptions = {}) => watching(monitor.monitor(options)),
    append: async (stream: string, ids: readonly string[], serviceId = 'test') => {
      const events = ids.map((id) => anEvent(id, { metadata: { serviceId } }));
      return world.log.append({ stream, events, timestamp: world.clock.now() }, 'any');
    },
  };
}

describe(ConsistencyMonitor.name, () => {
  describe('monitor', () => {
    it('reports at once, and again each period', async () => {
      const { monitor, advance, clock } = consistencyWorld();
      const watch = monitor();
      await advance(0);

      expect(watch.values).toEqual([
        {
          timestamp: new Date(clock.now()),
          isConsistent: true,
          inconsistencies: [],
          lagTime: 0,
          lagEvents: 0,
          lags: [],
          failures: [],
          head: 0,
        },
      ]);

      await advance(29_999);

      expect(watch.values).toHaveLength(1);

      await advance(1);

      expect(watch.values).toHaveLength(2);

      watch.stop();

      expect(clock.pending).toBe(0);
    });

    it('tells the lag of a projection that is paused, until it goes on', async () => {
      const { monitor, tab, append, advance } = consistencyWorld();
      const projections = tab();
      const run = watching(projections.run(idsByStream()));
      await append('s', ['a', 'b']);
      await settled();
      const watch = monitor({ period: 1000 });
      await advance(0);

      expect(watch.last()).toMatchObject({ isConsistent: true, lagTime: 0, lagEvents: 0, head: 2 });

      run.stop();
      await append('s', ['c']);
      await advance(1000);
      await append('s', ['d'], 'other');
      await advance(1000);

      expect(watch.last()).toMatchObject({
        isConsistent: false,
        lagTime: 2000,
        lagEvents: 2,
        head: 4,
        inconsistencies: [
          {
            service: 'test',
            readModel: 'ids',
            expectedVersion: 3,
            actualVersion: 2,
            lagEvents: 1,
            lagMs: 2000,
            parked: 0,
            isAtLeast: false,
          },
          {
            service: 'other',
            readModel: 'ids',
            expectedVersion: 4,
            actualVersion: 2,
            lagEvents: 1,
            lagMs: 1000,
            parked: 0,
            isAtLeast: false,
          },
        ],
      });

      const again = watching(projections.run(idsByStream()));
      await advance(1000);

      expect(watch.last()).toMatchObject({ isConsistent: true, inconsistencies: [], lagTime: 0 });

      again.stop();
      watch.stop();
    });

    it('does not take parked events for consistent, whatever is tolerated', async () => {
      const { monitor, tab, append, advance } = consistencyWorld();
      const throwing = idsByStream({
        when: {
          Noted: () => {
            throw new Error('no');
          },
        },
      });
      const run = watching(tab().run(throwing));
      await append('s', ['a', 'b']);
      await settled();
      const watch = monitor({ toleratedEvents: 10, toleratedMs: 1e6 });
      await advance(500);

      expect(watch.last()).toMatchObject({
        isConsistent: false,
        inconsistencies: [{ actualVersion: 2, expectedVersion: 2, lagEvents: 2, parked: 2 }],
      });

      run.stop();
      watch.stop();
    });

    it('tolerates what it is told to', async () => {
      const { monitor, append, advance } = consistencyWorld();
      await append('s', ['a', 'b']);
      await advance(100);
      const models = ['ids'];
      const verdicts: (boolean | undefined)[] = [];
      for (const options of [
        { toleratedEvents: 1 },
        { toleratedEvents: 2 },
        { toleratedMs: 99 },
        { toleratedMs: 100 },
        { toleratedEvents: 2, maxScan: 1 },
      ]) {
        const watch = monitor({ models, ...options });
        await advance(0);
        verdicts.push(watch.last()?.isConsistent);
        watch.stop();
      }

      expect(verdicts).toEqual([false, true, false, true, false]);
    });

    it('looks at no more events than it is told to, and says so', async () => {
      const { monitor, append, advance } = consistencyWorld();
      await append('s', ['a', 'b', 'c']);
      const watch = monitor({ models: [{ name: 'ids', version: 1 }], maxScan: 2 });
      await advance(0);

      expect(watch.last()?.inconsistencies).toMatchObject([{ lagEvents: 2, isAtLeast: true }]);

      watch.stop();
    });

    it('looks at synchronizations and at other services', async () => {
      const { monitor, append, advance, storage } = consistencyWorld();
      await append('s', ['a', 'b']);
      await storage.commit({ checkpoint: '$sync crm', expected: 0, position: 1, timestamp: 1 });
      const probe = (readModel: string, facts: unknown) => ({
        service: 'stock',
        readModel,
        check: () => of(facts as ReadModelFacts),
      });
      const watch = monitor({
        models: [],
        synchronizations: ['crm'],
        probes: [
          probe('shelves', { expectedVersion: 9, actualVersion: 7, lagMs: 50 }),
          probe('fresh', { expectedVersion: 3, actualVersion: 3 }),
          probe('exact', { expectedVersion: 3, actualVersion: 2, lagEvents: 12 }),
          probe('broken', null),
        ],
      });
      await advance(0);

      expect(watch.last()).toMatchObject({
        isConsistent: false,
        lagTime: 50,
        lagEvents: 12,
        inconsistencies: [
          { readModel: 'crm', expectedVersion: 2, actualVersion: 1 },
          { service: 'stock', readModel: 'shelves', lagEvents: 2, lagMs: 50 },
          { service: 'stock', readModel: 'exact', lagEvents: 12, lagMs: 0 },
        ],
        failures: [
          { service: 'stock', readModel: 'broken', error: expect.any(TypeError) as unknown },
        ],
      });

      watch.stop();
    });

    it('never piles slow looks up, and gives up one that does not end', async () => {
      const { monitor, advance, clock } = consistencyWorld();
      let asked = 0;
      const check = (): Observable<ReadModelFacts> => {
        asked++;
        return NEVER;
      };
      const watch = monitor({
        period: 1000,
        timeout: 5500,
        probes: [{ service: 's', readModel: 'm', check }],
      });
      await advance(0);
      await advance(5000);

      expect([asked, watch.values.length]).toEqual([1, 0]);

      await advance(500);
      await advance(500);

      expect(asked).toBe(2);
      expect(watch.values).toMatchObject([
        {
          isConsistent: false,
          failures: [{ service: 's', readModel: 'm', error: { name: 'TimeoutError' } }],
        },
      ]);

      watch.stop();

      expect(clock.pending).toBe(0);
    });

    it('goes on after the log could not be read', async () => {
      const { monitor, advance, log } = consistencyWorld();
      const { head } = log;
      log.head = async () => Promise.reject(new Error('away'));
      const watch = monitor({ period: 1000 });
      await advance(0);

      expect(watch.last()).toMatchObject({
        isConsistent: false,
        head: 0,
        failures: [{ error: expect.objectContaining({ message: 'away' }) as unknown }],
      });

      log.head = head;
      await advance(1000);

      expect(watch.last()?.isConsistent).toBe(true);

      watch.stop();
    });

    it('is shared, and late subscribers get the newest report', async () => {
      const { consistency, advance, log, clock } = consistencyWorld();
      let asked = 0;
      const original = memoryEventLog();
      log.head = async () => {
        asked++;
        return original.head();
      };
      const reports$ = consistency.monitor();
      const first = watching(reports$);
      await advance(0);
      const second = watching(reports$);

      expect(asked).toBe(1);
      expect(second.values).toEqual(first.values);

      first.stop();
      second.stop();

      expect(clock.pending).toBe(0);
    });
  });

  it('checks once', async () => {
    const { consistency, append } = consistencyWorld();
    await append('s', ['a']);
    const watch = watching(consistency.check({ models: ['ids'] }));
    await settled();

    expect(watch).toMatchObject({ values: [{ isConsistent: false }], isComplete: true });
  });

  it.each([
    ['period', { period: 0 }],
    ['timeout', { timeout: -1 }],
    ['toleratedEvents', { toleratedEvents: 0.5 }],
    ['toleratedMs', { toleratedMs: NaN }],
    ['maxScan', { maxScan: 0 }],
    ['models', { models: 'ids' as never }],
    ['probes', { probes: {} as never }],
    ['synchronizations', { synchronizations: null as never }],
  ])('fails when %s is out of its range', (name, options) => {
    expect(consistencyWorld().monitor(options).error).toMatchObject({
      code: 'RXM101',
      message: expect.stringContaining(`ConsistencyOptions.${name}`) as unknown,
    });
  });

  describe('waitForConsistency', () => {
    it('waits until all read models are there', async () => {
      const { consistency, tab, append, advance, clock } = consistencyWorld();
      const run = watching(tab().run(idsByStream()));
      await settled();
      const watch = watching(consistency.waitForConsistency(2));
      await append('s', ['a']);
      await advance(100);

      expect(watch.values).toEqual([]);

      await append('s', ['b', 'c']);
      await advance(100);

      expect(watch).toMatchObject({ values: [3], isComplete: true });

      run.stop();

      expect(clock.pending).toBe(0);
    });

    it('fails with who is behind', async () => {
      const { consistency, append, advance, storage, clock } = consistencyWorld();
      await append('s', ['a', 'b']);
      await storage.commit({ checkpoint: '$sync crm', expected: 0, position: 1, timestamp: 1 });
      const watch = watching(
        consistency.waitForConsistency(2, {
          models: ['ids'],
          synchronizations: ['crm'],
          timeout: 3000,
        }),
      );
      await advance(2999);

      expect(watch.error).toBeUndefined();

      await advance(1);

      expect(isConsistencyTimeoutError(watch.error)).toBe(true);
      expect(watch.error).toMatchObject({
        position: 2,
        timeout: 3000,
        behind: [
          { readModel: 'ids', position: 0 },
          { readModel: 'crm', position: 1 },
        ],
        message: expect.stringContaining('"ids" is at 0, "crm" is at 1') as unknown,
      });
      expect(clock.pending).toBe(0);
    });

    it('fails when no read model is known, or none can be read', async () => {
      const { consistency, advance, storage } = consistencyWorld();
      const unknown = watching(consistency.waitForConsistency(0));
      await advance(10_000);

      expect(unknown.error).toMatchObject({ code: 'RXM555', behind: [] });

      storage.list = async () => Promise.reject(new Error('disk'));
      const unread = watching(consistency.waitForConsistency(0, { timeout: 100 }));
      await advance(100);

      expect(unread.error).toMatchObject({ cause: { message: 'disk' } });
    });

    it('leaves nothing behind', async () => {
      const { consistency, storage, clock } = consistencyWorld();
      const changes = new Subject<never>();
      Object.assign(storage, { changes$: changes });
      const watch = watching(consistency.waitForConsistency(1));
      await settled();

      expect(changes.observed).toBe(true);

      watch.stop();

      expect(changes.observed).toBe(false);
      expect(clock.pending).toBe(0);
    });

    it('fails when the position is none', () => {
      const { consistency } = consistencyWorld();

      expect(watching(consistency.waitForConsistency(-1)).error).toMatchObject({ code: 'RXM101' });
    });
  });
});
