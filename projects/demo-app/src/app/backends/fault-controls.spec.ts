import fc from 'fast-check';
import { QuantileSketch, seededRandom } from 'rx-mesh/kernel';
import { CALM, FaultControls } from './fault-controls';
import { drawLatency } from './latency';

const INSTANCES = [
  { id: 'orders-1', service: 'orders' },
  { id: 'orders-2', service: 'orders' },
  { id: 'users-1', service: 'users' },
];
const controls = (seed = 42) => new FaultControls(INSTANCES, { seed });
const plans = (of: FaultControls, id: string, count: number) =>
  Array.from({ length: count }, () => of.next(id));

describe(drawLatency.name, () => {
  it('has the median and the 99th percentile that were asked for', () => {
    const random = seededRandom(7);
    const sketch = new QuantileSketch();
    for (let i = 0; i < 50_000; i++) sketch.record(drawLatency({ median: 80, p99: 400 }, random));
    expect(sketch.quantile(0.5)).toBeGreaterThan(77);
    expect(sketch.quantile(0.5)).toBeLessThan(83);
    expect(sketch.quantile(0.99)).toBeGreaterThan(370);
    expect(sketch.quantile(0.99)).toBeLessThan(430);
    expect(sketch.max).toBeLessThan(80 * Math.exp((3.5 * Math.log(5)) / 2.32) + 1);
  });

  it('is constant when the two are one', () => {
    expect(drawLatency({ median: 50, p99: 50 }, seededRandom(1))).toBe(50);
  });

  it('is a positive number for every profile and seed', () => {
    const ms = fc.double({ min: 0.1, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(ms, ms, fc.integer(), (a, b, seed) => {
        const profile = { median: Math.min(a, b), p99: Math.max(a, b) };
        const drawn = drawLatency(profile, seededRandom(seed));
        return Number.isFinite(drawn) && drawn > 0;
      }),
    );
  });
});

describe(FaultControls.name, () => {
  it('begins calm, with everybody alive', () => {
    const faults = controls();
    expect(faults.of('orders')).toBe(CALM);
    expect(faults.isAlive('orders-1')).toBe(true);
    expect(plans(faults, 'orders-1', 200).every(({ outcome }) => outcome === 'answer')).toBe(true);
  });

  it('tells the same fate from the same seed, whatever other instances are asked', () => {
    const [quiet, busy, other] = [controls(), controls(), controls(43)];
    plans(busy, 'orders-2', 17);
    const expected = plans(quiet, 'orders-1', 20);
    expect(plans(busy, 'orders-1', 20)).toEqual(expected);
    expect(plans(other, 'orders-1', 20)).not.toEqual(expected);
    expect(plans(quiet, 'orders-2', 20)).not.toEqual(expected);
  });

  it('does not draw other latencies when the error rate changes', () => {
    const [calm, rough] = [controls(), controls()];
    rough.set('orders', { errorRate: 0.5 });
    expect(plans(rough, 'orders-1', 20).map(({ delay }) => delay)).toEqual(
      plans(calm, 'orders-1', 20).map(({ delay }) => delay),
    );
  });

  it('fails the share of requests that was asked for', () => {
    const faults = controls();
    faults.set('orders', { errorRate: 0.3 });
    const failed = plans(faults, 'orders-1', 5000).filter(({ outcome }) => outcome === 'error');
    expect(failed.length / 5000).toBeCloseTo(0.3, 1);
    faults.set('orders', { errorRate: 1 });
    expect(plans(faults, 'orders-1', 50).every(({ outcome }) => outcome === 'error')).toBe(true);
    expect(faults.next('users-1').outcome).toBe('answer');
  });

  it('lets an instance differ from its service', () => {
    const faults = controls();
    faults.set('orders', { latency: { median: 10, p99: 10 } });
    faults.set('orders-2', { latency: { median: 900, p99: 900 } });
    expect(faults.next('orders-1').delay).toBe(10);
    expect(faults.next('orders-2').delay).toBe(900);
    expect(faults.of('orders-2').errorRate).toBe(0);
  });

  it('lifts a p99 below the median', () => {
    const faults = controls();
    faults.set('orders', { latency: { median: 300, p99: 100 } });
    expect(faults.of('orders').latency).toEqual({ median: 300, p99: 300 });
  });

  it.each([{ errorRate: -0.1 }, { errorRate: 1.1 }, { errorRate: NaN }])('refuses %j', (change) => {
    expect(() => controls().set('orders', change)).toThrow(RangeError);
  });

  it.each([
    [0, 10],
    [10, -1],
    [NaN, 10],
  ])('refuses a latency of %d and %d', (median, p99) => {
    expect(() => controls().set('orders', { latency: { median, p99 } })).toThrow(RangeError);
  });

  it('kills and revives one instance', () => {
    const faults = controls();
    faults.kill('orders-1');
    expect([...faults.killed()]).toEqual(['orders-1']);
    expect(faults.next('orders-1')).toEqual({ delay: 6, outcome: 'unreachable' });
    expect(faults.next('orders-2').outcome).toBe('answer');
    faults.revive('orders-1');
    expect(faults.next('orders-1').outcome).toBe('answer');
  });

  it('goes back to fair weather, with chance from the start', () => {
    const faults = controls();
    const expected = plans(faults, 'orders-1', 5);
    faults.set('orders', { errorRate: 1 });
    faults.kill('orders-1');
    faults.reset();
    expect(faults.faults().size).toBe(0);
    expect(faults.seed()).toBe(42);
    expect(plans(faults, 'orders-1', 5)).toEqual(expected);
  });

  it('begins chance again from another seed and leaves the rest', () => {
    const faults = controls();
    faults.kill('users-1');
    const expected = plans(controls(7), 'orders-1', 5);
    plans(faults, 'orders-1', 3);
    faults.reseed(7);
    expect(faults.seed()).toBe(7);
    expect(plans(faults, 'orders-1', 5)).toEqual(expected);
    expect(faults.isAlive('users-1')).toBe(false);
  });
});
