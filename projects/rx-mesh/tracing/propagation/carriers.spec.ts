import { HttpHeaders } from '@angular/common/http';
import { extractFrom, injectInto } from './carriers';
import { compositePropagator } from './composite-propagator';
import { baggagePropagator } from './w3c-baggage';
import { w3cPropagator } from './w3c-propagator';

const TRACE = 'a'.repeat(32);
const SPAN = '1'.repeat(16);
const SOUND = `00-${TRACE}-${SPAN}-01`;
const CONTEXT = { traceId: TRACE, spanId: SPAN, traceState: 'foo=1', baggage: { user: '42' } };
const MALFORMED = { traceId: '', spanId: '' };
const SENT = { traceparent: SOUND, tracestate: 'foo=1', baggage: 'user=42' };

describe('carriers', () => {
  const propagator = compositePropagator(w3cPropagator, baggagePropagator());
  const read = { ...CONTEXT, sampled: true, random: false, remote: true };

  it.each<[string, () => Record<string, unknown>]>([
    ['an object', () => ({})],
    ['an object without prototype', () => Object.create(null) as Record<string, unknown>],
    ['an object with a text called get', () => ({ get: 'x' })],
  ])('carries a context by %s', (_, make) => {
    const carrier = make();
    injectInto(carrier, CONTEXT, propagator);

    expect({ ...carrier }).toMatchObject(SENT);
    expect(extractFrom(carrier, propagator)).toEqual(read);
  });

  it('carries a context by a Map', () => {
    const carrier = new Map([['other', 'x']]);
    injectInto(carrier, CONTEXT, propagator);

    expect(Object.fromEntries(carrier)).toEqual({ ...SENT, other: 'x' });
    expect(extractFrom(carrier, propagator)).toEqual(read);
  });

  it('carries a context by Headers', () => {
    const carrier = new Headers({ other: 'x' });
    injectInto(carrier, CONTEXT, propagator);

    expect(carrier.get('TraceParent')).toBe(SOUND);
    expect(carrier.get('other')).toBe('x');
    expect(extractFrom(carrier, propagator)).toEqual(read);
  });

  it('reads the headers of an answer', () => {
    expect(extractFrom(new HttpHeaders(SENT), propagator)).toEqual(read);
  });

  it('writes into what cannot forget', () => {
    const set = jest.fn();
    injectInto({ get: () => undefined, set }, CONTEXT, w3cPropagator);

    expect(set.mock.calls).toEqual([
      ['traceparent', SOUND],
      ['tracestate', 'foo=1'],
    ]);
  });

  it('leaves nothing that was said of another span', () => {
    const old = { TraceParent: 'old', tracestate: 'old=1', Baggage: 'old=1', other: 'x' };
    const carrier: Record<string, unknown> = { ...old };
    const map = new Map(Object.entries({ tracestate: 'old=1', other: 'x' }));
    injectInto(carrier, { traceId: TRACE, spanId: SPAN }, propagator);
    injectInto(map, { traceId: TRACE, spanId: SPAN }, propagator);

    expect(carrier).toEqual({ traceparent: SOUND, other: 'x' });
    expect(Object.fromEntries(map)).toEqual({ traceparent: SOUND, other: 'x' });

    injectInto(carrier, MALFORMED, propagator);
    injectInto(map, MALFORMED, propagator);

    expect(carrier).toEqual({ other: 'x' });
    expect(Object.fromEntries(map)).toEqual({ other: 'x' });
  });

  it('reads names in any case, lists, and several of one name', () => {
    expect(extractFrom({ TRACEPARENT: [SOUND] }, propagator)?.traceId).toBe(TRACE);
    expect(
      extractFrom(
        { traceparent: SOUND, TraceState: ['foo=1', 'bar=2'], tracestate: 'baz=3' },
        propagator,
      )?.traceState,
    ).toBe('foo=1,bar=2,baz=3');
    expect(extractFrom({ traceparent: SOUND, Traceparent: SOUND }, propagator)).toBeUndefined();
    expect(extractFrom({ traceparent: [SOUND, SOUND] }, propagator)).toBeUndefined();
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ other: SOUND }],
    [{ traceparent: 7 }],
    [{ traceparent: null }],
    [{ traceparent: {} }],
    [{ traceparent: [] }],
    [{ traceparent: [7] }],
    [{ traceparent: [SOUND, null] }],
    [new Map([['traceparent', 7]])],
    [Object.create({ traceparent: SOUND }) as Record<string, unknown>],
    [JSON.parse(`{"__proto__":{"traceparent":"${SOUND}"}}`) as Record<string, unknown>],
  ])('finds no context in %p', (carrier) => {
    expect(extractFrom(carrier, propagator)).toBeUndefined();
  });
});
