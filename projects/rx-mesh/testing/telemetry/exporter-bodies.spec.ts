import { TestBed } from '@angular/core/testing';
import {
  SPAN_EXPORTERS,
  type SpanExporterFeature,
  jaegerExporter,
  withTracing,
  zipkinExporter,
} from 'rx-mesh/tracing';
import { richResource, richSpans, richTags } from '../../spec-support/rich-spans';
import { otlpSamples, zipkinSamples } from '../../spec-support/wire-samples';
import { FakeJaeger } from './fake-jaeger';
import { FakeZipkin } from './fake-zipkin';

/** The richest of the spans. */
const RICH = '0000000000000030';

const deliver = async (receiver: FakeJaeger | FakeZipkin, path: string, body: string) => {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await receiver.handle(
    new Request(`http://receiver.test${path}`, { method: 'POST', headers, body }),
  );
  return [answer.status, await answer.text()] as const;
};

/** The body that an exporter makes of the spans. */
const bodyOf = (feature: SpanExporterFeature): string => {
  TestBed.configureTestingModule({ providers: [...withTracing({}, feature).ɵproviders] });
  const bodies = TestBed.inject(SPAN_EXPORTERS).map(({ format }) =>
    format.wrap(
      richSpans.map((span) => format.encodeSpan(span, richResource)),
      richResource,
    ),
  );
  return bodies.join();
};

describe('what the exporters write', () => {
  it('is understood by FakeJaeger', async () => {
    const jaeger = new FakeJaeger();

    expect(await deliver(jaeger, '/v1/traces', bodyOf(jaegerExporter()))).toEqual([
      200,
      '{"partialSuccess":{}}',
    ]);

    const spans = jaeger.traces[0]?.spans ?? [];
    const rich = spans.find(({ spanId }) => spanId === RICH);

    expect(spans.map(({ spanId, kind }) => [spanId, kind])).toEqual(
      richSpans.map(({ spanId, kind }) => [spanId, kind]),
    );
    expect(spans.slice(5, 10).map(({ status }) => status)).toEqual([
      'unset',
      'ok',
      'error',
      'error',
      'unset',
    ]);
    expect(rich).toMatchObject({
      parentSpanId: '0000000000000010',
      name: 'Заказ 🧺 "x"\n',
      service: 'Магазин 🧺',
      startTime: 1_767_225_600_123,
      duration: 12.3456,
    });
    expect(rich?.attributes).toEqual({
      ...Object.fromEntries(Object.entries(richTags).map(([key, tag]) => [key, String(tag)])),
      'beyond doubles': '1152921504606846976',
      'least integer': '-4611686018427387904',
    });
  });

  it('is understood by FakeZipkin', async () => {
    const zipkin = new FakeZipkin();
    const body = bodyOf(zipkinExporter({ url: 'http://zipkin.test' }));

    expect(await deliver(zipkin, '/api/v2/spans', body)).toEqual([202, '']);

    const spans = zipkin.traces[0]?.spans ?? [];
    const rich = spans.find(({ spanId }) => spanId === RICH);

    expect(spans.map(({ spanId, kind }) => [spanId, kind])).toEqual(
      richSpans.map(({ spanId, kind }) => [spanId, kind]),
    );
    expect(spans.slice(5, 10).map(({ status }) => status)).toEqual([
      'unset',
      'unset',
      'error',
      'error',
      'unset',
    ]);
    expect(rich).toMatchObject({
      name: 'заказ 🧺 "x"\n',
      service: 'магазин 🧺',
      startTime: 1_767_225_600_123,
      duration: 12.346,
      attributes: Object.fromEntries(
        Object.entries(richTags).map(([key, tag]) => [key, String(tag)]),
      ),
    });
    // Zipkin has no duration of 0.
    expect(spans.at(-1)).toMatchObject({ name: '', duration: 0.001 });
  });

  it.each(otlpSamples())(
    '%s of others is understood by FakeJaeger as well',
    async (_file, sample) => {
      const jaeger = new FakeJaeger();
      const [status] = await deliver(jaeger, '/v1/traces', JSON.stringify(sample));

      expect([status, jaeger.traces.length]).toEqual([200, 1]);
    },
  );

  it.each(zipkinSamples())(
    '%s of others is understood by FakeZipkin as well',
    async (_file, list) => {
      const zipkin = new FakeZipkin();

      expect(await deliver(zipkin, '/api/v2/spans', JSON.stringify(list))).toEqual([202, '']);
      expect(zipkin.traces[0]?.spans).toHaveLength(list.length);
    },
  );
});
