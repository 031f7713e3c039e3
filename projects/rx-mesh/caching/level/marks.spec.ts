import fc from 'fast-check';
import { clearBeside, marksOf, prefixOf, remoteKey, voidMarksOf } from './marks';

const prefix = (scope: string) => prefixOf('rx', 'user', scope) ?? '';

describe(remoteKey.name, () => {
  it('never gives two names the same key', () => {
    const part = fc.string({ unit: fc.constantFrom('a', ':', '%', 'u', 's', 'm', 'é') });
    const parts = fc.record({
      scope: part,
      kind: fc.constantFrom('e' as const, 'm' as const),
      name: part,
    });
    const keyOf = ({ scope, kind, name }: { scope: string; kind: 'e' | 'm'; name: string }) =>
      remoteKey(prefix(scope), kind, name);
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('cuts what is too long and keeps its partition', () => {
    const key = remoteKey(prefix('ann'), 'e', 'k'.repeat(1024));

    expect([key.length <= 1024, key.startsWith('rx:uann:e:kkk')]).toEqual([true, true]);
    expect(remoteKey(prefix('ann'), 'e', `${'k'.repeat(1023)}j`)).not.toBe(key);
  });

  it('writes a name that is no proper text without half a character', () => {
    const key = remoteKey(prefix('ann'), 'e', 'a\ud800');

    expect(key).toMatch(/^rx:uann:e:a\?~\w+$/);
    expect(remoteKey(prefix('ann'), 'e', 'a\ud801')).not.toBe(key);
  });
});

describe(prefixOf.name, () => {
  it.each([
    ['user', 'ann', 'rx:uann:'],
    ['user', 's', 'rx:us:'],
    ['user', '', undefined],
    ['user', 'a:b/c', 'rx:ua%3Ab%2Fc:'],
    ['user', undefined, undefined],
    ['user', 'a'.repeat(128), `rx:u${'a'.repeat(128)}:`],
    ['user', 'a'.repeat(129), undefined],
    ['user', 'ä'.repeat(22), undefined],
    ['user', '\ud800', undefined],
    ['shared', 'ann', 'rx:s:'],
    ['shared', undefined, 'rx:s:'],
  ] as const)('is for a %s %p: %p', (audience, scope, written) => {
    expect(prefixOf('rx', audience, scope)).toBe(written);
  });
});

describe('the names of marks', () => {
  it('are those that a value depends on, each once', () => {
    expect(marksOf('k', { tags: ['a', 'a'], dependencies: ['d'] })).toEqual([
      'clear',
      'key:k',
      'tag:a',
      'dep:d',
    ]);
  });

  it('are those that are made void; what depends on a key goes with it', () => {
    expect(voidMarksOf({ keys: ['k'], tags: ['a'], dependencies: ['k', 'd'] })).toEqual([
      'key:k',
      'tag:a',
      'dep:k',
      'dep:d',
    ]);
    expect(voidMarksOf({ all: true })).toEqual([]);
  });

  it('lie beside the mark of their partition', () => {
    expect(clearBeside(remoteKey(prefix('m'), 'm', 'tag::m:a'))).toBe('rx:um:m:clear');
  });
});
