import root from '@opentelemetry/otlp-transformer/build/src/generated/root';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricRegistry } from '../metric-registry';
import { otlpMetricsJson } from './otlp-metrics-json';

/** A message of the official protocol, as protobufjs has it. */
interface Message {
  fromObject(object: object): object;
  toObject(message: object, options: object): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  verify(message: object): string | null;
}

const { ExportMetricsServiceRequest } = (
  root as unknown as {
    opentelemetry: {
      proto: { collector: { metrics: { v1: { ExportMetricsServiceRequest: Message } } } };
    };
  }
).opentelemetry.proto.collector.metrics.v1;

const IDS: ReadonlySet<string> = new Set(['traceId', 'spanId']);
const LONGS = /UnixNano$|^(?:intValue|count|bucketCounts)$/;

/** The same value, with each member of each object changed. */
function mapMembers(value: unknown, change: (key: string, member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => mapMembers(each, change));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, change(key, mapMembers(member, change))]),
  );
}

const bytesOfIds = (body: unknown) =>
  mapMembers(body, (key, member) =>
    IDS.has(key) ? Uint8Array.from(Buffer.from(String(member), 'hex')) : member,
  ) as object;

/** What Protobuf cannot tell apart: no list and an empty one. */
const normal = (body: unknown) =>
  mapMembers(body, (_key, member) =>
    Array.isArray(member) && member.length === 0 ? undefined : member,
  );

/** What the official decoder makes of a body, by way of its binary form. */
function roundTrip(body: unknown): unknown {
  const message = ExportMetricsServiceRequest.fromObject(bytesOfIds(body));
  const bytes = ExportMetricsServiceRequest.encode(message).finish();
  const plain = ExportMetricsServiceRequest.toObject(ExportMetricsServiceRequest.decode(bytes), {
    longs: String,
    json: true,
  });
  return mapMembers(plain, (key, member) =>
    IDS.has(key) ? Buffer.from(member as Uint8Array).toString('hex') : member,
  );
}

/** All members of all objects. */
function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  const members = Array.isArray(value) ? [] : Object.entries(value);
  return [...members, ...Object.values(value).flatMap(membersOf)];
}

/** Every kind of metric, with all that can be said of it. */
function richSeries() {
  const registry = new MetricRegistry({
    diagnostics: new RecordingDiagnostics(),
    clock: { now: () => 1_767_225_600_123 },
  });
  const trace = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' };
  const paid = registry.counter('paid', { unit: '{order}', description: 'Orders "paid".\nAll.' });
  paid.add(2 ** 53, { currency: 'EUR', shop: 'Zürich' }, trace);
  paid.add(0.1, { currency: 'USD' });
  registry.gauge('temperature', { unit: 'Cel' }).set(-1.5e-7);
  const sizes = registry.histogram('sizes', { unit: 'By', buckets: [0, 0.005, 10] });
  for (const size of [0, 0.004, 5, 5e300]) sizes.record(size, { kind: 'a' }, trace);
  registry.histogram('all', { buckets: [] }).record(1);
  for (const ms of [1, 10, 100]) registry.timer('duration').record(ms, {}, trace);
  return registry.collect();
}

const encoded = (temporality: 'delta' | 'cumulative') =>
  JSON.parse(
    otlpMetricsJson(richSeries(), {
      resource: { serviceName: 'Shop', attributes: { build: 2 ** 62, ratio: 0.5, beta: false } },
      temporality,
      now: new Date(1_767_225_660_000),
    }),
  ) as Readonly<Record<string, unknown>>;

describe('otlpMetricsJson and the official Protobuf', () => {
  it.each(['delta', 'cumulative'] as const)('is understood: %s', (temporality) => {
    const body = encoded(temporality);

    expect(roundTrip(body)).toStrictEqual(JSON.parse(JSON.stringify(normal(body))));
  });

  it('passes the official check once longs are numbers and ids are bytes', () => {
    const message = mapMembers(bytesOfIds(encoded('delta')), (key, member) => {
      if (!LONGS.test(key)) return member;
      return Array.isArray(member) ? member.map(Number) : Number(member);
    });

    expect(ExportMetricsServiceRequest.verify(message as object)).toBeNull();
  });

  // The decoder takes the names of enums, numbers for longs and ids of any length: that is for us to look at.
  it('has lowerCamelCase keys, enums by number, longs as digits and ids as lower-case digits', () => {
    const members = membersOf(encoded('delta'));
    const bad = members.filter(([key, value]) => {
      if (!/^[a-z][A-Za-z]*$/.test(key)) return true;
      if (key === 'aggregationTemporality') return value !== 1;
      if (key === 'bucketCounts') return !(value as string[]).every((each) => /^\d+$/.test(each));
      if (LONGS.test(key)) return !(typeof value === 'string' && /^\d+$/.test(value));
      if (key === 'traceId') return !/^[\da-f]{32}$/.test(String(value));
      return key === 'spanId' && !/^[\da-f]{16}$/.test(String(value));
    });

    expect(bad).toEqual([]);
    expect(new Set(members.map(([key]) => key))).toEqual(
      new Set([
        ...['resourceMetrics', 'resource', 'scopeMetrics', 'scope', 'metrics'],
        ...['name', 'description', 'unit', 'sum', 'gauge', 'histogram', 'summary', 'dataPoints'],
        ...['attributes', 'key', 'value', 'stringValue', 'boolValue', 'intValue', 'doubleValue'],
        ...['startTimeUnixNano', 'timeUnixNano', 'aggregationTemporality', 'isMonotonic'],
        ...['asDouble', 'count', 'bucketCounts', 'explicitBounds', 'min', 'max'],
        ...['exemplars', 'traceId', 'spanId', 'quantileValues', 'quantile'],
      ]),
    );
  });

  it.each<[string, object]>([
    ['a key in snake_case', { time_unix_nano: '1' }],
    ['a key that nobody knows', { until: 1 }],
  ])('the check sees %s', (_name, changes) => {
    const point = { timeUnixNano: '1', asDouble: 1, ...changes };
    const body = {
      resourceMetrics: [
        { scopeMetrics: [{ metrics: [{ name: 'a', gauge: { dataPoints: [point] } }] }] },
      ],
    };

    expect(roundTrip(body)).not.toEqual(normal(body));
  });
});
