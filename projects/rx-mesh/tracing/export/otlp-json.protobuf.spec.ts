import root from '@opentelemetry/otlp-transformer/build/src/generated/root';
import { richResource, richSpans } from '../../spec-support/rich-spans';
import { otlpSamples, wireSample } from '../../spec-support/wire-samples';
import type { TraceSpan } from '../trace-span';
import { otlpJson } from './otlp-json';

type Json = Readonly<Record<string, unknown>>;

/** A message of the official protocol, as protobufjs has it. */
interface Message {
  verify(message: object): string | null;
  fromObject(object: object): object;
  toObject(message: object, options: object): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
}

const { ExportTraceServiceRequest } = (
  root as unknown as {
    opentelemetry: {
      proto: { collector: { trace: { v1: { ExportTraceServiceRequest: Message } } } };
    };
  }
).opentelemetry.proto.collector.trace.v1;

const IDS: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId']);
const LONGS: ReadonlySet<string> = new Set([
  ...['startTimeUnixNano', 'endTimeUnixNano', 'timeUnixNano', 'intValue'],
]);

/** The same value, with each member of each object changed. */
function mapMembers(value: unknown, change: (key: string, member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => mapMembers(each, change));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, change(key, mapMembers(member, change))]),
  );
}

const bytesOfIds = (body: unknown) =>
  mapMembers(body, (key, member) => {
    return IDS.has(key) ? Uint8Array.from(Buffer.from(String(member), 'hex')) : member;
  }) as object;

/** What Protobuf cannot tell apart: no list and an empty one; and the case of an id. */
const normal = (body: unknown) =>
  mapMembers(body, (key, member) => {
    if (IDS.has(key)) return String(member).toLowerCase();
    if (key.endsWith('UnixNano')) return String(member);
    return Array.isArray(member) && member.length === 0 ? undefined : member;
  });

/** What the official decoder makes of a body, by way of its binary form. */
function roundTrip(body: unknown): unknown {
  const message = ExportTraceServiceRequest.fromObject(bytesOfIds(body));
  const decoded = ExportTraceServiceRequest.decode(
    ExportTraceServiceRequest.encode(message).finish(),
  );
  const plain = ExportTraceServiceRequest.toObject(decoded, { longs: String, json: true });
  return mapMembers(plain, (key, member) =>
    IDS.has(key) ? Buffer.from(member as Uint8Array).toString('hex') : member,
  );
}

/** Where in a body there is what: `resourceSpans[].resource.attributes[].key`. */
function pathsOf(value: unknown, at = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => pathsOf(each, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, member]) =>
    pathsOf(member, at === '' ? key : `${at}.${key}`),
  );
}

/** All members of all objects. */
function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  const members = Array.isArray(value) ? [] : Object.entries(value);
  return [...members, ...Object.values(value).flatMap(membersOf)];
}

const encoded = (spans: readonly TraceSpan[]) =>
  JSON.parse(
    otlpJson.wrap(
      spans.map((span) => otlpJson.encodeSpan(span, richResource)),
      richResource,
    ),
  ) as Json;
const firstSpan = (body: unknown) =>
  (body as { resourceSpans: { scopeSpans: { spans: Json[] }[] }[] }).resourceSpans[0]?.scopeSpans[0]
    ?.spans[0] ?? {};

