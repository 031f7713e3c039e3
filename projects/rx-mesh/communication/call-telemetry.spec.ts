import { HttpContext } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { MetricsService } from 'rx-mesh/metrics';
import { PARENT_TRACE, type TraceSpan, Tracer } from 'rx-mesh/tracing';
import { of } from 'rxjs';
import { provideRxMesh, withResilience } from 'rx-mesh';
import { callWorld } from '../spec-support/call-world';
import { CallTelemetry } from './call-telemetry';

const UNAVAILABLE = { status: 503, statusText: 'Service Unavailable' };

function world() {
  // After a time-out the throttle would spare most calls.
  const made = callWorld(provideRxMesh(withResilience({ throttle: false })));
  const spans: TraceSpan[] = [];
  TestBed.inject(Tracer).finished$.subscribe((span) => spans.push(span));
  const metrics = TestBed.inject(MetricsService);
  const series = (name: string) => metrics.collect().filter((one) => one.name === name);
  return { ...made, spans, series };
}

describe(CallTelemetry.name, () => {
  it('puts every attempt of a call below one span', () => {
    const { caller, clock, open, see, spans } = world();
    see(caller.call({ service: 'orders', path: '/orders/7' }));
    open()[0]?.flush('busy', UNAVAILABLE);
    clock.advance(200);
    const [retried] = open();
    retried?.flush('ok');
    const [first, second, call] = spans;
    expect(call).toMatchObject({ operationName: 'orders GET /orders/:id', status: 'ok' });
    expect(call?.tags).toMatchObject({ 'rx_mesh.service': 'orders', 'rx_mesh.attempts': 2 });
    expect(call?.logs.map(({ message }) => message)).toEqual(['retry scheduled']);
    for (const attempt of [first, second]) {
      expect(attempt).toMatchObject({ traceId: call?.traceId, parentSpanId: call?.spanId });
      expect(attempt?.operationName).toBe('GET /orders/:id');
    }
    expect(TestBed.inject(Tracer).activeSpans().size).toBe(0);
  });

  it('joins the trace of whoever calls', () => {
    const { caller, open, see, spans } = world();
    const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };
    const context = new HttpContext().set(PARENT_TRACE, parent);
    see(caller.call({ service: 'orders', context }));
    open()[0]?.flush('ok');
    expect(spans.map(({ traceId }) => traceId)).toEqual([parent.traceId, parent.traceId]);
    expect(spans[1]?.parentSpanId).toBe(parent.spanId);
    expect(context.get(PARENT_TRACE)).toBe(parent); // what was given is not written to
  });

  it('tells a time-out, a failure and a departure apart', () => {
    const { caller, clock, open, see, spans } = world();
    see(caller.call({ service: 'orders', retries: 0, timeout: 100 }));
    clock.advance(100);
    see(caller.call({ service: 'orders', retries: 0 }));
    open().at(-1)?.flush('busy', UNAVAILABLE);
    see(caller.call({ service: 'orders' })).leave();
    const calls = spans.filter(({ operationName }) => operationName.startsWith('orders'));
    expect(calls.map(({ status }) => status)).toEqual(['timeout', 'error', 'cancelled']);
  });

  it('counts calls, retries, rejections and fallbacks', () => {
    const { caller, clock, open, see, series } = world();
    see(caller.call({ service: 'orders' }));
    open()[0]?.flush('busy', UNAVAILABLE);
    clock.advance(200);
    open()[0]?.flush('ok');
    see(caller.call({ service: 'nowhere', fallback: () => of('stand-in') }));
    clock.advance(2000);
    const calls = series('rx_mesh.call.duration').map(({ count, tags }) => ({ count, tags }));
    expect(calls).toEqual([
      { count: 1, tags: { service: 'orders', outcome: 'success' } },
      { count: 1, tags: { service: 'nowhere', outcome: 'fallback' } },
    ]);
    expect(series('rx_mesh.call.retries')).toMatchObject([
      { value: 1, tags: { service: 'orders' } },
    ]);
    expect(series('rx_mesh.call.rejections')).toMatchObject([
      { value: 1, tags: { service: 'nowhere', reason: 'RXM301' } },
    ]);
    expect(series('circuit_breaker_fallback')).toMatchObject([
      { value: 1, tags: { service: 'nowhere' } },
    ]);
  });

  it('makes no event when nobody listens', () => {
    const { caller, open, see } = callWorld();
    const emitted = see(caller.events$);
    emitted.leave();
    see(caller.call({ service: 'orders' }));
    open()[0]?.flush('ok');
    expect(emitted.values).toEqual([]);
  });
});
