import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { SpanKind, TraceFlags, context, createContextKey, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler as SdkSampler,
  SamplingDecision,
} from '@opentelemetry/sdk-trace';
import { type Sampler, type TraceSpan, inTrace, tracingInterceptor } from 'rx-mesh/tracing';
import { OtelWorld, anApplication } from '../spec-support/otel-world';
import { OpenTelemetryTracer } from './open-telemetry-tracer';
import { TraceStateText } from './trace-state-text';
import { withOpenTelemetry } from './with-open-telemetry';

const REMOTE = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), remote: true };

describe(OpenTelemetryTracer.name, () => {
  let world: OtelWorld;

  beforeEach(() => (world = new OtelWorld()));
  afterEach(() => world.clear());

  const idsOf = ({ traceId, spanId }: TraceSpan) => [traceId, spanId];

  describe('parents', () => {
    it('gives a span and its child the ids of the SDK, parent and all', async () => {
      world.trace();
      const { tracer } = anApplication({}, withOpenTelemetry());
      const root = tracer.startSpan('root');
      const child = tracer.startSpan('child', { parent: root });
      tracer.end(child.spanId);
      tracer.end(root.spanId);
      const [first, second] = await world.spans();

      expect([first?.name, second?.name]).toEqual(['child', 'root']);
      expect(first?.spanContext()).toMatchObject({ traceId: child.traceId, spanId: child.spanId });
      expect(second?.spanContext()).toMatchObject({ traceId: root.traceId, spanId: root.spanId });
      expect([child.traceId, child.parentSpanId]).toEqual(idsOf(root));
      expect(first?.parentSpanContext).toMatchObject({
        traceId: root.traceId,
        spanId: root.spanId,
      });
      expect([second?.parentSpanContext, root.parentSpanId]).toEqual([undefined, undefined]);
      expect(second?.instrumentationScope.name).toBe('rx-mesh');
    });

    it('keeps the parent of a child that outlives it', async () => {
      world.trace();
      const { tracer } = anApplication({}, withOpenTelemetry());
      const root = tracer.startSpan('root');
      tracer.end(root.spanId);
      tracer.end(tracer.startSpan('late', { parent: root }).spanId);

      expect((await world.spans())[1]?.parentSpanContext).toMatchObject({ spanId: root.spanId });
    });

    it('hangs a span under one of another service', async () => {
      world.trace();
      const { tracer } = anApplication({}, withOpenTelemetry());
      const parent = { ...REMOTE, traceState: 'acme=1' };
      const span = tracer.startSpan('consume', { parent, kind: 'consumer' });
      tracer.end(span.spanId);
      const [sent] = await world.spans();

      expect(sent?.parentSpanContext).toMatchObject({
        traceId: REMOTE.traceId,
        spanId: REMOTE.spanId,
        isRemote: true,
        traceFlags: TraceFlags.SAMPLED,
      });
      expect(sent?.spanContext().traceState?.serialize()).toBe('acme=1');
      expect(span).toMatchObject({ traceId: REMOTE.traceId, traceState: 'acme=1', sampled: true });
    });

    it('hangs a span without a parent under the active span of the application', async () => {
      const app = world.trace();
      const { tracer } = anApplication({}, withOpenTelemetry());
      tracer.useTraceContext(REMOTE);
      app.startActiveSpan('click', (click) => {
        tracer.end(tracer.startSpan('load').spanId);
        click.end();
      });
      tracer.end(tracer.startSpan('later').spanId);
      const [load, click, later] = await world.spans();

      expect(load?.parentSpanContext).toEqual(click?.spanContext());
      expect(later?.parentSpanContext?.spanId).toBe(REMOTE.spanId);
    });

    it('begins a trace inside of the active span where it is told to, or the parent is malformed', async () => {
      const app = world.trace();
      const { tracer } = anApplication({}, withOpenTelemetry());
      app.startActiveSpan('click', () => {
        tracer.end(tracer.startSpan('alone', { parent: null }).spanId);
        tracer.end(tracer.startSpan('odd', { parent: { traceId: 'x', spanId: 'y' } }).spanId);
      });
      const sent = await world.spans();

      expect(sent.map(({ parentSpanContext }) => parentSpanContext)).toEqual([
        undefined,
        undefined,
      ]);
    });

    it('takes a parent that an instrumentation has made active by its ids alone', () => {
      world.trace();
      const { tracer } = anApplication({}, withOpenTelemetry());
      const active = trace.setSpanContext(context.active(), {
        ...REMOTE,
        isRemote: true,
        traceFlags: TraceFlags.NONE,
      });
      const span = context.with(active, () => tracer.startSpan('load'));

      expect(span).toMatchObject({ parentSpanId: REMOTE.spanId, sampled: false });
    });
  });

  it('tells servers of the ids that the SDK sends', async () => {
    world.trace();
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors([tracingInterceptor])),
        provideHttpClientTesting(),
      ],
    });
    const { tracer } = anApplication({}, withOpenTelemetry());
    const root = tracer.startSpan('checkout');
    TestBed.inject(HttpClient)
      .get('/orders', { context: inTrace(root) })
      .subscribe();
    const { request } = TestBed.inject(HttpTestingController).expectOne('/orders');
    TestBed.inject(HttpTestingController).verify();
    tracer.end([...tracer.activeSpans().keys()][1] ?? '');
    const [sent] = await world.spans();
    const { traceId, spanId } = sent?.spanContext() ?? REMOTE;

    expect(request.headers.get('traceparent')).toBe(`00-${traceId}-${spanId}-03`);
    expect(sent?.parentSpanContext?.spanId).toBe(root.spanId);
  });

  describe('sampling', () => {
    const none: Sampler = { sample: () => false };

    it('records nothing that the SDK does not sample, and hands its ids on', async () => {
      world.trace({ sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) });
      const { tracer } = anApplication({}, withOpenTelemetry());
      const root = tracer.startSpan('root', { baggage: { user: '7' }, kind: 'server' });
      const child = tracer.startSpan('child', { parent: root, baggage: { shop: '1' } });

      expect(tracer.end(root.spanId)).toBe(false);
      expect([tracer.activeSpans().size, await world.spans()]).toEqual([0, []]);
      expect(root).toMatchObject({
        sampled: false,
        random: true,
        baggage: { user: '7' },
        kind: 'server',
        startTime: new Date('2026-01-01T00:00:00Z'),
        parentSpanId: undefined,
      });
      expect(child).toMatchObject({
        traceId: root.traceId,
        parentSpanId: root.spanId,
        sampled: false,
        baggage: { user: '7', shop: '1' },
        kind: 'internal',
      });
      expect(tracer.startSpan('other', { parent: root }).baggage).toEqual({ user: '7' });
    });

    it('respects the decision of another service', async () => {
      world.trace({ sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }) });
      const { tracer } = anApplication({}, withOpenTelemetry());
      const span = tracer.startSpan('quiet', { parent: { ...REMOTE, sampled: false } });
      tracer.end(span.spanId);

      expect(span).toMatchObject({ traceId: REMOTE.traceId, sampled: false });
      expect(await world.spans()).toEqual([]);
    });

    it('sends nothing that withTracing does not sample', async () => {
      world.trace();
      const { tracer } = anApplication({ sampler: none }, withOpenTelemetry());
      const root = tracer.startSpan('root');
      tracer.end(root.spanId);
      tracer.end(tracer.startSpan('child', { parent: root }).spanId);

      expect(root.sampled).toBe(false);
      expect(await world.spans()).toEqual([]);
    });

    it('takes a span that the SDK records without a sample for one that is not sampled', async () => {
      const sampler = { shouldSample: () => ({ decision: SamplingDecision.RECORD }) };
      world.trace({ sampler });
      const { tracer } = anApplication({}, withOpenTelemetry());
      const span = tracer.startSpan('root');
      tracer.end(span.spanId);

      expect(span.sampled).toBe(false);
      expect(await world.spans()).toEqual([]);
    });

    it('asks the sampler of the SDK with kind, tags and links', () => {
      const asked: unknown[][] = [];
      const shouldSample: SdkSampler['shouldSample'] = (_context, _traceId, ...what) => {
        asked.push(what);
        return { decision: SamplingDecision.NOT_RECORD };
      };
      world.trace({ sampler: { shouldSample } });
      const { tracer } = anApplication({}, withOpenTelemetry());
      tracer.startSpan('load', { kind: 'client', tags: { a: 1 }, links: [{ context: REMOTE }] });

      expect(asked).toMatchObject([
        [
          'load',
          SpanKind.CLIENT,
          { a: 1 },
          [{ context: { spanId: REMOTE.spanId, isRemote: true } }],
        ],
      ]);
    });

    it('hands on what a sampler of the SDK writes into the tracestate, but at the root', () => {
      const shouldSample = () => ({
        decision: SamplingDecision.RECORD_AND_SAMPLED,
        traceState: new TraceStateText('ot=th:8'),
      });
      world.trace({ sampler: { shouldSample } });
      const { tracer } = anApplication({}, withOpenTelemetry());
      const root = tracer.startSpan('root');

      expect(root.traceState).toBeUndefined();
      expect(tracer.startSpan('child', { parent: root }).traceState).toBe('ot=th:8');
    });
  });

  it('goes on by itself inside of work that the application does not want to be traced', async () => {
    world.trace();
    const { tracer } = anApplication({}, withOpenTelemetry());
    const root = tracer.startSpan('root');
    // As `suppressTracing` of @opentelemetry/core, which the SDK looks for.
    const suppress = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    const span = context.with(context.active().setValue(suppress, true), () =>
      tracer.startSpan('export', { parent: root }),
    );

    expect(span).toMatchObject({ spanId: '0000000000000001', parentSpanId: root.spanId });
    expect([tracer.end(span.spanId), await world.spans()]).toEqual([true, []]);
  });

  it('takes its own ids again where a span is begun by who hears of another', async () => {
    world.trace();
    const { tracer } = anApplication({}, withOpenTelemetry());
    const nested: TraceSpan[] = [];
    const listener = tracer.events$.subscribe(({ type, span }) => {
      if (type === 'span-started' && nested.length === 0) {
        nested.push(tracer.startSpan('nested', { parent: span }));
      }
    });
    const root = tracer.startSpan('root');
    listener.unsubscribe();
    for (const { spanId } of [...nested, root]) tracer.end(spanId);
    const [inner, outer] = await world.spans();

    expect(inner?.parentSpanContext?.spanId).toBe(root.spanId);
    expect(outer?.spanContext().spanId).toBe(root.spanId);
  });

  it('ends the span of the SDK when the oldest active span gives way', async () => {
    world.trace();
    const { tracer } = anApplication({ maxActiveSpans: 1 }, withOpenTelemetry());
    tracer.startSpan('first');
    tracer.startSpan('second');
    const [sent] = await world.spans();

    expect([sent?.name, sent?.attributes]).toEqual(['first', { 'rx_mesh.evicted': true }]);
  });
});
