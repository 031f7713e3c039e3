import fc from 'fast-check';
import { plainCopy } from '../event-data';
import { SoundStates, frozen } from './sound-states';

describe(SoundStates.name, () => {
  const nested = (levels: number): unknown =>
    levels === 0 ? 'x' : { inner: nested(levels - 1), list: [] };

  it('agrees with what can be recorded, and freezes all of it', () => {
    const isFine = (check: () => unknown): boolean => {
      try {
        check();
        return true;
      } catch {
        return false;
      }
    };
    const things = fc.anything({ withDate: true, withMap: true, withNullPrototype: true, withBigInt: true }); // prettier-ignore
    fc.assert(
      fc.property(things, (value) => {
        fc.pre(value !== undefined);
        expect(isFine(() => new SoundStates().check(value))).toBe(
          isFine(() => plainCopy(value, 'state', Infinity)),
        );
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        new SoundStates().check(value);
        expect(isDeepFrozen(value)).toBe(true);
      }),
    );
  });

  it('names the place', () => {
    const state = { list: [{ at: new Date(0) }] };

    expect(() => new SoundStates().check(state)).toThrow(
      'state.list[0].at is an object of class Date',
    );
  });

  it('does not look again at what it has seen, but counts its levels', () => {
    const states = new SoundStates();
    let reads = 0;
    const spied = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => reads++,
    });
    states.check({ spied });
    states.check({ spied, more: 1 });

    expect(reads).toBe(1);

    let state: unknown = nested(60);
    states.check(state);
    for (let level = 60; level < 63; level++) states.check((state = { state }));

    expect(() => states.check({ state })).toThrow('more than 64 levels');
  });

  it('refuses holes of a list, and a cycle', () => {
    const cycle: unknown[] = [];
    cycle.push({ cycle });

    expect(() => new SoundStates().check(new Array(2))).toThrow('state[0]');
    expect(() => new SoundStates().check(cycle)).toThrow('a cycle');
  });
});

describe(frozen.name, () => {
  it('freezes an event whose envelope is frozen already, and goes round no cycle', () => {
    const data: Record<string, unknown> = { list: [{ a: 1 }], bytes: new Uint8Array(1) };
    data['self'] = data;
    const event = frozen(Object.freeze({ data }));

    expect(Object.isFrozen(data)).toBe(true);
    expect(Object.isFrozen((data['list'] as object[])[0])).toBe(true);
    expect(event.data).toBe(data);
  });
});

function isDeepFrozen(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen))
  );
}
