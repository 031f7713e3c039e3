import {
  HttpClient,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { of } from 'rxjs';
import { collectMetrics } from './collect-metrics';
import { metricsInterceptor } from './metrics-interceptor';
import { MetricsService } from './metrics-service';

describe(`${MetricsService.name} on the server`, () => {
  it('records and shows as in a browser', () => {
    const metrics = TestBed.inject(MetricsService);
    of(1)
      .pipe(collectMetrics('s', {}, metrics))
      .subscribe();

    expect(metrics.series().map(({ name }) => name)).toEqual([
      's.items',
      's.in_flight',
      's.duration',
    ]);
  });

  it('ends its stream at once, so that no page waits for it', () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const seen: unknown[] = [];
    TestBed.inject(MetricsService).series$.subscribe({
      next: (series) => seen.push(series),
      complete: () => seen.push('end'),
    });

    expect([seen, TestBed.inject(ManualClock).pending]).toEqual([['end'], 0]);
  });

  it('takes the host of the page for that of a relative request', () => {
    const answer = new HttpResponse({ status: 200 });
    TestBed.configureTestingModule({
      providers: [provideHttpClient(withInterceptors([metricsInterceptor, () => of(answer)]))],
    });
    TestBed.inject(HttpClient).get('/api/orders/42').subscribe();

    expect(TestBed.inject(MetricsService).collect()).toMatchObject([
      {
        name: 'http.client.request.duration',
        count: 1,
        tags: { 'server.address': 'server.test', 'url.template': '/api/orders/:id' },
      },
      { name: 'http.client.active_requests', value: 0 },
    ]);
  });

  it.each([
    ['looks for the base where Angular does', 'items', '/shop/items', 'cdn.example'],
    ['needs no base for an absolute URL', 'https://api.example/items', '/items', 'api.example'],
  ])('%s', (_, url, template, address) => {
    const base = { getAttribute: () => 'https://cdn.example/shop/' };
    const page = { location: { href: 'https://shop.example/cart/7' }, querySelector: () => base };
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(
          withInterceptors([metricsInterceptor, () => of(new HttpResponse({ status: 200 }))]),
        ),
        { provide: DOCUMENT, useValue: page },
      ],
    });
    TestBed.inject(HttpClient).get(url).subscribe();
    const [duration] = TestBed.inject(MetricsService).collect();

    expect(duration?.tags).toMatchObject({ 'url.template': template, 'server.address': address });
  });
});
