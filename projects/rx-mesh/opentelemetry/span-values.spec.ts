import fc from 'fast-check';
import { attributesOf, hrTime, later, linksOf } from './span-values';

describe(hrTime.name, () => {
  it.each<[number, [number, number]]>([
    [0, [0, 0]],
    [1_767_225_600_250.125, [1_767_225_600, 250_125_000]],
    [999.999_999_9, [1, 0]],
    [-1, [-1, 999_000_000]],
  ])('writes %p ms as %p', (ms, expected) => {
    expect(hrTime(ms)).toEqual(expected);
  });
});

describe(later.name, () => {
  it('adds whole nanoseconds, however long since the epoch', () => {
    const instants = fc.tuple(
      fc.integer({ min: 0, max: 4e9 }),
      fc.integer({ min: 0, max: 999_999_999 }),
    );
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 1e14 }), ([seconds, nanos], passed) => {
        const [endSeconds, endNanos] = later([seconds, nanos], passed / 1e6);
        const exact = BigInt(seconds) * 1_000_000_000n + BigInt(nanos) + BigInt(passed);
        const got = BigInt(endSeconds) * 1_000_000_000n + BigInt(endNanos);

        expect(endNanos).toBeGreaterThanOrEqual(0);
        expect(endNanos).toBeLessThan(1_000_000_000);
        expect(Number(got - exact)).toBeCloseTo(0, -1);
      }),
    );
  });
});

describe(attributesOf.name, () => {
  it('has nothing of no tags, and an own property of every name', () => {
    const { length } = Object.keys(attributesOf(undefined));
    const odd = attributesOf(JSON.parse('{"__proto__": "x", "constructor": 1}') as object);

    expect([length, Object.keys(odd), Object.getPrototypeOf(odd)]).toEqual([
      0,
      ['__proto__', 'constructor'],
      Object.prototype,
    ]);
  });
});

describe(linksOf.name, () => {
  it('leaves out links whose ids are malformed', () => {
    const good = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    const all = [good, { ...good, spanId: '0'.repeat(16) }, { ...good, traceId: 'A'.repeat(32) }];

    expect(linksOf(all.map((context) => ({ context })))).toMatchObject([
      { context: { ...good, traceFlags: 1, isRemote: false }, attributes: {} },
    ]);
    expect(linksOf(undefined)).toEqual([]);
  });
});
