import { InvalidOptionError } from 'rx-mesh/kernel';
import { type B3Context, b3Propagator } from './b3-propagator';

const TRACE = '80f198ee56343ba864fe8b2a57d3eff7';
const SHORT = '64fe8b2a57d3eff7';
const SPAN = 'e457b5a2e4d86bd1';
const PARENT = '05e3ac9a4f6e3b90';

type Headers = Readonly<Record<string, string | null | undefined>>;

function read(headers: Headers) {
  const given = new Map(Object.entries(headers));
  return b3Propagator().extract((name) => given.get(name));
}

function write(context: B3Context, format?: 'single' | 'multi') {
  const headers = new Map<string, string>();
  b3Propagator({ format }).inject(context, (name, value) => headers.set(name, value));
  return Object.fromEntries(headers);
}

const single = (b3: string | null) => read({ b3 });
const multi = (more: Headers = {}) => read({ 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, ...more });
const IDS = { traceId: TRACE, spanId: SPAN };
const MULTI = { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN };

describe(b3Propagator.name, () => {
  it.each([
    [`${TRACE}-${SPAN}`, { ...IDS, sampled: undefined }],
    [`${TRACE}-${SPAN}-1`, { ...IDS, sampled: true }],
    [`${TRACE}-${SPAN}-0`, { ...IDS, sampled: false }],
    [`${TRACE}-${SPAN}-d`, { ...IDS, sampled: true, debug: true }],
    [`${TRACE}-${SPAN}-1-${PARENT}`, { ...IDS, sampled: true, parentSpanId: PARENT }],
    [` \t${TRACE}-${SPAN}-1 `, { ...IDS, sampled: true }],
    [`${SHORT}-${SPAN}-1`, { ...IDS, traceId: `${'0'.repeat(16)}${SHORT}`, sampled: true }],
  ])('reads the single header %p', (header, expected) => {
    expect(single(header)).toEqual({ ...expected, remote: true });
  });

  it.each([
    null,
    '',
    '0',
    '1',
    'd',
    '2',
    TRACE,
    `${TRACE}-`,
    `${TRACE}-${SPAN}-`,
    `${TRACE}-${SPAN}-2`,
    `${TRACE}-${SPAN}-true`,
    `${TRACE}-${SPAN}-1-`,
    `${TRACE}-${SPAN}-1-${'0'.repeat(16)}`,
    `${TRACE}-${SPAN}-1-${PARENT}-1`,
    `${TRACE}-${SPAN}-1-${PARENT.slice(1)}`,
    `${TRACE}-${SPAN.slice(1)}-1`,
    `${TRACE.slice(1)}-${SPAN}-1`,
    `${TRACE}0-${SPAN}-1`,
    `${TRACE.toUpperCase()}-${SPAN}-1`,
    `${'0'.repeat(32)}-${SPAN}-1`,
    `${'0'.repeat(16)}-${SPAN}-1`,
    `${TRACE}-${'0'.repeat(16)}-1`,
    `${TRACE}-${SPAN}-1,${TRACE}-${SPAN}-1`,
    ' '.repeat(100_000),
  ])('finds no context in the single header %p', (header) => {
    expect(single(header)).toBeUndefined();
  });

  it.each<[Headers, object]>([
    [{}, { sampled: undefined }],
    [{ 'x-b3-sampled': '1' }, { sampled: true }],
    [{ 'x-b3-sampled': ' 0 ' }, { sampled: false }],
    [{ 'x-b3-sampled': 'true' }, { sampled: true }],
    [{ 'x-b3-sampled': 'false' }, { sampled: false }],
    [{ 'x-b3-flags': '1' }, { sampled: true, debug: true }],
    [
      { 'x-b3-flags': '1', 'x-b3-sampled': '0' },
      { sampled: true, debug: true },
    ],
    [{ 'x-b3-flags': '0', 'x-b3-sampled': '0' }, { sampled: false }],
    [{ 'x-b3-parentspanid': PARENT }, { parentSpanId: PARENT }],
    [{ 'x-b3-parentspanid': null }, {}],
    [{ 'x-b3-traceid': SHORT }, { traceId: `${'0'.repeat(16)}${SHORT}` }],
  ])('reads the headers with %p', (headers, expected) => {
    expect(multi(headers)).toEqual({ ...IDS, ...expected, remote: true });
  });

  it.each<Headers>([
    { 'x-b3-traceid': undefined },
    { 'x-b3-spanid': undefined },
    { 'x-b3-traceid': '' },
    { 'x-b3-traceid': `${TRACE},${TRACE}` },
    { 'x-b3-spanid': SPAN.toUpperCase() },
    { 'x-b3-parentspanid': '' },
    { 'x-b3-parentspanid': 'no id' },
    { 'x-b3-sampled': '' },
    { 'x-b3-sampled': 'd' },
  ])('finds no context in the headers with %p', (headers) => {
    expect(multi(headers)).toBeUndefined();
  });

  it('takes the single header before the others', () => {
    expect(multi({ b3: `${SHORT}-${PARENT}-0`, 'x-b3-sampled': '1' })).toMatchObject({
      traceId: `${'0'.repeat(16)}${SHORT}`,
      spanId: PARENT,
      sampled: false,
    });
    expect(multi({ b3: '0' })).toBeUndefined();
    expect(multi({ b3: 'malformed' })).toMatchObject(IDS);
  });

  it.each<[B3Context, string]>([
    [IDS, `${TRACE}-${SPAN}-1`],
    [{ ...IDS, sampled: true }, `${TRACE}-${SPAN}-1`],
    [{ ...IDS, sampled: false }, `${TRACE}-${SPAN}-0`],
    [{ ...IDS, sampled: false, debug: true }, `${TRACE}-${SPAN}-d`],
    [{ ...IDS, parentSpanId: PARENT }, `${TRACE}-${SPAN}-1-${PARENT}`],
    [{ ...IDS, parentSpanId: '' }, `${TRACE}-${SPAN}-1`],
  ])('sends %p as one header', (context, expected) => {
    expect(write(context)).toEqual({ b3: expected });
  });

  it.each<[B3Context, object]>([
    [IDS, { 'x-b3-sampled': '1' }],
    [{ ...IDS, sampled: false }, { 'x-b3-sampled': '0' }],
    [{ ...IDS, sampled: false, debug: true }, { 'x-b3-flags': '1' }],
    [
      { ...IDS, parentSpanId: PARENT },
      { 'x-b3-sampled': '1', 'x-b3-parentspanid': PARENT },
    ],
    [{ ...IDS, parentSpanId: '' }, { 'x-b3-sampled': '1' }],
  ])('sends %p as several headers', (context, expected) => {
    expect(write(context, 'multi')).toEqual({ ...MULTI, ...expected });
  });

  it.each([
    { traceId: SHORT, spanId: SPAN },
    { traceId: TRACE, spanId: '' },
    { traceId: '0'.repeat(32), spanId: SPAN },
  ])('sends nothing of %p', (context) => {
    expect([write(context), write(context, 'multi')]).toEqual([{}, {}]);
  });

  it('names all that it reads, in either form', () => {
    expect(b3Propagator().fields).toEqual(b3Propagator({ format: 'multi' }).fields);
    expect(b3Propagator().fields).toHaveLength(6);
  });

  it('refuses another format', () => {
    const format = 'double' as 'single';

    expect(() => b3Propagator({ format })).toThrow(InvalidOptionError);
    expect(() => b3Propagator({ format })).toThrow(/B3Options\.format is "double"/);
  });
});
