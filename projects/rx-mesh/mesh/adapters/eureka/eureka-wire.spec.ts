import fc from 'fast-check';
import { readEureka } from './eureka-wire';

const entry = (fields: Readonly<Record<string, unknown>> = {}) => ({
  instanceId: 'host-11:orders:8080',
  hostName: 'host-11.internal.test',
  app: 'ORDERS',
  ipAddr: '10.2.0.11',
  status: 'UP',
  overriddenStatus: 'UNKNOWN',
  port: { $: 8080, '@enabled': 'true' },
  securePort: { $: 8443, '@enabled': 'false' },
  countryId: 1,
  dataCenterInfo: {
    '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
    name: 'MyOwn',
  },
  metadata: { zone: 'zone-a', 'management.port': '8080' },
  lastUpdatedTimestamp: '1795400000000',
  actionType: 'ADDED',
  ...fields,
});

const readOne = (fields: Readonly<Record<string, unknown>>) =>
  readEureka({ instance: entry(fields) })?.instances[0];

describe('readEureka', () => {
  it('reads all applications', () => {
    const billing = entry({ instanceId: 'b', app: 'BILLING' });
    const answer = readEureka({
      applications: {
        versions__delta: '1',
        apps__hashcode: 'UP_2_',
        application: [
          { name: 'ORDERS', instance: [entry()] },
          { name: 'BILLING', instance: [billing] },
        ],
      },
    });

    expect(answer).toMatchObject({ hashcode: 'UP_2_', faults: [] });
    expect(answer?.instances.map(({ app, id }) => [app, id])).toEqual([
      ['ORDERS', 'host-11:orders:8080'],
      ['BILLING', 'b'],
    ]);
    expect(answer?.instances[0]).toEqual({
      app: 'ORDERS',
      id: 'host-11:orders:8080',
      status: 'UP',
      overridden: 'UNKNOWN',
      action: 'ADDED',
      hostName: 'host-11.internal.test',
      ipAddr: '10.2.0.11',
      port: 8080,
      secure: false,
      metadata: { zone: 'zone-a', 'management.port': '8080' },
    });
  });

  it('reads an answer without any application', () => {
    expect(
      readEureka({ applications: { versions__delta: '1', apps__hashcode: '', application: [] } }),
    ).toEqual({ hashcode: '', instances: [], faults: [] });
    expect(readEureka({ applications: {} })).toEqual({
      hashcode: undefined,
      instances: [],
      faults: [],
    });
  });

  it('reads one application, and one instance', () => {
    const two = [entry(), entry({ instanceId: 'b' })];

    expect(readEureka({ application: { name: 'ORDERS', instance: two } })?.instances).toHaveLength(
      2,
    );
    expect(readEureka({ instance: entry() })).toMatchObject({
      hashcode: undefined,
      instances: [{ app: 'ORDERS', id: 'host-11:orders:8080' }],
    });
  });

  it('reads what old servers write: single objects, no id, booleans and numbers of other kinds', () => {
    const answer = readEureka({
      applications: {
        apps__hashcode: 'UP_1_',
        application: {
          name: 'orders',
          instance: {
            hostName: 'host-11.internal.test',
            status: 'up',
            port: { $: '8080', '@enabled': true },
            overriddenstatus: 'OUT_OF_SERVICE',
          },
        },
      },
    });

    expect(answer?.instances).toEqual([
      {
        app: 'ORDERS',
        id: 'host-11.internal.test:8080',
        status: 'UP',
        overridden: 'OUT_OF_SERVICE',
        action: 'ADDED',
        hostName: 'host-11.internal.test',
        ipAddr: '',
        port: 8080,
        secure: false,
        metadata: {},
      },
    ]);
  });

  it.each([
    [{ $: 8080, '@enabled': 'true' }, { $: 8443, '@enabled': 'true' }, 8443, true],
    [{ $: 8080, '@enabled': 'false' }, { $: 8443, '@enabled': 'TRUE' }, 8443, true],
    [{ $: '8080', '@enabled': 'true' }, { $: '8443', '@enabled': 'false' }, 8080, false],
    [{ $: 8080 }, { $: 8443 }, 8080, false],
    [8080, 8443, 8080, false],
    [{ $: 8080 }, { '@enabled': 'true' }, 8080, false],
    [{ $: 8080 }, { $: 8443, '@enabled': { toString: 1 } }, 8080, false],
    [undefined, undefined, undefined, false],
  ])('takes of the ports %j and %j the port %p', (port, securePort, expected, secure) => {
    expect(readOne({ port, securePort })).toMatchObject({ port: expected, secure });
  });

  it.each([
    ['OUT_OF_SERVICE', 'OUT_OF_SERVICE'],
    ['starting', 'STARTING'],
    ['DOWN', 'DOWN'],
    ['FLYING', 'UNKNOWN'],
    [undefined, 'UNKNOWN'],
    [['UP'], 'UNKNOWN'],
  ])('takes the status %j for %s', (status, expected) => {
    expect(readOne({ status })?.status).toBe(expected);
  });

  it.each([
    ['ADDED', 'ADDED'],
    ['MODIFIED', 'MODIFIED'],
    ['DELETED', 'DELETED'],
    ['BURNT', 'ADDED'],
    [undefined, 'ADDED'],
  ])('takes the action %j for %s', (actionType, expected) => {
    expect(readOne({ actionType })?.action).toBe(expected);
  });

  it('leaves out what Java says of the class of the facts', () => {
    const empty = { '@class': 'java.util.Collections$EmptyMap' };

    expect(readOne({ metadata: empty })?.metadata).toEqual({});
    expect(readOne({ metadata: { ...empty, a: 'b' } })?.metadata).toEqual({ a: 'b' });
    expect(readOne({ metadata: null })?.metadata).toEqual({});
  });

  it('takes the zone of the data centre where the instance names no other', () => {
    const dataCenterInfo = { name: 'Amazon', metadata: { 'availability-zone': 'us-east-1c' } };

    expect(readOne({ dataCenterInfo, metadata: {} })?.metadata).toEqual({ zone: 'us-east-1c' });
    expect(readOne({ dataCenterInfo })?.metadata['zone']).toBe('zone-a');
  });

  it.each([undefined, null, 'applications', 5, [], {}, { applications: 5 }, { application: [] }])(
    'takes %j for no answer',
    (json) => {
      expect(readEureka(json)).toBeUndefined();
    },
  );

  it('leaves out an instance without an id, and tells it', () => {
    const nobody = { app: 'ORDERS', status: 'UP' };
    const answer = readEureka({
      application: { name: 'ORDERS', instance: [nobody, null, entry()] },
    });

    expect(answer?.instances).toHaveLength(1);
    expect(answer?.faults.map(({ message }) => message)).toEqual([
      'An instance of "ORDERS" has no id and no host name.',
      'An instance of "ORDERS" has no id and no host name.',
    ]);
  });

  it('reads no more than 100000 instances, and tells no more than 100 faults', () => {
    const many = Array.from({ length: 100_001 }, () => entry());
    const bad = Array.from({ length: 150 }, () => null);
    const answer = readEureka({ application: { name: 'ORDERS', instance: many } });

    expect(answer?.instances).toHaveLength(100_000);
    expect(answer?.faults[0]?.message).toMatch('more than 100000 instances');
    expect(readEureka({ application: { name: 'A', instance: bad } })?.faults).toHaveLength(100);
  });

  it('takes no name that is endless', () => {
    const endless = 'a'.repeat(2000);

    expect(readOne({ instanceId: endless })?.id).toBe('host-11.internal.test:8080');
    expect(readEureka({ instance: entry({ app: endless }) })?.instances).toEqual([]);
  });
});

