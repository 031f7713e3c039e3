import type { ChildContext } from './header-ids';
import { traceIdHeaders } from './seed-header-propagator';

const TRACE = '80f198ee56343ba864fe8b2a57d3eff7';
const SPAN = 'e457b5a2e4d86bd1';
const PARENT = '05e3ac9a4f6e3b90';
const IDS = { traceId: TRACE, spanId: SPAN };

function read(trace?: unknown, span?: unknown, parent?: unknown) {
  const given = new Map(
    Object.entries({ 'x-trace-id': trace, 'x-span-id': span, 'x-parent-span-id': parent }),
  );
  return traceIdHeaders().extract((name) => given.get(name) as string | undefined);
}

function write(context: ChildContext) {
  const headers = new Map<string, string>();
  traceIdHeaders().inject(context, (name, value) => headers.set(name, value));
  return Object.fromEntries(headers);
}

describe(traceIdHeaders.name, () => {
  it.each([
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    [' ', undefined],
    [PARENT, PARENT],
    [` ${PARENT}\t`, PARENT],
  ])('reads the ids, and the parent %p', (parent, parentSpanId) => {
    expect(read(TRACE, ` ${SPAN} `, parent)).toEqual({ ...IDS, parentSpanId, remote: true });
  });

  it.each([
    [[undefined, undefined]],
    [[TRACE, undefined]],
    [[undefined, SPAN]],
    [[TRACE, '']],
    [[TRACE.slice(16), SPAN]],
    [[TRACE.toUpperCase(), SPAN]],
    [[`${TRACE},${TRACE}`, SPAN]],
    [['0'.repeat(32), SPAN]],
    [[TRACE, '0'.repeat(16)]],
    [[TRACE, SPAN, 'no id']],
    [[TRACE, SPAN, '0'.repeat(16)]],
    [[[TRACE], SPAN]],
    [[TRACE, 7]],
  ])('finds no context in %p', ([trace, span, parent]) => {
    expect(read(trace, span, parent)).toBeUndefined();
  });

  it('sends the ids, and the parent if there is one', () => {
    const ids = { 'x-trace-id': TRACE, 'x-span-id': SPAN };

    expect(write(IDS)).toEqual(ids);
    expect(write({ ...IDS, parentSpanId: '' })).toEqual(ids);
    expect(write({ ...IDS, parentSpanId: PARENT })).toEqual({ ...ids, 'x-parent-span-id': PARENT });
    expect(write({ traceId: TRACE, spanId: 'no id' })).toEqual({});
    expect(Object.keys(write({ ...IDS, parentSpanId: PARENT }))).toEqual(traceIdHeaders().fields);
  });
});
