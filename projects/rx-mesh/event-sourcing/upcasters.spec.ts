import { TestBed } from '@angular/core/testing';
import { anEvent } from '../spec-support/contracts/event-log';
import type { EventEnvelope } from './event-envelope';
import { UPCASTERS, type Upcaster, withUpcasters } from './upcasters';

const chain = (...upcasters: readonly Upcaster[]) => {
  TestBed.configureTestingModule({ providers: [...withUpcasters(upcasters).ɵproviders] });
  return TestBed.inject(UPCASTERS);
};
const event = (type: string, schemaVersion: number, data: unknown): EventEnvelope => ({
  ...anEvent('a', { type, schemaVersion, data }),
  stream: 's',
  version: 1,
  position: 1,
  timestamp: 0,
});
const add = (type: string, from: number, more: Partial<Upcaster> = {}): Upcaster => ({
  type,
  from,
  upcast: (data) => [...(data as unknown[]), `${type}${from}`],
  ...more,
});

describe(withUpcasters.name, () => {
  it('brings an event step by step to its newest shape, from wherever it is', () => {
    const upcasters = chain(add('T', 2), add('T', 1), add('T', 3, { to: 7 }));

    expect(upcasters.upcast(event('T', 1, []))).toMatchObject({
      data: ['T1', 'T2', 'T3'],
      schemaVersion: 7,
    });
    expect(upcasters.upcast(event('T', 3, []))).toMatchObject({ data: ['T3'] });
    expect(upcasters.newestOf('T')).toBe(7);
  });

  it('leaves alone what is newest, newer, or of another type', () => {
    const upcasters = chain(add('T', 1));
    const alone = [event('T', 2, []), event('T', 9, []), event('U', 1, [])];

    expect(alone.map((one) => upcasters.upcast(one))).toEqual(alone);
    expect(upcasters.newestOf('U')).toBe(1);
  });

  it('does not change what was stored', () => {
    const stored = Object.freeze(event('T', 1, Object.freeze([])));
    chain(add('T', 1)).upcast(stored);

    expect(stored).toMatchObject({ data: [], schemaVersion: 1 });
  });

  it('renames a type', () => {
    const upcasters = chain(add('Old', 1, { toType: 'Middle' }), add('Middle', 2, { toType: 'New' })); // prettier-ignore

    expect(upcasters.upcast(event('Old', 1, []))).toMatchObject({ type: 'New', schemaVersion: 3 });
    expect(upcasters.recordedAs(['New', 'X'])).toEqual(['New', 'X', 'Middle', 'Old']);
  });

  it.each<[string, readonly Upcaster[], string]>([
    ['a gap', [add('T', 1), add('T', 3)], 'there is a gap behind it'],
    ['a cycle', [add('T', 1), add('T', 2, { to: 1 })], 'the upcasters go round in a cycle'],
    ['one that stands still', [add('T', 1, { to: 1 })], 'the upcasters go round in a cycle'],
    [
      'a cycle of types',
      [add('T', 1, { toType: 'U' }), add('U', 2, { to: 1, toType: 'T' })],
      'the upcasters go round in a cycle',
    ],
    ['two from one version', [add('T', 1), add('T', 1)], 'two upcasters begin there'],
    ['no version', [add('T', 0)], 'versions are whole numbers of at least 1'],
  ])('refuses %s at the start', (_title, upcasters, problem) => {
    expect(() => withUpcasters(upcasters)).toThrow(
      expect.objectContaining({ code: 'RXM507', problem }) as Error,
    );
  });

  it('refuses an event that is older than all upcasters', () => {
    const upcasters = chain(add('T', 2));

    expect(() => upcasters.upcast(event('T', 1, []))).toThrow(
      expect.objectContaining({ code: 'RXM507', schemaVersion: 1 }) as Error,
    );
  });

  it('tells which event an upcaster threw at', () => {
    const cause = new Error('no currency');
    const upcasters = chain(
      add('T', 1, {
        upcast: () => {
          throw cause;
        },
      }),
    );

    expect(() => upcasters.upcast(event('T', 1, []))).toThrow(
      expect.objectContaining({
        problem: 'the upcaster threw at the event of position 1',
        cause,
      }) as Error,
    );
  });
});
