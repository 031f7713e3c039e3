import fc from 'fast-check';
import { readCatalog, readHealth } from './consul-health';

const item = (
  service: Record<string, unknown> = {},
  checks: readonly unknown[] = [],
  node: Record<string, unknown> = {},
) => ({
  Node: { Node: 'n1', Address: '10.0.0.1', Datacenter: 'dc1', Meta: null, ...node },
  Service: {
    ID: 'a',
    Service: 'orders',
    Tags: ['web'],
    Address: 'a.test',
    Port: 8080,
    Meta: { version: '2' },
    Weights: { Passing: 10, Warning: 3 },
    ...service,
  },
  Checks: checks,
});
const check = (Status: string, fields: object = {}) => ({ CheckID: 'c', Status, ...fields });
const read = (...items: readonly unknown[]) => readHealth(items, 'shop', false);
const only = (one: unknown) => read(one)?.entries[0];

describe('readHealth', () => {
  it('reads an instance with all that is known of it', () => {
    expect(read(item())).toEqual({
      empty: false,
      faults: [],
      entries: [
        {
          service: 'shop',
          id: 'a',
          address: 'a.test',
          port: 8080,
          secure: false,
          version: '2',
          health: 'healthy',
          weight: 10,
          metadata: { version: '2', tags: 'web', datacenter: 'dc1', node: 'n1' },
        },
      ],
    });
  });

  it.each([
    [[], 'healthy', 10],
    [['passing', 'passing'], 'healthy', 10],
    [['passing', 'warning'], 'degraded', 3],
    [['critical', 'warning', 'passing'], 'unhealthy', 10],
    [['passing', 'strange'], 'unknown', 10],
  ])('takes the worst of the checks %p for %p, with weight %p', (checks, health, weight) => {
    expect(
      only(
        item(
          {},
          checks.map((status) => check(status)),
        ),
      ),
    ).toMatchObject({ health, weight });
  });

  it.each([
    ['_service_maintenance:a', 'upgrade', 'upgrade'],
    ['_node_maintenance', '', 'maintenance'],
  ])('takes %p for maintenance', (CheckID, Notes, maintenance) => {
    expect(only(item({}, [check('passing'), check('critical', { CheckID, Notes })]))).toMatchObject(
      { health: 'unhealthy', metadata: { maintenance } },
    );
  });

  it('takes the address of the node where the service has none, and weight 1 without weights', () => {
    const found = only(item({ Address: '', Weights: undefined, Tags: null, Meta: null }));

    expect(found).toMatchObject({ address: '10.0.0.1', weight: 1, version: '' });
    expect(found?.metadata).toEqual({ datacenter: 'dc1', node: 'n1' });
  });

  it('takes the zone of the node where the service has none', () => {
    const node = { Meta: { zone: 'east' } };

    expect(only(item({}, [], node))?.metadata).toMatchObject({ zone: 'east' });
    expect(only(item({ Meta: { zone: 'west' } }, [], node))?.metadata).toMatchObject({
      zone: 'west',
    });
  });

  it('tells services of one id apart by their nodes', () => {
    const read2 = read(item(), item({}, [], { Node: 'n2' }), item({ ID: 'b' }));

    expect(read2?.entries.map(({ id }) => id)).toEqual(['a@n1', 'a@n2', 'b']);
  });

  it('goes on to name the node when the other one leaves, so that nobody takes it for a new instance', () => {
    const shared = new Set<string>();
    readHealth([item(), item({}, [], { Node: 'n2' })], 'orders', false, shared);
    const alone = readHealth([item(), item({ ID: 'b' })], 'orders', false, shared);

    expect(alone?.entries.map(({ id }) => id)).toEqual(['a@n1', 'b']);
  });

  it.each([
    [{ Meta: { secure: 'true' } }],
    [{ Meta: { scheme: 'https' } }],
    [{ Tags: ['secure=true'] }],
    [{ Tags: ['scheme=https'] }],
  ])('takes %p for https', (service) => {
    expect(only(item(service))?.secure).toBe(true);
    expect(readHealth([item()], 'shop', true)?.entries[0]?.secure).toBe(true);
  });

  it.each([
    [null],
    ['text'],
    [{}],
    [item({ ID: '' })],
    [item({ ID: 7 })],
    [item({ ID: 'x'.repeat(1025) })],
    [item({ Port: 0 })],
    [item({ Port: 65_536 })],
    [item({ Port: 1.5 })],
    [item({ Address: 'u:p@evil.test' })],
    [item({ Address: 'evil.test/path' })],
    [item({ Address: '' }, [], { Address: '' })],
  ])('leaves out what cannot be used: %#', (bad) => {
    const answer = read(bad, item({ ID: 'good' }));

    expect(answer?.entries.map(({ id }) => id)).toEqual(['good']);
    expect(answer?.faults).toEqual([expect.any(TypeError)]);
  });

  it.each([null, {}, 'text', 7, undefined])('takes %p for no answer', (answer) => {
    expect(readHealth(answer, 'shop', false)).toBeUndefined();
  });

  it('does not touch the prototype of objects', () => {
    const text = JSON.stringify([item({ Meta: { x: 1 } })]).replaceAll(
      '"x":1',
      '"__proto__":"polluted","constructor":"c"',
    );
    const found = readHealth(JSON.parse(text), '__proto__', false)?.entries[0];

    expect(Object.hasOwn(found?.metadata ?? {}, '__proto__')).toBe(false);
    expect(found?.metadata).toMatchObject({ constructor: 'c' });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('makes usable entries or nothing of whatever comes', () => {
    const answer = JSON.stringify([item({}, [check('warning')]), item({ ID: 'b' })]);
    const keys = [...answer.matchAll(/"[^"]*"|\d+|null/g)].map(({ 0: token }) => token);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...keys), fc.jsonValue()), { maxLength: 4 }),
        (changes) => {
          let text = answer;
          for (const [token, value] of changes) text = text.replace(token, JSON.stringify(value));
          const health = readHealth(parsed(text), 'shop', false);
          for (const entry of health?.entries ?? []) {
            expect(entry.id).not.toBe('');
            expect(entry.port).toBeGreaterThan(0);
            expect(entry.address).not.toMatch(/[\s/?#@]/);
            expect(Object.values(entry.metadata).every((fact) => typeof fact === 'string')).toBe(
              true,
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => readHealth([value], 'shop', false)).not.toThrow();
        expect(() => readHealth(value, 'shop', false)).not.toThrow();
        expect(() => readCatalog(value, 'web')).not.toThrow();
      }),
    );
  });
});

describe('readCatalog', () => {
  it('reads the names in order, without consul and what cannot stand in a path', () => {
    const catalog = { users: [], consul: [], orders: ['web'], '..': [], '': [] };

    expect(readCatalog(catalog, undefined)).toEqual(['orders', 'users']);
    expect(readCatalog(catalog, 'web')).toEqual(['orders']);
  });

  it.each([null, [], 'text'])('takes %p for no answer', (answer) => {
    expect(readCatalog(answer, undefined)).toBeUndefined();
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
