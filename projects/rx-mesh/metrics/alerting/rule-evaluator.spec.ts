import { RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricRegistry } from '../metric-registry';
import { hasTags } from '../slo/has-tags';
import { SloTracker } from '../slo/slo-tracker';
import type { AlertCondition, AlertContext, ThresholdCondition } from './alert-rule';
import { checkedRule } from './rule-check';
import { ruleEvaluator } from './rule-evaluator';

const setUp = () => {
  const registry = new MetricRegistry({
    diagnostics: new RecordingDiagnostics(),
    clock: { now: () => 0 },
  });
  const slo = new SloTracker({ name: 'orders', service: 'shop', objective: 0.99 });
  let at = 0;
  const context: AlertContext = {
    timestamp: new Date(0),
    series: (metric, tags = {}) =>
      registry.collect().filter((one) => one.name === metric && hasTags(one, tags)),
    distribution: (metric, tags) => registry.distribution(metric, tags),
    slo: (name) => (name === 'orders' ? slo.report(at) : undefined),
  };
  return {
    registry,
    slo,
    looks: (condition: AlertCondition) => {
      const evaluate = ruleEvaluator(checkedRule({ name: 'R', condition, severity: 'page' }));
      return (time: number) => {
        at = time;
        const { othersUnknown, readings } = evaluate(context, time);
        return [
          othersUnknown,
          ...readings.map(({ holds, labels, value }) => {
            const own = Object.entries(labels).filter(
              ([name]) => name !== 'alertname' && name !== 'severity',
            );
            return { ...Object.fromEntries(own), value, holds: holds(false) };
          }),
        ];
      };
    },
  };
};
const over = (changes: Partial<ThresholdCondition>): ThresholdCondition => ({
  type: 'threshold',
  metric: 'm',
  above: 10,
  ...changes,
});

