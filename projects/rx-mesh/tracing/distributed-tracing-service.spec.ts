import {
  HttpClient,
  HttpContext,
  HttpHandler,
  HttpRequest,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, type Observable, of, throwError } from 'rxjs';
import { DistributedTracingService } from './distributed-tracing-service';
import type { TraceSpan } from './trace-span';
import { Tracer } from './tracer';
import { PARENT_TRACE, TracingInterceptor, tracingInterceptor } from './tracing-interceptor';

const PAGE = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

const setUp = () => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(withInterceptors([tracingInterceptor])),
      provideHttpClientTesting(),
    ],
  });
  const finished: TraceSpan[] = [];
  TestBed.inject(Tracer).finished$.subscribe((span) => finished.push(span));
  return { tracing: TestBed.inject(DistributedTracingService), finished };
};

describe(DistributedTracingService.name, () => {
  it('begins, tags and ends spans', () => {
    const { tracing, finished } = setUp();
    const sizes: number[] = [];
    tracing.activeSpans$.subscribe((spans) => sizes.push(spans.size));
    const { spanId } = tracing.startSpan('checkout');
    tracing.addSpanTag(spanId, 'items', 3);
    TestBed.inject(ManualClock).advance(7);

    expect(tracing.activeSpans().get(spanId)?.tags).toEqual({ items: 3 });

    const isEnded = tracing.finishSpan(spanId);
    const [ended] = tracing.recentSpans();

    expect(finished).toEqual([ended]);
    expect(ended).toMatchObject({ status: 'ok', duration: 7, tags: { items: 3 } });
    expect([isEnded, tracing.finishSpan(spanId, 'error')]).toEqual([true, false]);
    expect(sizes).toEqual([0, 1, 1, 0]);
  });

  it('keeps the status that it is told', () => {
    const { tracing, finished } = setUp();
    tracing.finishSpan(tracing.startSpan('a').spanId, 'timeout');

    expect(finished).toMatchObject([{ status: 'timeout' }]);
  });

  it('begins within the parent that is given, else within the page, and with null anew', () => {
    const { tracing } = setUp();
    const contexts: unknown[] = [];
    tracing.traceContext$.subscribe((context) => contexts.push(context));
    tracing.useTraceContext(PAGE);
    const child = tracing.startSpan('a');
    const grandchild = tracing.startSpan('b', child);
    const stranger = tracing.startSpan('c', null);

    expect([child, grandchild, stranger].map(({ parentSpanId }) => parentSpanId)).toEqual([
      PAGE.spanId,
      child.spanId,
      undefined,
    ]);
    expect([child.traceId, grandchild.traceId]).toEqual([PAGE.traceId, PAGE.traceId]);

    tracing.useTraceContext(null);

    expect(contexts).toEqual([null, PAGE, null]);
    expect(tracing.traceContext()).toBeNull();
  });

  it('gives an interceptor for a chain of handlers', () => {
    const { tracing, finished } = setUp();
    const interceptor = tracing.createTracingInterceptor();
    const sent: (string | null)[] = [];
    class Backend extends HttpHandler {
      override handle(request: HttpRequest<unknown>) {
        sent.push(request.headers.get('traceparent'));
        return of(new HttpResponse({ status: 204 }));
      }
    }
    interceptor.intercept(new HttpRequest('DELETE', '/orders/7'), new Backend()).subscribe();

    expect(interceptor).toBeInstanceOf(TracingInterceptor);
    expect(sent).toEqual(['00-00000000000000000000000000000001-0000000000000001-03']);
    expect(finished).toMatchObject([{ operationName: 'DELETE', status: 'ok' }]);
  });

  describe('a call of a service', () => {
    const ends = (spans: readonly TraceSpan[]) =>
      spans.map(({ operationName, status }) => `${operationName} ${status}`);

    it('is made once a subscription, in a span', () => {
      const { tracing, finished } = setUp();
      const call = jest.fn(() => of(1, 2));
      const call$ = tracing.traceServiceCall('orders', 'list', call);

      expect(call).not.toHaveBeenCalled();

      const seen: unknown[] = [];
      call$.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('end') });
      call$.subscribe();

      expect(call).toHaveBeenCalledTimes(2);
      expect(seen).toEqual([1, 2, 'end']);
      expect(finished).toMatchObject([
        {
          operationName: 'orders.list',
          status: 'ok',
          tags: { 'rx_mesh.service': 'orders', 'rx_mesh.operation': 'list' },
        },
        { operationName: 'orders.list', status: 'ok' },
      ]);
    });

    it('ends once when it fails, throws or is left', () => {
      const { tracing, finished } = setUp();
      const errors: unknown[] = [];
      const make = (name: string, call: () => Observable<unknown>) =>
        tracing
          .traceServiceCall('orders', name, call)
          .subscribe({ error: (error: unknown) => errors.push(error) });
      make('fails', () => throwError(() => new Error('down')));
      make('throws', () => {
        throw new RangeError('a bug');
      });
      make('left', () => NEVER).unsubscribe();

      expect(errors).toEqual([new Error('down'), new RangeError('a bug')]);
      expect(ends(finished)).toEqual([
        'orders.fails error',
        'orders.throws error',
        'orders.left cancelled',
      ]);
      expect(tracing.activeSpans().size).toBe(0);
    });

    it('can hand its span to the requests that it makes, side by side with another', () => {
      const { tracing, finished } = setUp();
      const http = TestBed.inject(HttpClient);
      for (const path of ['/a', '/b']) {
        tracing
          .traceServiceCall('orders', path, (trace) =>
            http.get(path, { context: new HttpContext().set(PARENT_TRACE, trace) }),
          )
          .subscribe();
      }
      for (const path of ['/b', '/a'])
        TestBed.inject(HttpTestingController).expectOne(path).flush(0);
      const [requestB, callB, requestA, callA] = finished;

      expect(ends(finished)).toEqual(['GET ok', 'orders./b ok', 'GET ok', 'orders./a ok']);
      expect([requestA?.parentSpanId, requestB?.parentSpanId]).toEqual([
        callA?.spanId,
        callB?.spanId,
      ]);
      expect([requestA?.traceId, requestB?.traceId]).toEqual([callA?.traceId, callB?.traceId]);
      expect(callA?.traceId).not.toBe(callB?.traceId);
    });
  });
});
