import fc from 'fast-check';
import { isInvalidQueryError } from './query-errors';
import { canonicalParameters, parametersOf } from './query-key';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item) => shuffled(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, field]) => [key, shuffled(field)]),
  );
};

const json = () =>
  fc
    .jsonValue({ maxDepth: 5 })
    .filter((value) => !JSON.stringify(value).includes('__proto__'))
    .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const isSound = (value: unknown): boolean => {
  try {
    return typeof canonicalParameters('Q', value) === 'string';
  } catch (error) {
    return isInvalidQueryError(error);
  }
};

const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

describe(canonicalParameters.name, () => {
  it('is the same in whatever order fields were written, and can be read again', () => {
    fc.assert(
      fc.property(json(), (value) => {
        const text = canonicalParameters('Q', value);
        expect(canonicalParameters('Q', shuffled(value))).toBe(text);
        expect(parametersOf(text)).toEqual(value);
      }),
    );
  });

  it('differs when the values do', () => {
    fc.assert(
      fc.property(json(), json(), (one, other) => {
        fc.pre(JSON.stringify(shuffled(one)) !== JSON.stringify(shuffled(other)));
        const isSame = canonicalParameters('Q', one) === canonicalParameters('Q', other);
        expect(isSame).toBe(
          JSON.stringify(parametersOf(canonicalParameters('Q', one))) ===
            JSON.stringify(parametersOf(canonicalParameters('Q', other))),
        );
      }),
    );
  });

  it('tells nothing, null, and texts apart', () => {
    const texts = [undefined, null, 'null', '', 0, '0', [], {}, [null], { a: null }].map((value) =>
      canonicalParameters('Q', value),
    );

    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.map((text) => parametersOf(text))).toEqual([
      undefined, null, 'null', '', 0, '0', [], {}, [null], { a: null },
    ]); // prettier-ignore
  });

  it('leaves out fields that are undefined, and takes objects without a prototype', () => {
    const bare = Object.assign(Object.create(null) as object, { b: 1, a: undefined });

    expect(canonicalParameters('Q', bare)).toBe('{"b":1}');
    expect(canonicalParameters('Q', { constructor: 1, toString: 2 })).toBe(
      '{"constructor":1,"toString":2}',
    );
  });

  it.each([
    [
      'a trap',
      JSON.parse('{"a":{"__proto__":{"isAdmin":true}}}'),
      ['parameters', 'a', '__proto__'],
    ],
    ['a number that is none', { a: [1, NaN] }, ['parameters', 'a', 1]],
    ['a hole', [1, undefined], ['parameters', 1]],
    ['a function', { f: () => 1 }, ['parameters', 'f']],
    ['a bigint', 1n, ['parameters']],
    ['a symbol', Symbol('s'), ['parameters']],
    ['a date', { at: new Date(0) }, ['parameters', 'at']],
    ['a map', new Map(), ['parameters']],
    ['too deep', nested(65), ['parameters', ...Array.from({ length: 64 }, () => 'a')]],
    ['too long', 'x'.repeat(65_536), ['parameters']],
  ])('refuses %s, and says where', (_, value, path) => {
    const refused = () => canonicalParameters('Q', value);

    expect(refused).toThrow(expect.objectContaining({ code: 'RXM550', type: 'Q' }) as Error);
    expect(refused).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path })] }) as Error,
    );
    expect(({} as { readonly isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('refuses cycles, but not what comes twice', () => {
    const cycle: unknown[] = [];
    cycle.push({ cycle });
    const twice = { a: 1 };

    expect(() => canonicalParameters('Q', cycle)).toThrow('is a cycle');
    expect(canonicalParameters('Q', [twice, twice])).toBe('[{"a":1},{"a":1}]');
  });

  it('gives up soon on what would become endless', () => {
    let bomb: unknown = 'x';
    for (let level = 0; level < 40; level++) bomb = [bomb, bomb];

    expect(() => canonicalParameters('Q', bomb)).toThrow('more than 65536 characters');
  });

  it('never throws anything else', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        (value) => {
          // prettier-ignore
          expect(isSound(value)).toBe(true);
        },
      ),
    );
  });
});
