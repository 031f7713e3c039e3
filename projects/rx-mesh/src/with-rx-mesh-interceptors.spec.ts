import { HttpClient, provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MetricsService } from 'rx-mesh/metrics';
import { Tracer } from 'rx-mesh/tracing';
import { withRxMeshInterceptors } from './with-rx-mesh-interceptors';

describe(withRxMeshInterceptors.name, () => {
  it('traces and measures every request of HttpClient, each once', () => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(withRxMeshInterceptors()), provideHttpClientTesting()],
    });
    const spans: string[] = [];
    TestBed.inject(Tracer).finished$.subscribe(({ traceId }) => spans.push(traceId));
    TestBed.inject(HttpClient).get('/orders/7').subscribe();
    const { request, flush } = bound(TestBed.inject(HttpTestingController).expectOne('/orders/7'));
    flush('ok');
    expect(request.headers.get('traceparent')).toContain(spans[0]);
    expect(spans).toHaveLength(1);
    const [measured] = TestBed.inject(MetricsService)
      .collect()
      .filter(({ name }) => name === 'http.client.request.duration');
    expect(measured).toMatchObject({ count: 1, tags: { 'url.template': '/orders/:id' } });
  });
});

function bound(test: ReturnType<HttpTestingController['expectOne']>) {
  return { request: test.request, flush: (body: string) => test.flush(body) };
}
