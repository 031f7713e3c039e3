import { TestBed } from '@angular/core/testing';
import { type Tracer as ApiTracer, INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { MetricsService } from 'rx-mesh/metrics';
import { ManualClock } from 'rx-mesh/testing';
import { OtelWorld, anApplication } from '../spec-support/otel-world';
import { MetricMirror } from './metric-mirror';
import { OpenTelemetryTracer } from './open-telemetry-tracer';
import { withOpenTelemetry } from './with-open-telemetry';

describe(withOpenTelemetry.name, () => {
  let world: OtelWorld;

  beforeEach(() => (world = new OtelWorld()));
  afterEach(() => world.clear());

  it('changes nothing while there is no SDK', () => {
    const { tracer, told } = anApplication({}, withOpenTelemetry());
    const root = tracer.startSpan('root', { baggage: { user: '7' } });
    const child = tracer.startSpan('child', { parent: root });
    tracer.tag(child.spanId, 'a', 1);

    expect([root, child]).toMatchObject([
      { traceId: `${'0'.repeat(31)}1`, spanId: `${'0'.repeat(15)}1`, sampled: true },
      { traceId: root.traceId, spanId: `${'0'.repeat(15)}2`, parentSpanId: root.spanId },
    ]);
    expect([child, root].map(({ spanId }) => tracer.end(spanId))).toEqual([true, true]);
    expect(tracer.recentSpans().map(({ tags, baggage }) => [tags, baggage])).toEqual([
      [{ a: 1 }, { user: '7' }],
      [{}, { user: '7' }],
    ]);
    expect(told.records).toEqual([]);
  });

  it('follows the parent and the sampler of withTracing while there is no SDK', () => {
    const { tracer } = anApplication({ sampleRatio: 0 }, withOpenTelemetry());
    const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), remote: true };
    tracer.useTraceContext(remote);

    expect(tracer.startSpan('root', { parent: null }).sampled).toBe(false);
    expect(tracer.startSpan('child')).toMatchObject({ parentSpanId: remote.spanId, sampled: true });
  });

  it('finds an SDK that is registered later, for spans that begin from then on', async () => {
    const { tracer } = anApplication({}, withOpenTelemetry());
    const before = tracer.startSpan('before');
    world.trace();
    const after = tracer.startSpan('after', { parent: before });
    tracer.end(after.spanId);
    tracer.end(before.spanId);
    const sent = await world.spans();

    expect(sent.map(({ name }) => name)).toEqual(['after']);
    expect(sent[0]?.parentSpanContext?.spanId).toBe(before.spanId);
  });

  it('takes no ids of a provider that does nothing, which gives those of the parent', () => {
    const tracerOfNone: ApiTracer = {
      startSpan: (_name, _options, within) =>
        (within && trace.getSpan(within)) ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
      startActiveSpan: () => undefined as never,
    };
    trace.setGlobalTracerProvider({ getTracer: () => tracerOfNone });
    const { tracer } = anApplication({}, withOpenTelemetry());
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', { parent: root });

    expect([root, child].map(({ spanId }) => spanId)).toEqual([
      '0000000000000001',
      '0000000000000002',
    ]);
    expect(child.parentSpanId).toBe(root.spanId);
  });

  it('sends nothing of an application that has ended', async () => {
    world.trace();
    const { tracer } = anApplication({}, withOpenTelemetry());
    const open = tracer.startSpan('open');
    TestBed.resetTestingModule();
    tracer.end(open.spanId);
    tracer.end(tracer.startSpan('late').spanId);

    expect(await world.spans()).toEqual([]);
  });

  it('bridges what it is asked to, and no more', async () => {
    world.trace();
    const reader = world.meter();
    const { tracer } = anApplication({}, withOpenTelemetry({ tracing: false }));
    TestBed.inject(MetricsService).incrementCounter('orders');
    TestBed.inject(MetricMirror).look();
    tracer.end(tracer.startSpan('load').spanId);

    expect(tracer).not.toBeInstanceOf(OpenTelemetryTracer);
    expect(await world.spans()).toEqual([]);
    expect(await reader.read()).toEqual({ orders: [[1, {}]] });

    TestBed.resetTestingModule();
    const other = anApplication({}, withOpenTelemetry({ metrics: false }));

    expect(other.tracer).toBeInstanceOf(OpenTelemetryTracer);
    expect(TestBed.inject(MetricMirror, null, { optional: true })).toBeNull();
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });

  it.each([{ lookPeriod: 0 }, { lookPeriod: NaN }, { tracing: 1 }, { metrics: null }])(
    'refuses %p',
    (options) => {
      expect(() => withOpenTelemetry(options as never)).toThrow(InvalidOptionError);
    },
  );
});
