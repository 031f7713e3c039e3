import fc from 'fast-check';
import { readSlice } from './endpoint-slices';

const wire = (fields: object = {}) => ({
  metadata: {
    name: 'orders-1',
    namespace: 'default',
    labels: { 'kubernetes.io/service-name': 'orders', 'app.kubernetes.io/version': '2.1' },
  },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.0.0.1', '10.0.0.9'] }],
  ports: [{ name: 'http', protocol: 'TCP', port: 8080, appProtocol: 'HTTP' }],
  ...fields,
});

describe(readSlice.name, () => {
  it('reads a slice', () => {
    const endpoint = {
      addresses: ['10.0.0.1', '10.0.0.9'],
      conditions: { ready: false, serving: true, terminating: true },
      hostname: 'h',
      targetRef: { kind: 'Pod', name: 'orders-abc', uid: 'u-1' },
      nodeName: 'node-1',
      zone: 'zone-a',
      hints: { forZones: [{ name: 'zone-a' }, { name: 'zone-b' }, {}] },
    };

    expect(readSlice(wire({ endpoints: [endpoint] }))).toEqual({
      key: 'default/orders-1',
      service: 'orders',
      family: 'IPv4',
      version: '2.1',
      ports: [{ name: 'http', port: 8080, appProtocol: 'http' }],
      endpoints: [
        {
          address: '10.0.0.1',
          uid: 'u-1',
          ready: false,
          serving: true,
          terminating: true,
          facts: {
            zone: 'zone-a',
            nodeName: 'node-1',
            forZones: 'zone-a,zone-b',
            hostname: 'h',
            pod: 'orders-abc',
          },
        },
      ],
      fault: undefined,
    });
  });

  it.each([
    [undefined, { ready: true, serving: true, terminating: false }],
    [{}, { ready: true, serving: true, terminating: false }],
    [
      { ready: null, serving: null, terminating: null },
      { ready: true, serving: true, terminating: false },
    ],
    [
      { ready: 'yes', serving: 1, terminating: 'no' },
      { ready: false, serving: false, terminating: false },
    ],
  ])('takes conditions of %p by their defaults', (conditions, read) => {
    const slice = readSlice(wire({ endpoints: [{ addresses: ['10.0.0.1'], conditions }] }));

    expect(slice?.endpoints[0]).toMatchObject(read);
  });

  it.each([[null], [undefined], [[]]])('leaves ports of %p open', (ports) => {
    expect(readSlice(wire({ ports }))?.ports).toBeUndefined();
  });

  it('takes only ports for TCP, which is the default', () => {
    const ports = [{ protocol: 'UDP', port: 53 }, { name: 'a', port: 1 }, 7, { protocol: 'SCTP' }];

    expect(readSlice(wire({ ports }))?.ports).toEqual([{ name: 'a', port: 1, appProtocol: '' }]);
  });

  it.each([
    ['IPv4', '10.0.0.1', true],
    ['IPv4', 'evil.test/path', false],
    ['IPv4', 'user@10.0.0.1', false],
    ['IPv6', 'fd00::1', true],
    ['IPv6', '::1]/x', false],
    ['IPv6', 'fe80::1%eth0', false],
    ['FQDN', 'db.example.com', true],
    ['FQDN', 'a.test#', false],
    ['IPv7', '10.0.0.1', false],
    ['', '10.0.0.1', false],
  ])('of %s takes %s: %p', (addressType, address, taken) => {
    const slice = readSlice(wire({ addressType, endpoints: [{ addresses: [address] }] }));

    expect(slice?.endpoints).toHaveLength(taken ? 1 : 0);
    expect(slice?.fault === undefined).toBe(taken);
  });

  it('has no endpoints where there is nothing, and skips those without an address', () => {
    expect(readSlice(wire({ endpoints: null }))).toMatchObject({ endpoints: [], fault: undefined });
    expect(readSlice(wire({ endpoints: [null, { addresses: [] }] }))).toMatchObject({
      endpoints: [],
      fault: 'default/orders-1 has an endpoint without an address of IPv4',
    });
  });

  it('takes at most a thousand endpoints', () => {
    const endpoints = Array.from({ length: 1001 }, () => ({ addresses: ['10.0.0.1'] }));
    const slice = readSlice(wire({ endpoints }));

    expect(slice?.endpoints).toHaveLength(1000);
    expect(slice?.fault).toBe('default/orders-1 has more than 1000 endpoints');
  });

  it('takes what has no name for no slice', () => {
    expect([null, 7, [], {}, { metadata: { name: '' } }].map(readSlice)).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
  });

  it('reads labels only where they are its own', () => {
    const metadata = JSON.parse(
      '{"name":"a","labels":{"__proto__":{"kubernetes.io/service-name":"evil"}}}',
    ) as object;

    expect(readSlice({ metadata })?.service).toBe('');
  });

  it('reads anything without throwing, and changes no prototype', () => {
    const part = fc.oneof(fc.jsonValue(), fc.constant({ __proto__: { polluted: true } }));
    const hostile = fc.record(
      {
        metadata: fc.oneof(part, fc.record({ name: fc.string(), labels: part })),
        addressType: fc.oneof(part, fc.constant('IPv4')),
        endpoints: fc.oneof(
          part,
          fc.array(
            fc.record(
              { addresses: part, conditions: part, targetRef: part, hints: part, zone: part },
              { requiredKeys: [] },
            ),
          ),
        ),
        ports: fc.oneof(part, fc.array(part)),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(hostile, (value) => {
        readSlice(JSON.parse(JSON.stringify(value)));

        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