describe('otlpJson and the official Protobuf', () => {
  it.each([
    ...richSpans.map((span) => [`${span.kind} ${span.status} ${span.operationName}`, [span]]),
    ['all at once', richSpans],
    ['no span', []],
  ] as [string, readonly TraceSpan[]][])('is understood: %j', (_name, spans) => {
    const body = encoded(spans);

    expect(roundTrip(body)).toStrictEqual(JSON.parse(JSON.stringify(normal(body))));
  });

  it.each(otlpSamples())('the check understands %s as well', (_file, sample) => {
    expect(roundTrip(sample)).toStrictEqual(JSON.parse(JSON.stringify(normal(sample))));
  });

  it('loses no digit of a long', () => {
    const attributes = firstSpan(encoded(richSpans.slice(-2)))['attributes'] as readonly Json[];
    const valueOf = (key: string) => attributes.find((each) => each['key'] === key)?.['value'];

    expect(valueOf('beyond doubles')).toEqual({ intValue: '1152921504606846976' });
    expect(valueOf('least integer')).toEqual({ intValue: '-4611686018427387904' });
    expect(valueOf('no integer of 64 bits')).toEqual({ doubleValue: 2 ** 63 });
    expect(
      (firstSpan(roundTrip(encoded(richSpans.slice(-2))))['attributes'] as readonly Json[]).find(
        (each) => each['key'] === 'least integer',
      ),
    ).toEqual({ key: 'least integer', value: { intValue: '-4611686018427387904' } });
  });

  // The decoder takes the names of enums, numbers for longs and ids of any length: that is for us to look at.
  it('has lowerCamelCase keys, enums by number, longs as digits and ids as lower-case digits', () => {
    const members = membersOf(encoded(richSpans));
    const bad = members.filter(([key, value]) => {
      if (!/^[a-z][A-Za-z]*$/.test(key)) return true;
      if (key === 'kind' || key === 'code') return !Number.isInteger(value);
      if (LONGS.has(key)) return !(typeof value === 'string' && /^-?\d+$/.test(value));
      if (key === 'traceId') return !/^[\da-f]{32}$/.test(String(value));
      return IDS.has(key) && !/^[\da-f]{16}$/.test(String(value));
    });

    expect(bad).toEqual([]);
    expect(new Set(members.map(([key]) => key))).toEqual(
      new Set([
        ...['resourceSpans', 'resource', 'scopeSpans', 'scope', 'spans', 'name'],
        ...['traceId', 'spanId', 'parentSpanId', 'traceState', 'flags', 'kind', 'status', 'code'],
        ...['startTimeUnixNano', 'endTimeUnixNano', 'timeUnixNano', 'message'],
        ...['attributes', 'events', 'links', 'key', 'value'],
        ...['droppedAttributesCount', 'droppedEventsCount', 'droppedLinksCount'],
        ...['stringValue', 'boolValue', 'intValue', 'doubleValue'],
      ]),
    );
  });

  it('says nothing in another place than the sample of the protocol does', () => {
    const plain: Partial<TraceSpan> = { parentSpanId: '0f1e2d3c4b5a6978', tags: { a: 'b' } };
    const [span] = richSpans;
    const ours = pathsOf(encoded(span ? [{ ...span, ...plain }] : []));
    const theirs = new Set(pathsOf(wireSample('otlp-trace.json')));
    const more = [...new Set(ours.filter((path) => !theirs.has(path)))];

    // The sample is a short one: it has no number or flag among its attributes, and nothing about what is not there.
    expect(more).toEqual([
      'resourceSpans[].resource.attributes[].value.intValue',
      'resourceSpans[].resource.attributes[].value.boolValue',
      'resourceSpans[].scopeSpans[].spans[].flags',
      'resourceSpans[].scopeSpans[].spans[].droppedAttributesCount',
      'resourceSpans[].scopeSpans[].spans[].droppedEventsCount',
      'resourceSpans[].scopeSpans[].spans[].droppedLinksCount',
      'resourceSpans[].scopeSpans[].spans[].status.code',
    ]);
    expect([...theirs].filter((path) => !ours.includes(path))).toEqual([
      'resourceSpans[].scopeSpans[].scope.version',
      'resourceSpans[].scopeSpans[].scope.attributes[].key',
      'resourceSpans[].scopeSpans[].scope.attributes[].value.stringValue',
    ]);
  });

  it.each<[string, Json]>([
    ['a key in snake_case', { start_time_unix_nano: '1' }],
    ['a key that nobody knows', { duration: 1 }],
    ['the name of an enum', { kind: 'SPAN_KIND_CLIENT' }],
    [
      'a long beyond doubles as a number',
      { attributes: [{ key: 'a', value: { intValue: 2 ** 62 + 1025 } }] },
    ],
  ])('the check sees %s', (_name, changes) => {
    const [resourceSpans] = encoded(richSpans.slice(0, 1))['resourceSpans'] as Json[];
    const span = { ...firstSpan({ resourceSpans: [resourceSpans] }), ...changes };
    const body = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };

    expect(roundTrip(body)).not.toEqual(normal(body));
  });

  it.each<[string, Json, RegExp]>([
    ['attributes as an object', { attributes: { a: 1 } }, /attributes: array expected/],
    ['a time in words', { startTimeUnixNano: 'now' }, /startTimeUnixNano: integer\|Long expected/],
    ['two values', { attributes: [{ value: { boolValue: true, stringValue: 'a' } }] }, /multiple/],
  ])('the official check refuses %s', (_name, span, reason) => {
    expect(
      ExportTraceServiceRequest.verify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    ).toMatch(reason);
  });

  it('passes the official check once longs are numbers and ids are bytes', () => {
    const message = mapMembers(bytesOfIds(encoded(richSpans)), (key, member) => {
      if (LONGS.has(key)) return Number(member);
      return key === 'doubleValue' ? Number(member) : member;
    });

    expect(ExportTraceServiceRequest.verify(message as object)).toBeNull();
  });
});
