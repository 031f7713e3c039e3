import fc from 'fast-check';
import { type B3Context, b3Propagator } from './b3-propagator';
import { extractFrom, injectInto } from './carriers';
import { compositePropagator } from './composite-propagator';
import type { Propagator } from './propagator';
import { traceIdHeaders } from './seed-header-propagator';
import { traceStateMembers, withTraceState } from './trace-state';
import { baggagePropagator, formatBaggage, parseBaggage } from './w3c-baggage';
import { w3cPropagator } from './w3c-propagator';

const hex = (digits: number) =>
  fc.stringMatching(new RegExp(`^[\\da-f]{${digits}}$`)).filter((id) => /[^0]/.test(id));
const aToken = fc.oneof(
  fc.stringMatching(/^[!#$%&'*+\-.^_`|~\dA-Za-z]{1,8}$/),
  fc.constantFrom('__proto__', 'constructor', 'toString'),
);
const aText = fc.string({ unit: 'grapheme', maxLength: 20 });
const aBaggage = fc
  .uniqueArray(fc.tuple(aToken, aText), { maxLength: 40, selector: ([key]) => key })
  .map((entries): Record<string, string> => Object.fromEntries(entries));
const anId = { traceId: hex(32), spanId: hex(16) };
const parentSpanId = fc.option(hex(16), { nil: undefined });
const aDecision = fc.constantFrom(
  { sampled: false },
  { sampled: true },
  { sampled: true, debug: true },
);
const aContext = fc
  .tuple(fc.record({ ...anId, parentSpanId }), aDecision)
  .map(([ids, decision]): B3Context => ({ ...ids, ...decision }));

const PIECES = ['0', '1', 'd', '-', ',', ';', '=', '%', ' ', 'a=1', '%FF', 'ab'.repeat(8)];
const aHeader = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  hex(16),
  hex(32),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.tuple(hex(32), hex(16)).map(([trace, span]) => `${trace}-${span}-1-${span}`),
  fc.tuple(hex(32), hex(16)).map(([trace, span]) => `00-${trace}-${span}-01`),
);

const propagators: readonly [string, Propagator][] = [
  ['b3 single', b3Propagator()],
  ['b3 multi', b3Propagator({ format: 'multi' })],
  ['ids', traceIdHeaders()],
  ['w3c', w3cPropagator],
  ['all', compositePropagator(baggagePropagator(), traceIdHeaders(), b3Propagator())],
];

const ID = '(?!0{16})[\\da-f]{16}';
const TRACE = '(?!0{32})[\\da-f]{32}';
const SENT: ReadonlyMap<string, RegExp> = new Map([
  ['traceparent', new RegExp(`^00-${TRACE}-${ID}-0[0-3]$`)],
  ['tracestate', /^[ -~]{1,512}$/],
  ['baggage', /^[!#$%&'*+\-.^_`|~\dA-Za-z]+=([!#$&-+\--:<-[\]-~]|%[\dA-F]{2})*(,|$)/],
  ['b3', new RegExp(`^${TRACE}-${ID}-[01d](-${ID})?$`)],
  ['x-b3-traceid', new RegExp(`^${TRACE}$`)],
  ['x-b3-spanid', new RegExp(`^${ID}$`)],
  ['x-b3-parentspanid', new RegExp(`^${ID}$`)],
  ['x-b3-sampled', /^[01]$/],
  ['x-b3-flags', /^1$/],
  ['x-trace-id', new RegExp(`^${TRACE}$`)],
  ['x-span-id', new RegExp(`^${ID}$`)],
  ['x-parent-span-id', new RegExp(`^${ID}$`)],
]);
const isSound = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).every(([name, value]) => SENT.get(name)?.test(value) === true);

function write(context: B3Context, propagator: Propagator): Record<string, string> {
  const headers = {};
  injectInto(headers, context, propagator);
  return headers;
}

describe('every propagator', () => {
  it.each(propagators.slice(0, 2))('reads what it wrote: %s', (_, propagator) => {
    fc.assert(
      fc.property(aContext, (context) => {
        expect(extractFrom(write(context, propagator), propagator)).toEqual({
          ...context,
          remote: true,
        });
      }),
    );
  });

  it('reads what it wrote: ids and baggage', () => {
    const propagator = compositePropagator(baggagePropagator(), traceIdHeaders());
    fc.assert(
      fc.property(fc.record({ ...anId, parentSpanId }), aBaggage, (ids, baggage) => {
        const context = extractFrom(write({ ...ids, baggage }, propagator), propagator);

        expect(context).toEqual({
          ...ids,
          ...(Object.keys(baggage).length > 0 ? { baggage } : {}),
          remote: true,
        });
      }),
    );
  });

  it.each(propagators)('never throws, and sends on what is sound: %s', (_, propagator) => {
    const someHeaders = fc.record(
      Object.fromEntries(propagator.fields.map((name) => [name, aHeader] as const)),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(someHeaders, (headers) => {
        const context = extractFrom(headers, propagator);
        const sent = context ? write(context, propagator) : {};

        expect(isSound(sent)).toBe(true);
        expect(context && extractFrom(sent, propagator)?.traceId).toBe(context?.traceId);
      }),
      { numRuns: 500 },
    );
  });

  it.each(propagators)('sends nothing malformed, whatever it is given: %s', (_, propagator) => {
    const odd = fc.oneof(aHeader, fc.anything());
    fc.assert(
      fc.property(fc.dictionary(aHeader, odd), odd, aHeader, (baggage, value, spanId) => {
        const rest = { parentSpanId: value, traceState: value, sampled: value, debug: value };
        const context = { traceId: 'a'.repeat(32), baggage, ...rest };

        expect(isSound(write({ ...context, spanId } as B3Context, propagator))).toBe(true);
        expect(
          isSound(write({ ...context, spanId: 'b'.repeat(16) } as B3Context, propagator)),
        ).toBe(true);
      }),
    );
  });

  it('reads any object without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.object(), fc.jsonValue()), (data) => {
        const carrier = data as Record<string, unknown>;
        for (const [, propagator] of propagators) {
          expect(() => extractFrom(carrier, propagator)).not.toThrow();
        }
      }),
    );
  });
});

