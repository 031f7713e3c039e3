import fc from 'fast-check';
import { ManualClock } from 'rx-mesh/testing';
import { OutlierDetector, type OutlierGroup } from './outlier-detector';
import { OUTLIERS, type OutlierOptions } from './outlier-options';

const never = (): boolean => false;

const setUp = (options: OutlierOptions = {}, size = 4, draw = 0) => {
  const clock = new ManualClock();
  const detector = new OutlierDetector(OUTLIERS.resolve(options), {
    clock,
    random: { next: () => draw },
  });
  const group = (fields: Partial<OutlierGroup> = {}): OutlierGroup => ({
    size,
    latency: undefined,
    others: () => [],
    ...fields,
  });
  const fail = (id: string, times = 1) =>
    Array.from({ length: times }, () => detector.record(id, { failed: true, took: 5 }, group()));
  const succeed = (id: string, took = 20, fields: Partial<OutlierGroup> = {}) =>
    detector.record(id, { failed: false, took }, group(fields));
  return { clock, detector, fail, succeed };
};

describe(OutlierDetector.name, () => {
  it('ejects after three failures in a row', () => {
    const { detector, fail } = setUp();

    expect(fail('a', 3)).toEqual([undefined, undefined, 'consecutive-failures']);
    expect(detector.isEjected('a')).toBe(true);
    expect(detector.isEjected('b')).toBe(false);
  });

  it('begins to count anew with a success', () => {
    const { detector, fail, succeed } = setUp();
    fail('a', 2);
    succeed('a');
    fail('a', 2);

    expect(detector.isEjected('a')).toBe(false);
  });

  it('ejects for a share of failures once there are enough calls', () => {
    const { fail, succeed } = setUp({ consecutiveFailures: 100 });
    succeed('a');
    succeed('a');
    const told = fail('a', 8);

    expect(told.slice(0, 7).every((reason) => reason === undefined)).toBe(true);
    expect(told[7]).toBe('failure-rate');
  });

  it('ejects what is slow by its answers and by what is known of the others', () => {
    const { succeed } = setUp();
    for (let call = 0; call < 20; call++) succeed('b', 20);
    const slow = { latency: 200, others: () => [20, 22, 25] };

    expect([1, 2, 3].map(() => succeed('a', 200, slow))).toEqual([undefined, undefined, 'slow']);
  });

  it('keeps what answers slowly now and then, and where all are slow', () => {
    const { succeed } = setUp();
    for (let call = 0; call < 20; call++) succeed('b', 20);
    for (let call = 0; call < 9; call++) {
      expect(succeed('a', call % 3 === 2 ? 20 : 200, { latency: 60, others: () => [20] })).toBe(
        undefined,
      );
    }
    const told = [1, 2, 3].map(() => succeed('a', 200, { latency: 200, others: () => [180, 190] }));

    expect(told).toEqual([undefined, undefined, undefined]);
  });

  it('is not led astray by a first answer that took no time', () => {
    const { succeed } = setUp();
    succeed('b', 0);
    for (let call = 0; call < 30; call++) succeed('b', 20);
    const told = [61, 20, 20].map((took) =>
      succeed('a', took, { latency: 61, others: () => [20, 20] }),
    );

    expect(told).toEqual([undefined, undefined, undefined]);
  });

  it('never takes a slow instance for too slow where that is switched off', () => {
    const { succeed } = setUp({ slowFactor: Infinity });
    succeed('b', 1);
    const slow = { latency: 1000, others: () => [1] };

    expect([1, 2, 3, 4].map(() => succeed('a', 1000, slow))).toEqual(Array(4).fill(undefined));
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [10, 5],
  ])('of %d instances ejects %d at most', (size, most) => {
    const { detector, fail } = setUp({}, size);
    for (let i = 0; i < size; i++) fail(`i${i}`, 3);

    expect(detector.ejections.size).toBe(most);
  });

  it('lets an instance back when its time is over, and later each time', () => {
    const { clock, detector, fail } = setUp();
    fail('a', 3);
    clock.advance(9999);

    expect(detector.advance(clock.monotonic(), never)).toEqual([]);

    clock.advance(1);

    expect(detector.advance(clock.monotonic(), never)).toEqual(['a']);

    fail('a', 3);

    expect(detector.ejections.get('a')).toEqual({
      reason: 'consecutive-failures',
      since: 10_000,
      until: 30_000,
    });
  });

  it('forgives one time for each base time that an instance was well', () => {
    const { clock, detector, fail } = setUp();
    fail('a', 3);
    clock.advance(10_000);
    detector.advance(clock.monotonic(), never);
    clock.advance(10_000);
    fail('a', 3);

    expect(detector.ejections.get('a')?.until).toBe(30_000);
  });

  it('ejects for at most the longest time, and spreads the ends', () => {
    const { clock, detector, fail } = setUp({ baseTime: 10, maxTime: 25 }, 4, 0.5);
    for (let round = 0; round < 5; round++) {
      fail('a', 3);
      clock.advance(28);
      detector.advance(clock.monotonic(), never);
    }
    fail('a', 3);
    const { since = 0, until = 0 } = detector.ejections.get('a') ?? {};

    expect(until - since).toBeLessThanOrEqual(27.5);
  });

  it('keeps an instance out beyond its time while it is held', () => {
    const { clock, detector, fail } = setUp();
    fail('a', 3);
    clock.advance(60_000);

    expect(detector.advance(clock.monotonic(), () => true)).toEqual([]);

    clock.advance(1);

    expect(detector.advance(clock.monotonic(), (id, { since }) => id !== 'a' || since > 0)).toEqual(
      ['a'],
    );
  });

  it('makes room for another ejection when an ejected instance goes', () => {
    const { detector, fail } = setUp({}, 2);
    fail('a', 3);
    fail('b', 3);

    expect(detector.isEjected('b')).toBe(false);

    detector.retain(new Set(['b', 'c']));
    fail('b', 3);

    expect([...detector.ejections.keys()]).toEqual(['b']);
  });

  it('never ejects more than its share, whatever happens', () => {
    const anId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const aStep = fc.oneof(
      fc.record({ type: fc.constant('fail' as const), id: anId }),
      fc.record({ type: fc.constant('succeed' as const), id: anId }),
      fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
      fc.record({ type: fc.constant('retain' as const), ids: fc.uniqueArray(anId) }),
    );
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 80 }), (steps) => {
        const { clock, detector, fail, succeed } = setUp({}, 5);
        for (const step of steps) {
          if (step.type === 'fail') fail(step.id);
          else if (step.type === 'succeed') succeed(step.id);
          else if (step.type === 'retain') detector.retain(new Set(step.ids));
          else {
            clock.advance(step.ms);
            detector.advance(clock.monotonic(), never);
          }

          expect(detector.ejections.size).toBeLessThanOrEqual(2);
        }
        clock.advance(200_000);
        detector.advance(clock.monotonic(), never);

        expect(detector.ejections.size).toBe(0);
      }),
    );
  });
});

describe('OutlierOptions', () => {
  it.each([
    [{ maxShare: 0.6 }, 'maxShare'],
    [{ slowFactor: 1 }, 'slowFactor'],
    [{ consecutiveFailures: 0 }, 'consecutiveFailures'],
    [{ baseTime: 5000, maxTime: 100 }, 'maxTime'],
    [{ failureRate: NaN }, 'failureRate'],
  ])('refuses %p and names it', (options, name) => {
    expect(() => OUTLIERS.resolve(options)).toThrow(`OutlierOptions.${name}`);
  });
});
