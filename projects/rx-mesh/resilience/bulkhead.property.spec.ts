import fc from 'fast-check';
import { policyWorld, work } from '../spec-support/policy-world';
import { Bulkhead, type BulkheadOptions } from './bulkhead';
import { bulkheadPolicy } from './bulkhead-policy';

function world(options: BulkheadOptions) {
  const made = policyWorld();
  const bulkhead = new Bulkhead('reports', made.ports, options);
  return { ...made, bulkhead, policy: bulkheadPolicy(bulkhead) };
}

describe(`${Bulkhead.name} under any sequence of events`, () => {
  it('never runs more than its slots nor queues more than its places, and frees all in the end', () => {
    const aStep = fc.oneof(
      fc.record({ do: fc.constant('enter' as const), priority: fc.nat({ max: 3 }) }),
      fc.record({ do: fc.constant('end' as const), which: fc.nat({ max: 30 }) }),
      fc.record({ do: fc.constant('leave' as const), which: fc.nat({ max: 30 }) }),
      fc.record({ do: fc.constant('tick' as const), ms: fc.nat({ max: 200 }) }),
      fc.record({ do: fc.constant('limit' as const), limit: fc.integer({ min: 1, max: 4 }) }),
    );
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 40 }), (steps) => {
        const { bulkhead, clock, policy, watch } = world({ limit: 2, queue: 3, maxWait: 300 });
        const { live, runs, source } = work();
        const seen: ReturnType<typeof watch>[] = [];
        let highest = 2;
        for (const step of steps) {
          if (step.do === 'enter') seen.push(watch(policy, source, { priority: step.priority }));
          if (step.do === 'end') runs.at(step.which % Math.max(1, runs.length))?.complete();
          if (step.do === 'leave') seen.at(step.which % Math.max(1, seen.length))?.leave();
          if (step.do === 'tick') clock.advance(step.ms);
          if (step.do === 'limit') bulkhead.configure({ limit: step.limit });
          if (step.do === 'limit') highest = Math.max(highest, step.limit);

          expect(bulkhead.running).toBe(live());
          expect(bulkhead.running).toBeLessThanOrEqual(highest);
          expect(bulkhead.queued).toBeLessThanOrEqual(3);
          expect(clock.pending).toBe(bulkhead.queued);
          expect(bulkhead.queued > 0 && bulkhead.running < bulkhead.limit).toBe(false);
        }
        for (const one of seen) one.leave();

        expect([bulkhead.running, bulkhead.queued, clock.pending]).toEqual([0, 0, 0]);
      }),
      { numRuns: 10_000 },
    );
  });
});
