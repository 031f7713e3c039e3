import { baggagePropagator, formatBaggage, parseBaggage } from './w3c-baggage';

const IDS = { traceId: '1'.repeat(32), spanId: '2'.repeat(16) };

describe('parseBaggage', () => {
  it.each([
    ['user=42', { user: '42' }],
    ['user=42,tenant=acme', { user: '42', tenant: 'acme' }],
    ['SomeKey \t = \t SomeValue \t ; \t SomeProp', { SomeKey: 'SomeValue' }],
    ['a=1;prop=2;flag , b=2', { a: '1', b: '2' }],
    ['a=', { a: '' }],
    ['a= \t;prop,b=\t', { a: '', b: '' }],
    ['a=b=c==', { a: 'b=c==' }],
    ['a=%20%22%2C%3B%5C%25', { a: ' ",;\\%' }],
    ['a=%c3%A9', { a: '\u00e9' }],
    ['a=%F0%9F%98%80', { a: '\u{1f600}' }],
    ['a=%EF%BB%BFx', { a: '\ufeffx' }],
    ['a=x%FFy', { a: 'x\ufffdy' }],
    ['a=%C3x%A9', { a: '\ufffdx\ufffd' }],
    ['a=%ED%A0%80', { a: '\ufffd\ufffd\ufffd' }],
    ['a=100%,b=%zz%4', { a: '100%', b: '%zz%4' }],
    ["!#$%&'*+-.^_`|~=1", { "!#$%&'*+-.^_`|~": '1' }],
    ['a=1,a=2', { a: '2' }],
    ['a%20b=1', { 'a%20b': '1' }],
  ])('reads %p', (header, expected) => {
    expect(parseBaggage(header)).toEqual(expected);
  });

  it.each([
    '',
    ',,',
    'a',
    '=1',
    ';a=1',
    'a b=1',
    'a(=1',
    '\u00e9=1',
    'a=b c',
    'a="b"',
    'a=\\',
    'a=\u00e9',
    'a=b\n',
    null,
    undefined,
    7,
    ['a=1'],
  ])('reads nothing of %p', (header) => {
    expect(parseBaggage(header)).toEqual({});
  });

  it('skips what is malformed', () => {
    expect(parseBaggage('a=1,b,c d=3,,e=\u00e9,f=6')).toEqual({ a: '1', f: '6' });
  });

  it('reads 64 members, and no more', () => {
    const members = Array.from({ length: 70 }, (_, at) => `k${at}=${at}`);

    expect(Object.keys(parseBaggage(members.join(',')))).toHaveLength(64);
    expect(parseBaggage(members.slice(0, 64).join(','))).toMatchObject({ k0: '0', k63: '63' });
  });

  it('reads 8192 characters, and no part of a member', () => {
    const most = `a=1,b=${'v'.repeat(8186)}`;

    expect(most).toHaveLength(8192);
    expect(parseBaggage(most)['b']).toHaveLength(8186);
    expect(parseBaggage(`${most},c=3`)).toEqual({ a: '1', b: 'v'.repeat(8186) });
    expect(parseBaggage(`${most}v,c=3`)).toEqual({ a: '1' });
  });

  it('takes a hostile key for one like any other', () => {
    const baggage = parseBaggage('__proto__=1,constructor=2,toString=3');

    expect(Object.entries(baggage)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
    ]);
    expect(Object.getPrototypeOf(baggage)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('1');
    expect(formatBaggage(baggage)).toBe('__proto__=1,constructor=2,toString=3');
  });
});

describe('formatBaggage', () => {
  it.each([
    [{}, ''],
    [{ user: '42', tenant: '' }, 'user=42,tenant='],
    [{ a: ' ",;\\%' }, 'a=%20%22%2C%3B%5C%25'],
    [{ a: "!#$&'()*+-./:<=>?@[]^_`{|}~" }, "a=!#$&'()*+-./:<=>?@[]^_`{|}~"],
    [{ a: '\u00e9\u{1f600}\t\u007f' }, 'a=%C3%A9%F0%9F%98%80%09%7F'],
    [{ a: '\ud800x\udc00' }, 'a=%EF%BF%BDx%EF%BF%BD'],
    [{ 'a b': '1', '': '2', '\u00e9': '3', 'a=': '4', ok: '5' }, 'ok=5'],
  ])('writes %p', (baggage, expected) => {
    expect(formatBaggage(baggage)).toBe(expected);
  });

  it('leaves out what is no text', () => {
    const odd = { a: 1, b: null, c: undefined, d: {}, e: 'x' } as unknown as Record<string, string>;

    expect(formatBaggage(odd)).toBe('e=x');
  });

  it('writes 64 members, and no more', () => {
    const all = Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`k${at}`, '']));

    expect(formatBaggage(all).split(',')).toHaveLength(64);
  });

  it('leaves out a member that does not fit, as a whole', () => {
    expect(formatBaggage({ a: 'v'.repeat(8190) })).toHaveLength(8192);
    expect(formatBaggage({ a: 'v'.repeat(8191), b: '2' })).toBe('b=2');
    expect(formatBaggage({ a: '1', b: '\u00e9'.repeat(2000), c: '3' })).toBe('a=1,c=3');
    expect(formatBaggage({ a: '1', b: 'v'.repeat(8186) })).toHaveLength(8192);
    expect(formatBaggage({ a: '1', b: 'v'.repeat(8187) })).toBe('a=1');
    expect(formatBaggage({ a: 'v'.repeat(1_000_000) })).toBe('');
  });
});

describe(baggagePropagator.name, () => {
  const propagator = baggagePropagator();

  it('sends the baggage of a context, and no empty header', () => {
    const set = jest.fn();
    propagator.inject(IDS, set);
    propagator.inject({ ...IDS, baggage: {} }, set);
    propagator.inject({ ...IDS, baggage: { 'not a token': '1' } }, set);
    propagator.inject({ ...IDS, baggage: { user: 'J\u00fcrgen' } }, set);

    expect(set.mock.calls).toEqual([['baggage', 'user=J%C3%BCrgen']]);
  });

  it('reads baggage, and never a trace', () => {
    expect(propagator.fields).toEqual(['baggage']);
    expect(propagator.extract(() => 'user=42')).toBeUndefined();
    expect(propagator.extractBaggage?.(() => 'user=42')).toEqual({ user: '42' });
    expect(propagator.extractBaggage?.(() => 'malformed')).toBeUndefined();
    expect(propagator.extractBaggage?.(() => null)).toBeUndefined();
  });
});
