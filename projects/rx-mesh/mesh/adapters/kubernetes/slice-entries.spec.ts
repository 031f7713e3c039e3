import { readSlice, type EndpointSlice } from './endpoint-slices';
import { type EntryRules, entriesOf } from './slice-entries';

const RULES: EntryRules = {
  families: ['IPv4', 'IPv6', 'FQDN'],
  portName: undefined,
  port: undefined,
  secure: undefined,
};

const slice = (fields: object = {}, name = 'orders-1'): EndpointSlice => {
  const read = readSlice({
    metadata: { name, namespace: 'default' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }],
    ports: [{ name: 'http', port: 8080 }],
    ...fields,
  });
  if (!read) throw new Error('no slice');
  return read;
};

const at = (address: string, conditions: object = {}, uid?: string) => ({
  addresses: [address],
  conditions,
  targetRef: uid === undefined ? undefined : { uid },
});

const entries = (slices: readonly EndpointSlice[], rules: Partial<EntryRules> = {}) =>
  entriesOf('orders', slices, { ...RULES, ...rules });

const addresses = (...args: Parameters<typeof entries>) =>
  entries(...args).entries.map(({ address }) => address);

describe(entriesOf.name, () => {
  it('makes an entry of an endpoint', () => {
    const labels = { 'app.kubernetes.io/version': '2' };
    const metadata = { name: 'a', namespace: 'default', labels };
    const endpoints = [{ ...at('10.0.0.1', {}, 'u-1'), zone: 'a' }, at('10.0.0.2')];

    expect(entries([slice({ metadata, endpoints })])).toEqual({
      entries: [
        {
          service: 'orders',
          id: 'u-1',
          address: '10.0.0.1',
          port: 8080,
          secure: false,
          version: '2',
          health: 'healthy',
          weight: 1,
          metadata: { zone: 'a' },
        },
        expect.objectContaining({ id: 'orders@10.0.0.2:8080', metadata: {} }),
      ],
      faults: [],
    });
  });

  it('unites slices, and counts an endpoint once that stands in two of them', () => {
    const one = slice({ endpoints: [at('10.0.0.1', {}, 'u-1'), at('10.0.0.2')] });
    const two = slice({ endpoints: [at('10.0.0.1', {}, 'u-1'), at('10.0.0.3')] }, 'orders-2');

    expect(addresses([one, two])).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  });

  it('tells two pods of one address apart', () => {
    const endpoints = [at('10.0.0.1', {}, 'u-1'), at('10.0.0.1', {}, 'u-2')];

    expect(entries([slice({ endpoints })]).entries.map(({ id }) => id)).toEqual(['u-1', 'u-2']);
  });

  it('takes ready endpoints alone as long as there is one', () => {
    const ending = { ready: false, serving: true, terminating: true };
    const endpoints = [at('10.0.0.1'), at('10.0.0.2', ending), at('10.0.0.3', { ready: false })];

    expect(addresses([slice({ endpoints })])).toEqual(['10.0.0.1']);
  });

  it('falls back to those that end and still answer, as degraded', () => {
    const endpoints = [
      at('10.0.0.1', { ready: false }),
      at('10.0.0.2', { ready: false, serving: true, terminating: true }),
      at('10.0.0.3', { ready: false, serving: false, terminating: true }),
    ];

    expect(entries([slice({ endpoints })]).entries).toEqual([
      expect.objectContaining({ address: '10.0.0.2', health: 'degraded' }),
    ]);
  });

  it('takes one sort of addresses by preference, and the next one where it has none', () => {
    const six = (conditions = {}) =>
      slice({ addressType: 'IPv6', endpoints: [at('fd00::1', conditions)] }, 'six');
    const name = slice({ addressType: 'FQDN', endpoints: [at('db.test')] }, 'name');

    expect(addresses([slice(), six(), name])).toEqual(['10.0.0.1']);
    expect(addresses([slice(), six()], { families: ['IPv6', 'IPv4'] })).toEqual(['fd00::1']);
    expect(addresses([slice(), six({ ready: false })], { families: ['IPv6', 'IPv4'] })).toEqual([
      '10.0.0.1',
    ]);
    expect(addresses([name])).toEqual(['db.test']);
    expect(addresses([name], { families: ['IPv4'] })).toEqual([]);
  });

  const ports = [
    { name: 'metrics', port: 9090 },
    { name: 'api', port: 8081, appProtocol: 'https' },
    { name: 'http', port: 8080 },
  ];

  it.each<[string, object[] | null, Partial<EntryRules>, string | undefined]>([
    ['the port named http', ports, {}, '8080 false'],
    ['else the one of such a protocol', ports.slice(0, 2), {}, '8081 true'],
    ['else the first', ports.slice(0, 1), {}, '9090 false'],
    ['the port of a name', ports, { portName: 'metrics' }, '9090 false'],
    ['the port of a protocol', ports, { portName: 'https' }, '8081 true'],
    ['no other port than the named one', ports, { portName: 'grpc' }, undefined],
    ['no number in place of the named one', ports, { portName: 'grpc', port: 1 }, undefined],
    ['a number', ports, { port: 8081 }, '8081 true'],
    ['a number that is not listed', ports, { port: 7 }, '7 false'],
    ['nothing where the slice leaves it open', null, {}, undefined],
    ['a number where the slice leaves it open', null, { port: 80, portName: 'x' }, '80 false'],
    ['nothing where no port is said', [{ name: 'http' }], {}, undefined],
    ['nothing out of range', [{ port: 65_536 }], {}, undefined],
    ['nothing that is no whole number', [{ port: 1.5 }], {}, undefined],
    ['nothing for UDP', [{ port: 53, protocol: 'UDP' }], {}, undefined],
    ['port 443 as secure', [{ port: 443 }], {}, '443 true'],
    ['the name https as secure', [{ name: 'https', port: 1 }], {}, '1 true'],
    [
      'a protocol before that name',
      [{ name: 'https', port: 1, appProtocol: 'http' }],
      {},
      '1 false',
    ],
    ['what the options say of https', [{ port: 443 }], { secure: false }, '443 false'],
  ])('takes %s', (_, listed, rules, expected) => {
    const [entry] = entries([slice({ ports: listed })], rules).entries;

    expect(entry && `${entry.port} ${entry.secure}`).toBe(expected);
  });

  it('says what cannot be used, once a slice', () => {
    const endpoints = [at('10.0.0.1'), at('10.0.0.2')];
    const open = slice({ ports: null, endpoints }, 'open');
    const unnamed = slice({ endpoints: [...endpoints, at('x')] }, 'unnamed');

    expect(entries([open]).faults).toEqual([
      'default/open leaves the port open: say port in withKubernetes()',
    ]);
    expect(entries([slice({ ports: [{}] })]).faults).toEqual([
      'default/orders-1 has no port that can be used',
    ]);
    expect(entries([unnamed], { portName: 'grpc' }).faults).toEqual([
      'default/unnamed has an endpoint without an address of IPv4',
      'default/unnamed has no port of the name or protocol grpc',
    ]);
  });
});