describe('baggage', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(aBaggage, (baggage) => {
        expect(parseBaggage(formatBaggage(baggage))).toEqual(baggage);
      }),
    );
  });

  it('is at most 64 members and 8192 bytes of what is given, each of them in full', () => {
    const long = fc.string({ unit: 'binary', maxLength: 3000 });
    const some = fc.array(fc.tuple(fc.string({ maxLength: 5 }), long), { maxLength: 100 });
    fc.assert(
      fc.property(some, (entries) => {
        const baggage: Record<string, string> = Object.fromEntries(entries);
        const header = formatBaggage(baggage);
        const again = parseBaggage(header);

        expect(header.length).toBeLessThanOrEqual(8192);
        expect(Object.keys(again).length).toBeLessThanOrEqual(64);
        expect(baggage).toMatchObject(again);
      }),
    );
  });

  it('is read from any text, and written soundly again', () => {
    fc.assert(
      fc.property(fc.array(aHeader).map(String), (header) => {
        const once = formatBaggage(parseBaggage(header));

        expect(once === '' || isSound({ baggage: once })).toBe(true);
        expect(formatBaggage(parseBaggage(once))).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('withTraceState', () => {
  it('is sound, whatever it is given', () => {
    fc.assert(
      fc.property(aHeader, fc.oneof(aToken, aHeader), aHeader, (state, key, value) => {
        const next = withTraceState(state, key, value);
        const members = traceStateMembers(next);

        expect(next === state || members.join(',') === next).toBe(true);
        expect(members.length).toBeLessThanOrEqual(32);
      }),
    );
  });
});
