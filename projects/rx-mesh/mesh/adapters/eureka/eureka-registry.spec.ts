import fc from 'fast-check';
import { EurekaRegistry } from './eureka-registry';
import { type EurekaInstance, type EurekaStatus, MOST_EUREKA_INSTANCES } from './eureka-wire';

const ONE: EurekaInstance = {
  app: 'ORDERS',
  id: '11',
  status: 'UP',
  overridden: 'UNKNOWN',
  action: 'ADDED',
  hostName: 'host-11',
  ipAddr: '',
  port: 8080,
  secure: false,
  metadata: {},
};

const one = (app: string, id: string, status: EurekaStatus = 'UP'): EurekaInstance => ({
  ...ONE,
  app,
  id,
  status,
});

const gone = (app: string, id: string): EurekaInstance => ({ ...one(app, id), action: 'DELETED' });
const modified = (app: string, id: string, status: EurekaStatus): EurekaInstance => ({
  ...one(app, id, status),
  action: 'MODIFIED',
});

const START = [
  one('ORDERS', '11'),
  one('ORDERS', '12', 'DOWN'),
  one('ORDERS', '13'),
  one('BILLING', '21'),
];
const CHANGE = [
  one('ORDERS', '14'),
  modified('ORDERS', '12', 'UP'),
  gone('ORDERS', '13'),
  one('SHIPPING', '31'),
];

const idsOf = (registry: EurekaRegistry) =>
  Object.fromEntries(registry.apps.map((app) => [app, [...registry.instancesOf(app).keys()]]));

describe(EurekaRegistry.name, () => {
  it('knows nothing at first', () => {
    const registry = new EurekaRegistry();

    expect([registry.size, registry.hashcode, registry.apps]).toEqual([0, '', []]);
    expect(registry.instancesOf('ORDERS').size).toBe(0);
  });

  it('counts by status over all applications, in the order of their names', () => {
    const registry = new EurekaRegistry();
    registry.replace([...START, one('A', 'a', 'OUT_OF_SERVICE'), one('A', 'b', 'STARTING')]);

    expect(registry.hashcode).toBe('DOWN_1_OUT_OF_SERVICE_1_STARTING_1_UP_3_');
    expect(registry.size).toBe(6);
  });

  it('forgets all that was there when it is given all', () => {
    const registry = new EurekaRegistry();
    registry.replace(START);
    registry.replace([one('SHIPPING', '31')]);

    expect(idsOf(registry)).toEqual({ SHIPPING: ['31'] });
    expect(registry.size).toBe(1);
  });

  it('takes the steps of a server one after the other, and comes to the hash of each', () => {
    const registry = new EurekaRegistry();
    registry.replace(START);
    const step = (...changes: readonly EurekaInstance[]) => {
      registry.apply(changes);
      return registry.hashcode;
    };

    expect(registry.hashcode).toBe('DOWN_1_UP_3_');
    expect(step()).toBe('DOWN_1_UP_3_');
    expect(step(...CHANGE)).toBe('UP_5_');
    expect(step(...CHANGE)).toBe('UP_5_');
    expect(step(gone('ORDERS', '11'), one('ORDERS', '11'))).toBe('UP_5_');
    expect(registry.instancesOf('ORDERS').has('11')).toBe(true);
    expect(step(gone('SHIPPING', '31'))).toBe('UP_4_');
    expect(registry.apps).toEqual(['ORDERS', 'BILLING']);
    expect(step(modified('ORDERS', '11', 'OUT_OF_SERVICE'))).toBe('OUT_OF_SERVICE_1_UP_3_');
  });

  it('tells instances of one id in two applications apart', () => {
    const registry = new EurekaRegistry();
    registry.replace([one('A', 'x'), one('B', 'x')]);
    registry.apply([gone('A', 'x')]);

    expect(idsOf(registry)).toEqual({ B: ['x'] });
  });

  it('takes a farewell of somebody it does not know, and names that are traps', () => {
    const registry = new EurekaRegistry();
    registry.apply([gone('A', 'x'), one('__PROTO__', '__proto__'), gone('__PROTO__', 'y')]);

    expect([...registry.instancesOf('__PROTO__').keys()]).toEqual(['__proto__']);
    expect(registry.instancesOf('CONSTRUCTOR').size).toBe(0);
    expect(registry.size).toBe(1);
  });

  it('keeps no more than its most, but still replaces', () => {
    const registry = new EurekaRegistry();
    registry.replace(Array.from({ length: MOST_EUREKA_INSTANCES }, (_, at) => one('A', `${at}`)));
    registry.apply([one('A', 'more'), one('B', 'more'), modified('A', '0', 'DOWN')]);

    expect(registry.size).toBe(MOST_EUREKA_INSTANCES);
    expect(registry.apps).toEqual(['A']);
    expect(registry.instancesOf('A').get('0')?.status).toBe('DOWN');
  });

  it('comes to the same by the same changes again, whatever they are', () => {
    const change = fc
      .tuple(fc.constantFrom('A', 'B'), fc.constantFrom('x', 'y', 'z'), fc.constantFrom(0, 1, 2))
      .map(([app, id, kind]) =>
        kind === 0 ? gone(app, id) : kind === 1 ? one(app, id) : modified(app, id, 'DOWN'),
      );
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const once = new EurekaRegistry();
        once.apply(changes);
        const twice = new EurekaRegistry();
        twice.apply(changes);
        twice.apply(changes);
        const left = twice.apps.map((app) => twice.instancesOf(app).size);

        expect(twice.hashcode).toBe(once.hashcode);
        expect(twice.size).toBe(left.reduce((sum, size) => sum + size, 0));
        expect(left).not.toContain(0);
      }),
    );
  });
});
