import { seededRandom } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { CACHE } from '../cache-options';
import { HeldKeys } from './held-keys';

describe(HeldKeys.name, () => {
  it('holds a key back for a tenth of its ttl, until it succeeds', () => {
    const held = new HeldKeys(new ManualClock(), seededRandom(1));
    held.add('a', CACHE.resolve({ ttl: 100, jitter: 0 }));

    expect([held.has('a', 9), held.has('a', 10), held.has('b', 9)]).toEqual([true, false, false]);

    held.delete('a');

    expect(held.has('a', 9)).toBe(false);
  });

  it('has room for a thousand, the newest failures', () => {
    const held = new HeldKeys(new ManualClock(), seededRandom(1));
    for (let i = 0; i < 1000; i++) held.add(`${i}`, CACHE.defaults);
    held.add('0', CACHE.defaults);
    held.add('new', CACHE.defaults);

    expect(['0', '1', '2', 'new'].map((key) => held.has(key, 1))).toEqual([true, false, true, true]); // prettier-ignore
  });
});
