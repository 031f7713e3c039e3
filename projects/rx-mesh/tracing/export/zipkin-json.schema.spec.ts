import Ajv from 'ajv';
import { richResource, richSpans } from '../../spec-support/rich-spans';
import { wireSample, zipkinSamples } from '../../spec-support/wire-samples';
import type { TraceSpan } from '../trace-span';
import { zipkinJson } from './zipkin-json';

type Json = Readonly<Record<string, unknown>>;

const check = new Ajv({ allErrors: true }).compile(
  wireSample('zipkin2-span.schema.json') as object,
);

/** Where a list of spans breaks the schema, and how. */
function faultsOf(list: unknown): readonly string[] {
  check(list);
  return (check.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

const encoded = (spans: readonly TraceSpan[]) =>
  JSON.parse(
    zipkinJson.wrap(
      spans.map((span) => zipkinJson.encodeSpan(span, richResource)),
      richResource,
    ),
  ) as readonly Json[];

describe('zipkinJson and the schema of Zipkin', () => {
  it.each([
    ...richSpans.map((span) => [`${span.kind} ${span.status} ${span.operationName}`, [span]]),
    ['all at once', richSpans],
    ['no span', []],
    ['ids of 16 digits', richSpans.map((span) => ({ ...span, traceId: '5b8efff798038103' }))],
  ] as [string, readonly TraceSpan[]][])('is as described: %j', (_name, spans) => {
    expect(faultsOf(encoded(spans))).toEqual([]);
  });

  it('has ids of 16 or 32 digits, which the schema does not see, and names in lower case', () => {
    const lengths = (spans: readonly Json[]) =>
      new Set(spans.map(({ traceId }) => String(traceId).length));
    const lower = (text: unknown) => String(text).toLowerCase();
    const spans = encoded(richSpans);

    expect(lengths(spans)).toEqual(new Set([32]));
    expect(
      lengths(encoded([...richSpans].map((each) => ({ ...each, traceId: 'a'.repeat(16) })))),
    ).toEqual(new Set([16]));
    expect(spans.map(({ name }) => name)).toEqual(spans.map(({ name }) => lower(name)));
    expect(spans[0]?.['localEndpoint']).toEqual({ serviceName: 'магазин 🧺' });
  });

  it.each(zipkinSamples())('the schema takes %s as well', (_file, list) => {
    expect(faultsOf(list)).toEqual([]);
  });

  it.each<[string, Json, string]>([
    ['an id in upper case', { id: 'EEE19B7EC3C1B174' }, '/0/id pattern'],
    ['a trace id in upper case', { traceId: 'A'.repeat(32) }, '/0/traceId pattern'],
    ['an id that is too short', { id: 'e'.repeat(15) }, '/0/id pattern'],
    ['an id that is too long', { traceId: 'e'.repeat(33) }, '/0/traceId pattern'],
    ['no id', { id: undefined }, '/0 required'],
    ['a duration of 0', { duration: 0 }, '/0/duration minimum'],
    ['a duration with a fraction', { duration: 1.5 }, '/0/duration type'],
    ['a time with a fraction', { timestamp: 1_767_225_600_123.5 }, '/0/timestamp type'],
    ['a time as a text', { timestamp: '1767225600123000' }, '/0/timestamp type'],
    ['a tag that is a number', { tags: { retries: 2 } }, '/0/tags/retries type'],
    ['a tag that is null', { tags: { retries: null } }, '/0/tags/retries type'],
    ['the kind INTERNAL', { kind: 'INTERNAL' }, '/0/kind enum'],
    ['an empty parent', { parentId: '' }, '/0/parentId pattern'],
    ['a parent that is null', { parentId: null }, '/0/parentId type'],
    ['a service that is a text', { localEndpoint: 'shop' }, '/0/localEndpoint type'],
    [
      'an annotation without a time',
      { annotations: [{ value: 'a' }] },
      '/0/annotations/0 required',
    ],
  ])('the schema sees %s', (_name, changes, fault) => {
    const [span] = encoded(richSpans);
    const list = JSON.parse(JSON.stringify([{ ...span, ...changes }])) as unknown;

    expect(faultsOf(list)).toEqual([fault]);
  });

  it('the schema sees a span by itself', () => {
    expect(faultsOf(encoded(richSpans)[0])).toEqual([' type']);
  });
});
