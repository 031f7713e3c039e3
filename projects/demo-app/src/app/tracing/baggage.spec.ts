import { Baggage } from './baggage';

describe(Baggage.name, () => {
  it('carries nothing at first, then what it is given, the last word counting', () => {
    const baggage = new Baggage();

    expect([baggage.entries(), baggage.carried()]).toEqual([[], undefined]);

    baggage.set({ key: 'demo.user', value: 'ada' });
    baggage.set({ key: '__proto__', value: 'x' });
    baggage.set({ key: 'demo.user', value: 'grace' });

    expect(baggage.entries().map(({ key, value }) => `${key}=${value}`)).toEqual([
      'demo.user=grace',
      '__proto__=x',
    ]);
    expect(Object.entries(baggage.carried() ?? {})).toHaveLength(2);

    baggage.remove('__proto__');
    baggage.remove('demo.user');

    expect(baggage.carried()).toBeUndefined();
  });
});
