import { TestBed } from '@angular/core/testing';
import { trace } from '@opentelemetry/api';
import { Tracer, withSpan } from 'rx-mesh/tracing';
import { Observable, of } from 'rxjs';
import { OtelWorld, anApplication } from '../spec-support/otel-world';
import { OpenTelemetryContext } from './open-telemetry-context';
import { withOpenTelemetry } from './with-open-telemetry';

describe(OpenTelemetryContext.name, () => {
  let world: OtelWorld;

  beforeEach(() => (world = new OtelWorld()));
  afterEach(() => world.clear());

  const setUp = () => {
    const app = world.trace();
    const { tracer } = anApplication({}, withOpenTelemetry());
    return { app, tracer, otel: TestBed.inject(OpenTelemetryContext) };
  };

  it('makes a span of ours active for what instrumentations record meanwhile', async () => {
    const { app, tracer, otel } = setUp();
    const span = tracer.startSpan('checkout');
    const answer = otel.run(span, () => {
      trace.getActiveSpan()?.setAttribute('app.step', 'pay');
      app.startSpan('fetch').end();
      return 7;
    });
    tracer.end(span.spanId);
    const [fetched, checkout] = await world.spans();

    expect([answer, trace.getActiveSpan()]).toEqual([7, undefined]);
    expect(fetched?.parentSpanContext?.spanId).toBe(span.spanId);
    expect(checkout?.attributes).toEqual({ 'app.step': 'pay' });
  });

  it('makes spans of ours nest by themselves', () => {
    const { tracer, otel } = setUp();
    const outer = tracer.startSpan('outer');
    const inner = otel.run(outer, () => tracer.startSpan('inner'));

    expect([inner.traceId, inner.parentSpanId]).toEqual([outer.traceId, outer.spanId]);
  });

  it('makes the context of a span active that ended, or of another service', () => {
    const { app, tracer, otel } = setUp();
    const ended = tracer.startSpan('ended');
    tracer.end(ended.spanId);
    const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), remote: true };

    expect(otel.run(ended, () => otel.active())).toMatchObject({
      spanId: ended.spanId,
      sampled: true,
      remote: false,
    });
    expect(otel.run(remote, () => otel.active())).toEqual({
      ...remote,
      sampled: true,
      random: false,
      traceState: undefined,
    });
    expect(app.startSpan('alone').isRecording()).toBe(true);
  });

  it('tells of the active span of the application, and of none', () => {
    const { app, otel } = setUp();

    expect(otel.active()).toBeUndefined();

    app.startActiveSpan('click', (click) => {
      expect(otel.active()?.spanId).toBe(click.spanContext().spanId);
    });
  });

  it('throws what the work throws, and leaves nothing active', () => {
    const { tracer, otel } = setUp();
    const failure = new Error('work');
    const work = () =>
      otel.run(tracer.startSpan('load'), () => {
        throw failure;
      });

    expect(work).toThrow(failure);
    expect(otel.active()).toBeUndefined();
  });

  it('does work as it is where ids are malformed', () => {
    const { otel } = setUp();

    expect(otel.run({ traceId: 'x', spanId: 'y' }, () => otel.active())).toBeUndefined();
  });

  it('subscribes to a stream inside of a span, and leaves it with its subscriber', () => {
    const { tracer, otel } = setUp();
    const span = tracer.startSpan('load');
    const seen: unknown[] = [];
    const source = new Observable<number>((subscriber) => {
      seen.push(otel.active()?.spanId);
      subscriber.next(1);
      return () => seen.push('left');
    });
    source
      .pipe(otel.subscribeIn(span))
      .subscribe((value) => seen.push(value))
      .unsubscribe();

    expect(seen).toEqual([span.spanId, 1, 'left']);
  });

  it('goes together with withSpan', async () => {
    const { app, tracer, otel } = setUp();
    const pay = () => {
      app.startSpan('pay').end();
      return of('paid');
    };
    withSpan('checkout', (span) => otel.run(span, pay), { tracer }).subscribe();
    const [paid, checkout] = await world.spans();

    expect([paid?.name, checkout?.name]).toEqual(['pay', 'checkout']);
    expect(paid?.parentSpanContext?.spanId).toBe(checkout?.spanContext().spanId);
  });

  it('works without withOpenTelemetry, by ids alone', () => {
    world.trace();
    anApplication({});
    const otel = TestBed.inject(OpenTelemetryContext);
    const span = TestBed.inject(Tracer).startSpan('load');

    expect(otel.run(span, () => otel.active()?.spanId)).toBe(span.spanId);
  });

  it('does nothing without a context manager', () => {
    anApplication({}, withOpenTelemetry());
    const otel = TestBed.inject(OpenTelemetryContext);
    const span = TestBed.inject(Tracer).startSpan('load');

    expect(otel.run(span, () => otel.active())).toBeUndefined();
  });
});