describe(ruleEvaluator.name, () => {
  it('adds, averages and counts the series of a metric', () => {
    const { looks, registry } = setUp();
    registry.counter('m').add(5, { n: 1 });
    registry.counter('m').add(3, { n: 2 });
    registry.counter('m').add(4, { n: 2 });
    registry.histogram('h').record(2);
    registry.histogram('h').record(4);

    for (const [changes, value] of [
      [{}, 12],
      [{ tags: { n: 2 } }, 7],
      [{ aggregate: 'max' }, 7],
      [{ aggregate: 'min' }, 5],
      [{ aggregate: 'avg' }, 6],
      [{ aggregate: 'count' }, 3],
      [{ metric: 'h', aggregate: 'avg' }, 3],
      [{ metric: 'h', aggregate: 'max' }, 4],
      [{ metric: 'h', aggregate: 'min' }, 2],
    ] as const) {
      expect(looks(over(changes))(0)).toEqual([true, { value, holds: value > 10 }]);
    }
    expect(looks(over({ metric: 'none' }))(0)).toEqual([true]);
    expect(looks(over({ tags: { n: 3 } }))(0)).toEqual([true]);
  });

  it('makes an alert of each value of some tags', () => {
    const { looks, registry } = setUp();
    const gauge = registry.gauge('m');
    gauge.set(20, { 'server.address': 'a', zone: 1 });
    gauge.set(1, { 'server.address': 'a', zone: 2 });
    gauge.set(5, { 'server.address': 'b' });
    gauge.set(11);

    expect(looks(over({ by: ['server.address'] }))(0)).toEqual([
      true,
      { server_address: 'a', value: 21, holds: true },
      { server_address: 'b', value: 5, holds: false },
      { value: 11, holds: true },
    ]);
  });

  it('knows a rate, through resets, once it has looked twice', () => {
    const { looks, registry } = setUp();
    const look = looks(over({ aggregate: 'rate', window: 60_000, above: 2 }));
    registry.counter('m').add(100);

    expect(look(0)).toEqual([true]);

    registry.counter('m').add(30);

    expect(look(10_000)).toEqual([true, { value: 3, holds: true }]);

    registry.reset();
    registry.counter('m').add(10);

    expect(look(20_000)).toEqual([true, { value: 2, holds: false }]);
    expect(look(70_000)).toEqual([
      true,
      { value: expect.closeTo(10 / 60) as number, holds: false },
    ]);

    // Of a histogram it is that of the samples.
    registry.histogram('h').record(1000);
    const samples = looks(over({ metric: 'h', aggregate: 'rate', above: 2 }));
    samples(0);
    for (let i = 0; i < 30; i++) registry.histogram('h').record(1000);

    expect(samples(10_000)).toEqual([true, { value: 3, holds: true }]);
  });

  it('knows a rate after a while in which nobody looked', () => {
    const { looks, registry } = setUp();
    const look = looks(over({ aggregate: 'rate', window: 60_000, above: 2 }));
    registry.counter('m').add(1);
    look(0);
    registry.counter('m').add(600);
    const one = [true, { value: expect.closeTo(1) as number, holds: false }];

    expect(look(600_000)).toEqual(one);

    // Nor is it more than it was while the window still has something of that.
    for (let at = 610_000; at <= 680_000; at += 10_000) {
      registry.counter('m').add(10);

      expect(look(at)).toEqual(one);
    }
  });

  it('counts all of a group that was not there at the last look', () => {
    const { looks, registry } = setUp();
    const rate = looks(over({ aggregate: 'rate', by: ['n'], window: 60_000 }));
    const slowest = looks(over({ metric: 't', aggregate: { quantile: 1 }, by: ['n'] }));
    rate(0);
    slowest(0);
    registry.counter('m').add(50, { n: 1 });
    registry.timer('t').record(200, { n: 1 });

    expect(rate(10_000)).toEqual([true, { n: '1', value: 5, holds: false }]);
    expect(slowest(10_000)).toEqual([true, { n: '1', value: 200, holds: true }]);
  });

  it('knows the increase within a window', () => {
    const { looks, registry } = setUp();
    registry.histogram('m').record(1000);
    const [sum, avg, count] = (['sum', 'avg', 'count'] as const).map((aggregate) =>
      looks(over({ aggregate, window: 60_000 })),
    );
    sum?.(0);
    count?.(0);

    expect(avg?.(0)).toEqual([true]);

    registry.histogram('m').record(20);
    registry.histogram('m').record(30);

    expect(sum?.(1000)).toEqual([true, { value: 50, holds: true }]);
    expect(avg?.(1000)).toEqual([true, { value: 25, holds: true }]);
    expect(count?.(1000)).toEqual([true, { value: 2, holds: false }]);
    expect(sum?.(62_000)).toEqual([true, { value: 0, holds: false }]);
  });

  it('knows a quantile of what came within a window', () => {
    const { looks, registry } = setUp();
    const timer = registry.timer('m');
    timer.record(9000, { n: 1 });
    const look = looks(
      over({ aggregate: { quantile: 0.5 }, by: ['n'], window: 60_000, above: 100 }),
    );

    expect(look(0)).toEqual([true]);

    for (let i = 0; i < 10; i++) timer.record(200, { n: 1 });

    expect(look(1000)).toEqual([
      true,
      { n: '1', value: expect.closeTo(200, -1) as number, holds: true },
    ]);
  });

  it('holds above, below or between, and until it has cleared', () => {
    const { registry } = setUp();
    const gauge = registry.gauge('m');
    const holds = (changes: Partial<ThresholdCondition>, value: number, firing: boolean) => {
      gauge.set(value);
      const condition = over(changes);
      const series = () => registry.collect();
      const context = { series } as unknown as AlertContext;
      const { readings } = ruleEvaluator(checkedRule({ name: 'R', condition }))(context, 0);
      return readings[0]?.holds(firing);
    };

    expect([9, 10, 11].map((value) => holds({}, value, false))).toEqual([false, false, true]);
    expect([9, 10, 11].map((value) => holds({}, value, true))).toEqual([false, false, true]);
    expect([4, 5, 6, 11].map((value) => holds({ clear: 5 }, value, true))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(holds({ clear: 5 }, 6, false)).toBe(false);

    const below = { above: undefined, below: 3, clear: 7 };

    expect([2, 3].map((value) => holds(below, value, false))).toEqual([true, false]);
    expect([7, 8].map((value) => holds(below, value, true))).toEqual([true, false]);
    expect([10, 11, 20].map((value) => holds({ below: 20 }, value, false))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('misses what is not recorded', () => {
    const { looks, registry } = setUp();
    const look = looks({ type: 'absence', metric: 'm', tags: { job: 'sync' }, for: 60_000 });
    const seen = (silent: number) => [
      true,
      { job: 'sync', value: silent, holds: silent >= 60_000 },
    ];

    expect(look(0)).toEqual(seen(0));
    expect(look(60_000)).toEqual(seen(60_000));

    registry.counter('m').add(1, { job: 'sync' });

    expect(look(70_000)).toEqual(seen(0));

    registry.counter('m').add(1, { job: 'other' });

    expect(look(130_000)).toEqual(seen(60_000));
  });

  it('asks an SLO whether its budget burns', () => {
    const { looks, slo } = setUp();
    const any = looks({ type: 'burn-rate', slo: 'orders' });
    const fast = looks({ type: 'burn-rate', slo: 'orders', rule: 'fast' });

    expect(any(0)).toEqual([true]);

    slo.record(50, 100, 0);
    const labels = { burn_rule: 'fast', slo: 'orders', service: 'shop' };

    expect(fast(0)).toEqual([
      true,
      { ...labels, value: expect.closeTo(50) as number, holds: true },
    ]);
    expect(any(0)).toHaveLength(4);
    expect(looks({ type: 'burn-rate', slo: 'other' })(0)).toEqual([true]);
  });

  it('takes what a function finds', () => {
    const { looks } = setUp();

    expect(looks(() => 5)(0)).toEqual([false, { value: 5, holds: true }]);
    expect(looks(() => 0)(0)).toEqual([false, { value: 0, holds: true }]);
    expect(looks(() => NaN)(0)).toEqual([true]);
    expect(looks(() => undefined)(0)).toEqual([true]);
    expect(looks(() => [])(0)).toEqual([false]);
    expect(looks(() => [{ labels: { a: 'b' }, value: 1 }, { value: NaN }])(0)).toEqual([
      true,
      { a: 'b', value: 1, holds: true },
    ]);
  });
});