describe('readEureka, given hostile JSON', () => {
  it('pollutes no prototype', () => {
    const json = JSON.parse(
      '{"applications":{"__proto__":{"polluted":1},"apps__hashcode":"UP_1_","application":[{"name":"__proto__","instance":[{"app":"__proto__","instanceId":"__proto__","hostName":"a","port":{"__proto__":{"$":1}},"metadata":{"__proto__":"x","constructor":"y"}}]}]}}',
    ) as unknown;
    const answer = readEureka(json);

    expect(answer?.instances).toMatchObject([{ app: '__PROTO__', id: '__proto__' }]);
    expect(Object.entries(answer?.instances[0]?.metadata ?? {})).toEqual([['constructor', 'y']]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes no inherited field for one of its own', () => {
    const json = JSON.parse('{"__proto__":{"applications":{}}}') as unknown;

    expect(readEureka(json)).toBeUndefined();
    expect(readEureka(Object.create({ applications: {} }))).toBeUndefined();
  });

  it('never throws, and gives only what can be told apart', () => {
    const key = fc.constantFrom(...Object.keys(entry()), '__proto__', '$', '@enabled', 'toString');
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.jsonValue(),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(key, tie('json'), { maxKeys: 4 }),
      ),
    }));
    const instance = fc
      .tuple(fc.dictionary(key, json, { maxKeys: 5 }), fc.boolean())
      .map(([fields, keep]) => (keep ? { ...entry(), ...fields } : fields));
    const many = fc.oneof(json, instance, fc.array(instance, { maxLength: 4 }));
    const app = fc.record({ name: json, instance: many }, { requiredKeys: [] });
    const answer = fc.oneof(
      json,
      fc.record({ applications: fc.record({ apps__hashcode: json, application: app }) }),
      fc.record({ applications: fc.record({ application: fc.array(app, { maxLength: 3 }) }) }),
      fc.record({ application: app }),
      fc.record({ instance: many }),
    );
    fc.assert(
      fc.property(answer, (hostile) => {
        const { instances = [] } = readEureka(hostile) ?? {};

        expect(instances.every(({ app: name, id }) => name !== '' && id !== '')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
