import {
  NoInstanceError,
  RegistryFullError,
  UnknownStrategyError,
  isNoInstanceError,
  isRegistryFullError,
  isUnknownStrategyError,
} from './mesh-errors';

describe(NoInstanceError.name, () => {
  it('says what is known, and what to do', () => {
    const error = new NoInstanceError('orders', ['users', 'payments'], { waited: 2000 });

    expect(error.message).toBe(
      'No instance of "orders" has come within 2000 ms. Known services: "users", "payments". ' +
        'Check the name, or list the service with withStaticServices().',
    );
    expect(error).toMatchObject({ code: 'RXM301', service: 'orders', reason: { waited: 2000 } });
    expect(error.knownServices).toEqual(['users', 'payments']);
  });

  it('says so when nothing is known, and does not list thousands', () => {
    const many = Array.from({ length: 12 }, (_, i) => `s${i}`);

    expect(new NoInstanceError('x', [], { waited: 0 }).message).toContain('services: none.');
    expect(new NoInstanceError('x', many, { waited: 0 }).message).toContain('"s9" and 2 more.');
  });

  it('blames the strategy that picks none', () => {
    expect(new NoInstanceError('orders', ['orders'], { strategy: 'subset' }).message).toBe(
      'Strategy "subset" picks no instance of "orders", though there are some. Use another one.',
    );
  });
});

describe(UnknownStrategyError.name, () => {
  it('names the strategies that there are', () => {
    expect(new UnknownStrategyError('fastest', ['round-robin', 'mine'])).toMatchObject({
      code: 'RXM302',
      strategy: 'fastest',
      knownStrategies: ['round-robin', 'mine'],
      message:
        'There is no balancing strategy "fastest". Known strategies: "round-robin", "mine". ' +
        'Use one of them, or provide yours as BALANCING_STRATEGIES.',
    });
  });
});

describe(RegistryFullError.name, () => {
  it('names the limit and the option', () => {
    expect(new RegistryFullError(3)).toMatchObject({
      code: 'RXM303',
      limit: 3,
      message:
        '3 instances are registered, and no more are held. Deregister some, or raise maxInstances of withServiceMesh().',
    });
  });
});

describe('guards', () => {
  it('know their error and no other', () => {
    const errors = [
      new NoInstanceError('x', [], { waited: 0 }),
      new UnknownStrategyError('x', []),
      new RegistryFullError(1),
      new Error('RXM301'),
    ];

    expect(errors.map(isNoInstanceError)).toEqual([true, false, false, false]);
    expect(errors.map(isUnknownStrategyError)).toEqual([false, true, false, false]);
    expect(errors.map(isRegistryFullError)).toEqual([false, false, true, false]);
  });
});
