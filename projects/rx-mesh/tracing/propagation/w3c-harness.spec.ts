import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { Tracer } from '../tracer';
import { extractFrom, injectInto } from './carriers';
import { w3cPropagator } from './w3c-propagator';

const TRACE = '12345678901234567890123456789012';
const SPAN = '1234567890123456';
const SOUND = `00-${TRACE}-${SPAN}-01`;

type Header = readonly [name: string, value: string];

/** A service that is called with some headers, and calls on with what it answers here. */
function call(...headers: readonly Header[]) {
  const received = new Headers();
  for (const [name, value] of headers) received.append(name, value);
  const tracer = TestBed.inject(Tracer);
  const span = tracer.startSpan('call', { parent: extractFrom(received, w3cPropagator) });
  const sent = new Headers();
  injectInto(sent, tracer.contextOf(span), w3cPropagator);
  const [version, traceId, spanId, flags] = (sent.get('traceparent') ?? '').split('-');
  return { version, traceId, spanId, flags, state: sent.get('tracestate') };
}

const state = (...values: readonly string[]) =>
  call(['traceparent', SOUND], ...values.map((value): Header => ['tracestate', value])).state;
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `bar${from + at}=${from + at}`).join(',');

// The subjects of the W3C harness for trace context (its test/test.py), each with what level 2 says.
describe('a service behind the W3C harness', () => {
  beforeEach(() => TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] }));

  it('begins a trace where neither header is', () => {
    expect(call()).toEqual({
      version: '00',
      traceId: expect.stringMatching(/^(?!0{32})[\da-f]{32}$/) as string,
      spanId: expect.stringMatching(/^(?!0{16})[\da-f]{16}$/) as string,
      flags: '03',
      state: null,
    });
  });

  it('goes on with a trace by a span of its own', () => {
    const sent = call(['traceparent', SOUND]);

    expect(sent).toMatchObject({ version: '00', traceId: TRACE, flags: '01', state: null });
    expect(sent.spanId).not.toBe(SPAN);
  });

  it.each(['traceparent', 'TraceParent', 'TrAcEpArEnT', 'TRACEPARENT'])('knows %s', (name) => {
    expect(call([name, SOUND]).traceId).toBe(TRACE);
  });

  it.each(['trace-parent', 'trace.parent'])('does not know %s', (name) => {
    expect(call([name, SOUND]).traceId).not.toBe(TRACE);
  });

  it.each([
    ['future version 0xcc', `cc-${TRACE}-${SPAN}-01`],
    ['future version 0xcc, longer', `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`],
    ['space before', ` ${SOUND}`],
    ['tab before', `\t${SOUND}`],
    ['space after', `${SOUND} `],
    ['tab after', `${SOUND}\t`],
    ['spaces around', `\t ${SOUND} \t`],
  ])('goes on with a traceparent: %s', (_, header) => {
    expect(call(['traceparent', header])).toMatchObject({ version: '00', traceId: TRACE });
  });

  it.each([
    ['version 00 with a tail', `${SOUND}.`],
    ['version 00 with a field more', `${SOUND}-what-the-future-will-be-like`],
    ['version 0xcc with no dash', `cc-${TRACE}-${SPAN}-01.what-the-future-will-be-like`],
    ['version 0xff', `ff-${TRACE}-${SPAN}-01`],
    ['illegal version, first', `.0-${TRACE}-${SPAN}-01`],
    ['illegal version, second', `0.-${TRACE}-${SPAN}-01`],
    ['version of three', `000-${TRACE}-${SPAN}-01`],
    ['version of four', `0000-${TRACE}-${SPAN}-01`],
    ['version of one', `0-${TRACE}-${SPAN}-01`],
    ['trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['illegal trace id, first', `00-.${TRACE.slice(1)}-${SPAN}-01`],
    ['illegal trace id, last', `00-${TRACE.slice(0, -1)}.-${SPAN}-01`],
    ['trace id too long', `00-${TRACE}3-${SPAN}-01`],
    ['trace id too short', `00-${TRACE.slice(0, -1)}-${SPAN}-01`],
    ['parent id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['illegal parent id, first', `00-${TRACE}-.${SPAN.slice(1)}-01`],
    ['illegal parent id, last', `00-${TRACE}-${SPAN.slice(0, -1)}.-01`],
    ['parent id too long', `00-${TRACE}-${SPAN}7-01`],
    ['parent id too short', `00-${TRACE}-${SPAN.slice(0, -1)}-01`],
    ['illegal flags, first', `00-${TRACE}-${SPAN}-.0`],
    ['illegal flags, second', `00-${TRACE}-${SPAN}-0.`],
    ['flags too long', `00-${TRACE}-${SPAN}-001`],
    ['flags too short', `00-${TRACE}-${SPAN}-1`],
  ])('begins a trace: %s', (_, header) => {
    const sent = call(['traceparent', header], ['tracestate', 'foo=1']);

    expect(sent).toMatchObject({ version: '00', flags: '03', state: null });
    expect(header).not.toContain(sent.traceId);
  });

  it('begins a trace where there are two traceparent', () => {
    const other = SOUND.replace('2-', '1-');
    const { traceId } = call(['traceparent', other], ['traceparent', SOUND]);

    expect(`${other} ${SOUND}`).not.toContain(traceId);
  });

  it('drops a tracestate without a traceparent', () => {
    expect(call(['tracestate', 'foo=1']).state).toBeNull();
    expect(call(['tracestate', 'foo=1,bar=2']).state).toBeNull();
  });

  it('hands a tracestate on, in its order', () => {
    expect(state('foo=1,bar=2')).toBe('foo=1,bar=2');
    expect(state('foo=1,bar=2', 'rojo=1,congo=2', 'baz=3')).toBe(
      'foo=1,bar=2,rojo=1,congo=2,baz=3',
    );
  });

  it.each([
    ['TraceState', 'foo=1'],
    ['TrAcEsTaTe', 'foo=1'],
    ['TRACESTATE', 'foo=1'],
    ['trace-state', null],
    ['trace.state', null],
  ])('reads of %s the state %p', (name, expected) => {
    expect(call(['traceparent', SOUND], [name, 'foo=1']).state).toBe(expected);
  });

  it('takes an empty tracestate for none', () => {
    expect([state(''), state('foo=1', ''), state('', 'foo=1')]).toEqual([null, 'foo=1', 'foo=1']);
  });

  it.each([
    [['foo=1,foo=1']],
    [['foo=1,foo=2']],
    [['foo=1', 'foo=1']],
    [['foo=1', 'foo=2']],
    [['foo =1']],
    [['FOO=1']],
    [['foo.bar=1']],
    [['@foo=1,bar=2']],
    [['foo=bar=baz']],
    [['foo=,bar=3']],
    [['foo=1', `${'z'.repeat(257)}=1`]],
    [['foo=1', `${'t'.repeat(242)}@${'v'.repeat(14)}=1`]],
  ])('drops all of the state %p', (values) => {
    expect(state(...values)).toBeNull();
  });

  // Level 1 had a vendor of at most 14 characters after one `@`; since level 2 it is a character like others.
  it.each(['foo@=1,bar=2', 'foo@@bar=1,bar=2', 'foo@bar@baz=1,bar=2', 't@vvvvvvvvvvvvvvv=1'])(
    'hands on the key of level 2 in %s',
    (value) => {
      expect(state(value)).toBe(value);
    },
  );

  it('hands on keys of 256 characters', () => {
    expect(state('foo=1', `${'z'.repeat(256)}=1`)).toBe(`foo=1,${'z'.repeat(256)}=1`);
    expect(state('foo=1', `${'t'.repeat(241)}@${'v'.repeat(14)}=1`)).toMatch(/^foo=1,t+@v+=1$/);
  });

  it('hands on every character that is allowed', () => {
    const key = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/';
    const value = String.fromCharCode(...Array.from({ length: 95 }, (_, at) => at + 32));
    const member = `=${value.replace(/[,=]/g, '')}`;

    expect(state(key + member)).toBe(key + member);
    expect(state(`${key}@a-z0-9_-*/${member}`)).toBe(`${key}@a-z0-9_-*/${member}`);
  });

  it.each([
    ['foo=1 \t , \t bar=2, \t baz=3', 'foo=1,bar=2,baz=3'],
    ['foo=1\t \t,\t \tbar=2,\t \tbaz=3', 'foo=1,bar=2,baz=3'],
    [' foo=1', 'foo=1'],
    ['\tfoo=1', 'foo=1'],
    ['foo=1 ', 'foo=1'],
    ['foo=1\t', 'foo=1'],
    ['\t foo=1 \t', 'foo=1'],
  ])('takes the spaces out of %p', (value, expected) => {
    expect(state(value)).toBe(expected);
  });

  it('hands on 32 members, and none of 33', () => {
    expect(state(numbered(1, 10), numbered(11, 20), numbered(21, 32))).toBe(numbered(1, 32));
    expect(state(numbered(1, 10), numbered(11, 20), numbered(21, 33))).toBeNull();
  });

  it('gives each of several calls a span of its own', () => {
    const same = Array.from({ length: 3 }, () => call(['traceparent', SOUND]));
    const odd = Array.from({ length: 3 }, () => call(['traceparent', SOUND.replace(TRACE, '0')]));
    const none = Array.from({ length: 3 }, () => call());

    expect(new Set(same.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(new Set([...same, ...odd, ...none].map(({ spanId }) => spanId)).size).toBe(9);
    expect(new Set([...odd, ...none].map(({ traceId }) => traceId)).size).toBe(6);
  });
});
