import fc from 'fast-check';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricRegistry } from '../metric-registry';
import { type DeltaChange, DeltaState } from './delta-state';

/** What a receiver has added up. */
class Receiver {
  readonly totals = new Map<string, { count: number; sum: number; buckets: number[] }>();

  take(changes: readonly DeltaChange[]): void {
    for (const { series, count } of changes) {
      const key = `${series.name}${JSON.stringify(series.tags)}`;
      const total = this.totals.get(key) ?? { count: 0, sum: 0, buckets: [] };
      total.count += count;
      total.sum += series.sum;
      series.buckets?.forEach((bucket, i) => {
        total.buckets[i] = (total.buckets[i] ?? 0) + bucket.count;
      });
      this.totals.set(key, total);
    }
  }
}

type Step =
  | { readonly type: 'add'; readonly tag: number; readonly value: number }
  | { readonly type: 'send' }
  | { readonly type: 'settle'; readonly which: number; readonly taken: boolean };

const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('add' as const),
    tag: fc.nat(2),
    value: fc.oneof(fc.nat(100), fc.double({ min: 0, max: 10, noNaN: true })),
  }),
  fc.record({ type: fc.constant('send' as const) }),
  fc.record({ type: fc.constant('settle' as const), which: fc.nat(3), taken: fc.boolean() }),
);

describe(DeltaState.name, () => {
  it('lets a receiver add up to the totals, whatever fails and in whatever order answers come', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
        let now = 1000;
        const clock = { now: () => now };
        const registry = new MetricRegistry({ diagnostics: new RecordingDiagnostics(), clock });
        const paid = registry.counter('paid');
        const sizes = registry.histogram('sizes', { buckets: [1, 5, 50] });
        const state = new DeltaState();
        const receiver = new Receiver();
        const flying: (readonly DeltaChange[])[] = [];
        const settle = (which: number, taken: boolean) => {
          const [changes] = flying.splice(which, 1);
          if (!changes) return;
          if (taken) {
            receiver.take(changes);
            state.acknowledge(changes);
          } else {
            state.giveBack(changes);
          }
        };
        const send = () => {
          const changes = state.changes(registry.collect(), new Date(now));
          state.send(changes);
          // In pieces, as bodies of a limited size.
          flying.push(changes.slice(0, 2), changes.slice(2));
        };
        for (const step of steps) {
          now++;
          if (step.type === 'add') {
            paid.add(step.value, { tag: step.tag });
            sizes.record(step.value, { tag: step.tag });
          } else if (step.type === 'send') send();
          else settle(step.which, step.taken);
        }
        while (flying.length > 0) settle(0, false);
        send();
        while (flying.length > 0) settle(0, true);

        for (const { name, tags, count, sum, buckets } of registry.collect()) {
          const total = receiver.totals.get(`${name}${JSON.stringify(tags)}`);
          expect(total?.count).toBe(count);
          expect(total?.sum).toBeCloseTo(sum, 9);
          expect(total?.buckets).toEqual((buckets ?? []).map((bucket) => bucket.count));
        }
        expect(state.changes(registry.collect(), new Date(now))).toEqual([]);
        expect(state.size).toBe(registry.collect().length);
      }),
    );
  });
});
