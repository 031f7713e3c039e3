import { TestBed } from '@angular/core/testing';
import type { TraceContext } from '../trace-span';
import { PROPAGATOR } from './propagator';
import { w3cPropagator } from './w3c-propagator';

const TRACE = '12345678901234567890123456789012';
const SPAN = '1234567890123456';
const SOUND = `00-${TRACE}-${SPAN}-01`;

function read(traceparent: string | null, tracestate: string | null = null) {
  const headers = new Map(Object.entries({ traceparent, tracestate }));
  return w3cPropagator.extract((name) => headers.get(name));
}

function write(context: TraceContext): Record<string, string> {
  const headers = new Map<string, string>();
  w3cPropagator.inject(context, (name, value) => headers.set(name, value));
  return Object.fromEntries(headers);
}

const state = (tracestate: string) => read(SOUND, tracestate)?.traceState;
const sent = (traceState: string) =>
  write({ traceId: TRACE, spanId: SPAN, traceState })['tracestate'];

describe('w3cPropagator', () => {
  it('is how traces leave the page, unless told otherwise', () => {
    expect(TestBed.inject(PROPAGATOR)).toBe(w3cPropagator);
    expect(w3cPropagator.fields).toEqual(['traceparent', 'tracestate']);
  });

  it('reads who called', () => {
    expect(read(SOUND, 'rojo=1,congo=2')).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      sampled: true,
      random: false,
      traceState: 'rojo=1,congo=2',
      remote: true,
    });
  });

  // The cases of the W3C trace-context test harness (test/test.py).
  it.each([
    SOUND,
    ` \t${SOUND}`,
    `${SOUND} \t`,
    `cc-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`,
    `cc-${TRACE}-${SPAN}-01-`,
    `01-${TRACE}-${SPAN}-00`,
  ])('takes %p', (header) => {
    expect(read(header)).toMatchObject({ traceId: TRACE, spanId: SPAN });
  });

  it.each([
    null,
    '',
    `${SOUND}.`,
    `${SOUND}-what-the-future-will-be-like`,
    `${SOUND}-`,
    `${SOUND},${SOUND}`,
    `${SOUND}\n`,
    `cc-${TRACE}-${SPAN}-01.what-the-future-will-be-like`,
    `cc-${TRACE}-${SPAN}-01,cc-${TRACE}-${SPAN}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `.0-${TRACE}-${SPAN}-01`,
    `0.-${TRACE}-${SPAN}-01`,
    `000-${TRACE}-${SPAN}-01`,
    `0-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-.${TRACE.slice(1)}-${SPAN}-01`,
    `00-${TRACE}3-${SPAN}-01`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-.${SPAN.slice(1)}-01`,
    `00-${TRACE}-${SPAN}7-01`,
    `00-${TRACE}-${SPAN.slice(1)}-01`,
    `00-${TRACE}-${SPAN}-.0`,
    `00-${TRACE}-${SPAN}-0.`,
    `00-${TRACE}-${SPAN}-001`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE.replace('1', 'A')}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-0F`,
  ])('takes %p for none', (header) => {
    expect(read(header, 'foo=1')).toBeUndefined();
  });

  it.each([
    ['00', false, false, '00'],
    ['01', true, false, '01'],
    ['02', false, true, '02'],
    ['03', true, true, '03'],
    ['ff', true, true, '03'],
    ['fc', false, false, '00'],
  ])('reads the flags %s bit by bit, and sends no other bits', (flags, sampled, random, again) => {
    const context = read(`00-${TRACE}-${SPAN}-${flags}`);

    expect(context).toMatchObject({ sampled, random });
    expect(context && write(context)).toEqual({ traceparent: `00-${TRACE}-${SPAN}-${again}` });
  });

  it('sends version 00, whatever it got', () => {
    const context = read(`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`);

    expect(context && write(context)).toEqual({ traceparent: SOUND });
  });

  it('takes a context for sampled that does not say so, and its id for not random', () => {
    expect(write({ traceId: TRACE, spanId: SPAN })).toEqual({ traceparent: SOUND });
  });

  it.each([
    { traceId: TRACE, spanId: '' },
    { traceId: '0'.repeat(32), spanId: SPAN },
    { traceId: `${TRACE}\n`, spanId: SPAN },
    { traceId: 'A'.repeat(32), spanId: SPAN },
    { traceId: undefined as unknown as string, spanId: SPAN },
  ])('sends nothing of %p', (context) => {
    expect(write({ ...context, traceState: 'foo=1' })).toEqual({});
  });

  it.each([
    ['foo=1,bar=2', 'foo=1,bar=2'],
    [' foo=1 \t , \tbar=2\t', 'foo=1,bar=2'],
    ['foo=1,,\t ,bar=2,', 'foo=1,bar=2'],
    ['foo= 1', 'foo= 1'],
    ['foo@=1,bar=2', 'foo@=1,bar=2'],
    ['foo@@bar=1,0@=2', 'foo@@bar=1,0@=2'],
    [`${'z'.repeat(256)}=1`, `${'z'.repeat(256)}=1`],
    [`foo=${'v'.repeat(256)}`, `foo=${'v'.repeat(256)}`],
    [`${alphabet()}=${printable()}`, `${alphabet()}=${printable()}`],
  ])('reads the state %p', (header, expected) => {
    expect(state(header)).toBe(expected);
  });

  it.each([
    '',
    ' , ',
    'foo=1,foo=1',
    'foo=1,bar=2,foo=3',
    'foo =1',
    'FOO=1',
    'foo.bar=1',
    '@foo=1,bar=2',
    'foo=bar=baz',
    'foo=,bar=3',
    'foo=\u00e9',
    'foo=a\nb',
    'foo',
    `${'z'.repeat(257)}=1`,
    `foo=${'v'.repeat(257)}`,
    ','.repeat(40_000),
  ])('discards all of the state %p, and keeps the rest', (header) => {
    expect(read(SOUND, header)).toMatchObject({ traceId: TRACE, traceState: undefined });
  });

  it('takes 32 members, and none of 33', () => {
    expect(state(members(32))).toBe(members(32));
    expect(state(`${members(32)},,`)).toBe(members(32));
    expect(state(members(33))).toBeUndefined();
  });

  it('sends at most 512 characters: long members go first, then the last ones', () => {
    const long = `long=${'v'.repeat(150)}`;
    const first = `first=${'v'.repeat(150)}`;
    const short = Array.from({ length: 20 }, (_, at) => `k${at + 10}=${'v'.repeat(16)}`);

    expect(sent(`${first},${short.slice(0, 16).join(',')},${long}`)).toBe(
      `${first},${short.slice(0, 16).join(',')}`,
    );
    expect(sent(short.join(','))).toBe(short.join(','));
    expect(sent([...short, ...short.map((one) => `x${one}`)].slice(0, 32).join(','))).toBe(
      [...short, ...short.map((one) => `x${one}`)].slice(0, 24).join(','),
    );
    expect(sent(`${'z'.repeat(256)}=${'v'.repeat(256)}`)).toBeUndefined();
    expect(sent('foo=1,FOO=2')).toBeUndefined();
  });

  it('takes what is no text for none', () => {
    const odd = (value: unknown) => w3cPropagator.extract(() => value as string);

    expect([odd([SOUND]), odd(7), odd({}), odd(undefined)]).toEqual(Array(4).fill(undefined));
  });
});

function members(count: number): string {
  return Array.from({ length: count }, (_, at) => `bar${at}=${at}`).join(',');
}

function alphabet(): string {
  return 'abcdefghijklmnopqrstuvwxyz0123456789_-*/@a-z';
}

function printable(): string {
  const codes = Array.from({ length: 0x7f - 0x20 }, (_, at) => at + 0x20);
  return String.fromCharCode(...codes).replace(/[,=]/g, '');
}
