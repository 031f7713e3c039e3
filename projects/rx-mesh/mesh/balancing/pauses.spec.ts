import fc from 'fast-check';
import { LONGEST_PAUSE, Pauses } from './pauses';

describe(Pauses.name, () => {
  it('runs from when it was asked for, and is over then', () => {
    const pauses = new Pauses();
    pauses.add('a', 3000, 1000);

    expect([1000, 3999, 4000, 9000].map((now) => pauses.left('a', now))).toEqual([3000, 1, 0, 0]);
    expect(pauses.left('b', 1000)).toBe(0);
  });

  it('is not taken back by a shorter one, and is never longer than five minutes', () => {
    const pauses = new Pauses();
    pauses.add('a', 3000, 0);
    pauses.add('a', 1000, 500);

    expect(pauses.left('a', 500)).toBe(2500);

    pauses.add('a', Infinity, 500);

    expect(pauses.left('a', 500)).toBe(LONGEST_PAUSE);
  });

  it.each([0, -1, NaN])('is none when it asks for %p', (pause) => {
    const pauses = new Pauses();
    pauses.add('a', pause, 0);

    expect([pauses.left('a', 0), pauses.advance(1)]).toEqual([0, false]);
  });

  it('tells that one is over, once, and forgets who has left', () => {
    const pauses = new Pauses();
    pauses.add('a', 1000, 0);
    pauses.add('b', 2000, 0);

    expect([999, 1000, 1500].map((now) => pauses.advance(now))).toEqual([false, true, false]);

    pauses.retain(new Set(['a']));

    expect(pauses.left('b', 1500)).toBe(0);
    expect(pauses.advance(5000)).toBe(false);
  });

  it('is as long as the longest that was asked for, whatever is asked when', () => {
    const asked = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(9000), fc.nat(3000));
    fc.assert(
      fc.property(fc.array(asked), fc.nat(20_000), (all, later) => {
        const pauses = new Pauses();
        const ends = { a: 0, b: 0 };
        let now = 0;
        for (const [id, pause, after] of all) {
          now += after;
          pauses.advance(now);
          pauses.add(id, pause, now);
          ends[id] = Math.max(ends[id], now + pause);
        }
        now += later;

        expect(pauses.left('a', now)).toBe(Math.max(0, ends.a - now));
        expect(pauses.left('b', now)).toBe(Math.max(0, ends.b - now));
      }),
    );
  });
});
