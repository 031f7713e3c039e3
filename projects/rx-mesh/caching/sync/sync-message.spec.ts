import fc from 'fast-check';
import { MAX_NAMES, inParts, readSync, writeSync } from './sync-message';

const names = fc.array(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 4 });

describe(readSync.name, () => {
  it('reads what was written, also over a wire', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.record({ keys: names, tags: names, dependencies: names }, { requiredKeys: [] }),
        fc.option(fc.string(), { nil: undefined }),
        fc.boolean(),
        (sequence, what, scope, settled) => {
          const message = { sequence, what, scope, settled };
          const wire: unknown = JSON.parse(JSON.stringify(writeSync(message)));
          expect(readSync(wire)).toEqual(message);
        },
      ),
    );
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'clear'],
    ['another version', { version: 2, sequence: 1, settled: true }],
    ['no sequence', { version: 1, settled: true }],
    ['half a sequence', { version: 1, sequence: 1.5, settled: true }],
    ['nothing of the second level', { version: 1, sequence: 1 }],
    ['keys that are none', { version: 1, sequence: 1, settled: true, keys: [''] }],
    ['a number for a tag', { version: 1, sequence: 1, settled: true, tags: [7] }],
    ['no list', { version: 1, sequence: 1, settled: true, dependencies: 'a' }],
    ['a word for all', { version: 1, sequence: 1, settled: true, all: 'yes' }],
    ['a number for a user', { version: 1, sequence: 1, settled: true, scope: 7 }],
    [
      'too many keys',
      { version: 1, sequence: 1, settled: true, keys: Array(MAX_NAMES + 1).fill('a') },
    ],
  ])('refuses %s', (_, payload) => {
    expect(readSync(payload)).toBeUndefined();
  });

  it('leaves out what does not belong there', () => {
    const told: unknown = JSON.parse(
      '{"version":1,"sequence":3,"settled":true,"keys":["a"],"__proto__":{"all":true},"more":1}',
    );
    expect(readSync(told)).toEqual({
      sequence: 3,
      what: { keys: ['a'] },
      scope: undefined,
      settled: true,
    });
  });
});

describe(inParts.name, () => {
  it('tells everything in parts that can be read', () => {
    const keys = Array.from({ length: MAX_NAMES * 2 + 1 }, (_, i) => `k${i}`);
    const parts = inParts({ keys, tags: ['t'], all: true });
    expect(parts).toHaveLength(3);
    expect(parts.map(({ all }) => all)).toEqual([true, undefined, undefined]);
    expect(parts.flatMap((part) => part.keys ?? [])).toEqual(keys);
    expect(parts.flatMap((part) => part.tags ?? [])).toEqual(['t']);
  });

  it('has nothing to tell of nothing', () => {
    expect(inParts({})).toEqual([]);
  });
});
