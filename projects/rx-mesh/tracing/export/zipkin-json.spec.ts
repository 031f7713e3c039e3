import fc from 'fast-check';
import { aSpan } from '../../spec-support/export-world';
import type { SpanKind, SpanTagValue, TraceSpan } from '../trace-span';
import { zipkinJson } from './zipkin-json';

const resource = { serviceName: 'Shop', attributes: { 'service.version': '1.2' } };

const encode = (changes: Partial<TraceSpan>) =>
  JSON.parse(zipkinJson.encodeSpan(aSpan(changes), resource)) as Record<string, unknown>;

describe('zipkinJson', () => {
  it('writes an array as Zipkin has it', () => {
    const span = aSpan({
      parentSpanId: 'eee19b7ec3c1b173',
      tags: { 'http.request.method': 'GET', retries: 2, cached: false },
      logs: [
        { timestamp: new Date(1_767_225_600_124), message: 'Sent', fields: { bytes: 7 } },
        { timestamp: new Date(1_767_225_600_125), message: 'answered' },
      ],
    });
    const text = zipkinJson.encodeSpan(span, resource);

    expect(JSON.parse(zipkinJson.wrap([text, text], resource))).toHaveLength(2);
    expect(JSON.parse(zipkinJson.wrap([text], resource))).toStrictEqual([
      {
        traceId: '5b8efff798038103d269b633813fc60c',
        id: 'eee19b7ec3c1b174',
        parentId: 'eee19b7ec3c1b173',
        kind: 'CLIENT',
        name: 'get /orders/:id',
        timestamp: 1_767_225_600_123_000,
        duration: 12_346,
        localEndpoint: { serviceName: 'shop' },
        tags: { 'http.request.method': 'GET', retries: '2', cached: 'false' },
        annotations: [
          { timestamp: 1_767_225_600_124_000, value: 'Sent {"bytes":7}' },
          { timestamp: 1_767_225_600_125_000, value: 'answered' },
        ],
      },
    ]);
  });

  it('leaves out what is not there, and never writes null', () => {
    const span = encode({ kind: 'internal', duration: undefined, startTime: new Date(NaN) });

    expect(Object.keys(span)).toEqual([
      'traceId',
      'id',
      'name',
      'localEndpoint',
      'tags',
      'annotations',
    ]);
  });

  it.each<[SpanKind, string | undefined]>([
    ['server', 'SERVER'],
    ['producer', 'PRODUCER'],
    ['consumer', 'CONSUMER'],
    ['internal', undefined],
  ])('writes the kind %s as %s', (kind, expected) => {
    expect(encode({ kind })['kind']).toBe(expected);
  });

  it.each([
    [0, 1],
    [0.0004, 1],
    [0.0016, 2],
    [2.5, 2500],
  ])('writes %d ms as %i microseconds', (duration, expected) => {
    expect(encode({ duration })['duration']).toBe(expected);
  });

  it.each<[Partial<TraceSpan>, object]>([
    [{ status: 'ok' }, {}],
    [{ status: 'error' }, { error: 'true' }],
    [
      { status: 'error', tags: { 'error.type': '500' } },
      { error: '500', 'error.type': '500' },
    ],
    [{ status: 'error', tags: { error: 'mine' } }, { error: 'mine' }],
    [{ status: 'timeout' }, { error: 'timeout' }],
    [{ status: 'cancelled' }, { 'rx_mesh.cancelled': 'true' }],
  ])('tags the end of %p', (changes, tags) => {
    expect(encode(changes)['tags']).toEqual(tags);
  });

  it('writes whole characters only', () => {
    expect(encode({ tags: { key: 'cut \ud83d' } })['tags']).toEqual({ key: 'cut \ufffd' });
  });

  it('tells of links in a tag, for it has no links', () => {
    const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    const links = [{ context, tags: { position: 7 } }, { context }];

    expect(encode({ links })['tags']).toEqual({
      'rx_mesh.links': Array.from(
        { length: 2 },
        () => `${context.traceId}-${context.spanId}`,
      ).join(),
    });
    expect(encode({})['tags']).toEqual({});
  });

  it('never throws, and has texts only, whatever the tags', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (tags) => {
        const span = encode({ tags: tags as Record<string, SpanTagValue> });
        const texts = Object.values(span['tags'] as object);

        expect(texts).toHaveLength(Object.keys(tags).length);
        expect(texts.every((text) => typeof text === 'string')).toBe(true);
      }),
    );
  });
});
