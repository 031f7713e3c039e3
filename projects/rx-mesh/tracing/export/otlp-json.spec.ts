import fc from 'fast-check';
import { aSpan } from '../../spec-support/export-world';
import type { SpanStatus, SpanTagValue } from '../trace-span';
import { otlpJson } from './otlp-json';

const resource = { serviceName: 'Shop', attributes: { 'service.version': '1.2' } };

const encode = (...spans: Parameters<typeof aSpan>) =>
  JSON.parse(otlpJson.encodeSpan(aSpan(...spans), resource)) as Record<string, unknown>;

const valueOf = (value: unknown) => encode({ tags: { key: value as SpanTagValue } })['attributes'];

describe('otlpJson', () => {
  it('writes a request as OTLP has it', () => {
    const span = aSpan({
      parentSpanId: 'eee19b7ec3c1b173',
      random: true,
      traceState: 'vendor=1',
      tags: { 'http.request.method': 'GET', retries: 2, ratio: 0.5, cached: false },
      logs: [
        { timestamp: new Date(1_767_225_600_124), message: 'sent', fields: { bytes: 7 } },
        { timestamp: new Date(1_767_225_600_125), message: 'answered' },
      ],
      links: [
        {
          context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceState: 'vendor=2' },
          tags: { position: 7 },
        },
        { context: { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), sampled: false } },
      ],
      droppedTags: 3,
      droppedLogs: 4,
      droppedLinks: 5,
    });
    const body = otlpJson.wrap([otlpJson.encodeSpan(span, resource)], resource);

    expect(JSON.parse(body)).toStrictEqual({
      resourceSpans: [
        {
          resource: {
            attributes: [
              { key: 'service.version', value: { stringValue: '1.2' } },
              { key: 'service.name', value: { stringValue: 'Shop' } },
              { key: 'telemetry.sdk.name', value: { stringValue: 'rx-mesh' } },
              { key: 'telemetry.sdk.language', value: { stringValue: 'webjs' } },
            ],
          },
          scopeSpans: [
            {
              scope: { name: 'rx-mesh' },
              spans: [
                {
                  traceId: '5b8efff798038103d269b633813fc60c',
                  spanId: 'eee19b7ec3c1b174',
                  traceState: 'vendor=1',
                  parentSpanId: 'eee19b7ec3c1b173',
                  flags: 3,
                  name: 'GET /Orders/:id',
                  kind: 3,
                  startTimeUnixNano: '1767225600123000000',
                  endTimeUnixNano: '1767225600135345600',
                  attributes: [
                    { key: 'http.request.method', value: { stringValue: 'GET' } },
                    { key: 'retries', value: { intValue: '2' } },
                    { key: 'ratio', value: { doubleValue: 0.5 } },
                    { key: 'cached', value: { boolValue: false } },
                  ],
                  droppedAttributesCount: 3,
                  events: [
                    {
                      timeUnixNano: '1767225600124000000',
                      name: 'sent',
                      attributes: [{ key: 'bytes', value: { intValue: '7' } }],
                    },
                    { timeUnixNano: '1767225600125000000', name: 'answered', attributes: [] },
                  ],
                  droppedEventsCount: 4,
                  links: [
                    {
                      traceId: 'a'.repeat(32),
                      spanId: 'b'.repeat(16),
                      traceState: 'vendor=2',
                      attributes: [{ key: 'position', value: { intValue: '7' } }],
                      flags: 1,
                    },
                    {
                      traceId: 'c'.repeat(32),
                      spanId: 'd'.repeat(16),
                      attributes: [],
                      flags: 0,
                    },
                  ],
                  droppedLinksCount: 5,
                  status: { code: 1 },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('leaves out a parent and a trace state that are not there', () => {
    expect(Object.keys(encode({ parentSpanId: '', traceState: undefined }))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/parentSpanId|traceState/)]),
    );
  });

  it.each([
    ['internal', 1],
    ['server', 2],
    ['client', 3],
    ['producer', 4],
    ['consumer', 5],
  ] as const)('writes the kind %s as %i', (kind, number) => {
    expect(encode({ kind })['kind']).toBe(number);
  });

  it.each<[SpanStatus, unknown]>([
    ['unset', { code: 0 }],
    ['ok', { code: 1 }],
    ['error', { code: 2 }],
    ['timeout', { code: 2, message: 'timeout' }],
    ['cancelled', { code: 0 }],
  ])('writes the status %s', (status, expected) => {
    expect(encode({ status })['status']).toEqual(expected);
  });

  it.each<[SpanStatus, unknown]>([
    ['ok', { code: 0 }],
    ['error', { code: 2 }],
    ['timeout', { code: 2, message: 'timeout' }],
  ])('leaves the status of a good answer unset, and no other: %s', (status, expected) => {
    const tags = { 'http.response.status_code': 200 };

    expect(encode({ status, tags })['status']).toEqual(expected);
  });

  it('marks a cancelled span, once', () => {
    const mark = [{ key: 'rx_mesh.cancelled', value: { boolValue: true } }];

    expect(encode({ status: 'cancelled' })['attributes']).toEqual(mark);
    expect(
      encode({ status: 'cancelled', tags: { 'rx_mesh.cancelled': true } })['attributes'],
    ).toEqual(mark);
  });

  it.each<[unknown, object]>([
    [0, { intValue: '0' }],
    [-0, { intValue: '0' }],
    [-7, { intValue: '-7' }],
    [2 ** 60, { intValue: '1152921504606846976' }],
    [2 ** 63, { doubleValue: 2 ** 63 }],
    [1e300, { doubleValue: 1e300 }],
    [NaN, { doubleValue: 'NaN' }],
    [Infinity, { doubleValue: 'Infinity' }],
    ['', { stringValue: '' }],
    [null, { stringValue: 'null' }],
    [undefined, { stringValue: 'undefined' }],
    [10n, { stringValue: '10' }],
    [{ a: 1 }, { stringValue: '{"a":1}' }],
    [Symbol('s'), { stringValue: 'Symbol(s)' }],
  ])('writes %p without loss', (value, expected) => {
    expect(valueOf(value)).toEqual([{ key: 'key', value: expected }]);
  });

  it('has a text for what holds itself', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;

    expect(valueOf(cyclic)).toEqual([{ key: 'key', value: { stringValue: '[object Object]' } }]);
  });

  it.each([
    ['cut \ud83d', 'cut \ufffd'],
    ['\ude00 cut', '\ufffd cut'],
    ['\ud83d\ude00 \\ud83d \\\ud83d', '\ud83d\ude00 \\ud83d \\\ufffd'],
  ])('writes whole characters only: %j', (text, expected) => {
    expect(valueOf(text)).toEqual([{ key: 'key', value: { stringValue: expected } }]);
    expect(otlpJson.wrap([], { serviceName: text, attributes: {} })).not.toMatch(/[^\\]\\ud83d/);
  });

  it('writes a span with no date and no end', () => {
    const span = encode({ startTime: new Date(NaN), endTime: undefined, duration: undefined });

    expect([span['startTimeUnixNano'], span['endTimeUnixNano']]).toEqual(['0', '0']);
  });

  it('never throws, whatever the tags', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), fc.string(), (tags, operationName) => {
        const span = encode({ tags: tags as Record<string, SpanTagValue>, operationName });

        expect(span['attributes']).toHaveLength(Object.keys(tags).length);
      }),
    );
  });

  it.each([
    ['', undefined],
    ['{}', undefined],
    ['not JSON', undefined],
    ['null', undefined],
    ['[1]', undefined],
    ['{"partialSuccess":{}}', undefined],
    ['{"partialSuccess":null}', undefined],
    ['{"partialSuccess":{"rejectedSpans":"0","errorMessage":"a hint"}}', undefined],
    ['{"partialSuccess":{"rejectedSpans":"x"}}', undefined],
    ['{"partialSuccess":{"rejectedSpans":-1}}', undefined],
    ['{"partialSuccess":{"rejectedSpans":{}}}', undefined],
    ['{"partialSuccess":{"rejectedSpans":"3"}}', { count: 3, reason: '' }],
    [
      '{"partialSuccess":{"rejectedSpans":3,"errorMessage":"too old"}}',
      { count: 3, reason: 'too old' },
    ],
  ])('reads the answer %s', (answer, expected) => {
    expect(otlpJson.rejectedBy?.(answer)).toEqual(expected);
  });
});
