import { b3Propagator } from './b3-propagator';
import { compositePropagator } from './composite-propagator';
import type { Propagator } from './propagator';
import { traceIdHeaders } from './seed-header-propagator';
import { baggagePropagator } from './w3c-baggage';
import { w3cPropagator } from './w3c-propagator';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);
const SPAN = '1'.repeat(16);

const reader = (headers: Readonly<Record<string, string>>) => {
  const given = new Map(Object.entries(headers));
  return (name: string) => given.get(name);
};
const saying = (baggage: Readonly<Record<string, string>>): Propagator => ({
  fields: [],
  inject: () => undefined,
  extract: () => undefined,
  extractBaggage: () => baggage,
});

describe(compositePropagator.name, () => {
  const all = compositePropagator(
    baggagePropagator(),
    w3cPropagator,
    b3Propagator(),
    traceIdHeaders(),
  );

  it('names the headers of all, once each', () => {
    const { fields } = compositePropagator(w3cPropagator, w3cPropagator, baggagePropagator());

    expect(fields).toEqual(['traceparent', 'tracestate', 'baggage']);
    expect(all.fields).toHaveLength(12);
  });

  it('writes all forms', () => {
    const headers = new Map<string, string>();
    all.inject({ traceId: A, spanId: SPAN, baggage: { user: '42' } }, (name, value) =>
      headers.set(name, value),
    );

    expect(Object.fromEntries(headers)).toEqual({
      baggage: 'user=42',
      traceparent: `00-${A}-${SPAN}-01`,
      b3: `${A}-${SPAN}-1`,
      'x-trace-id': A,
      'x-span-id': SPAN,
    });
  });

  it('reads the first form that has a context', () => {
    const b3 = `${B}-${SPAN}-0`;

    expect(all.extract(reader({ traceparent: `00-${A}-${SPAN}-01`, b3 }))).toMatchObject({
      traceId: A,
      sampled: true,
    });
    expect(all.extract(reader({ traceparent: 'malformed', b3 }))).toMatchObject({
      traceId: B,
      sampled: false,
    });
    expect(all.extract(reader({ 'x-trace-id': A, 'x-span-id': SPAN }))).toEqual({
      traceId: A,
      spanId: SPAN,
      parentSpanId: undefined,
      remote: true,
    });
    expect(all.extract(reader({}))).toBeUndefined();
    expect(compositePropagator().extract(reader({ b3 }))).toBeUndefined();
  });

  it('adds the baggage to the context, wherever it stands', () => {
    const get = reader({ b3: `${B}-${SPAN}-1`, baggage: 'user=42,__proto__=1' });
    const baggage = Object.fromEntries([
      ['user', '42'],
      ['__proto__', '1'],
    ]);

    expect(all.extract(get)?.baggage).toEqual(baggage);
    expect(compositePropagator(b3Propagator(), all).extract(get)?.baggage).toEqual(baggage);
    expect(all.extractBaggage?.(get)).toEqual(baggage);
  });

  it('gives no baggage where there is none, and baggage where there is no trace', () => {
    const b3 = `${B}-${SPAN}-1`;

    expect(all.extract(reader({ b3 }))).not.toHaveProperty('baggage');
    expect(all.extractBaggage?.(reader({ b3 }))).toBeUndefined();
    expect(all.extract(reader({ baggage: 'user=42' }))).toBeUndefined();
    expect(all.extractBaggage?.(reader({ baggage: 'user=42' }))).toEqual({ user: '42' });
  });

  it('takes the value of the first, and that of the context before all', () => {
    const baggage = { key: 'context' };
    const own: Propagator = {
      ...saying({}),
      extract: () => ({ traceId: A, spanId: SPAN, baggage }),
    };
    const two = [saying({ key: 'first', a: '1' }), saying({ key: 'second', b: '2' })] as const;

    expect(compositePropagator(...two).extractBaggage?.(() => '')).toEqual({
      key: 'first',
      a: '1',
      b: '2',
    });
    expect(compositePropagator(...two, own).extract(() => '')?.baggage).toEqual({
      key: 'context',
      a: '1',
      b: '2',
    });
  });
});
