import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MetricsService, Tracer } from 'rx-mesh';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { carefulProviders } from './careful';

describe('A careful application', () => {
  it('has no secrets in its telemetry, and tells no stranger of a trace', () => {
    TestBed.configureTestingModule({
      providers: [carefulProviders, provideHttpClientTesting(), provideRxMeshTesting()],
    });
    const url = 'https://anna:secret@cdn.example/a?token=secret&q=tea#secret';
    const seen = see(TestBed.inject(HttpClient).get(url));
    const request = TestBed.inject(HttpTestingController).expectOne(() => true);
    expect(request.request.headers.keys()).toEqual([]);
    request.flush({ error: 'secret' }, { status: 500, statusText: 'secret' });
    expect(seen.errors).toHaveLength(1);
    const spans = JSON.stringify(TestBed.inject(Tracer).recentSpans());
    expect(spans).toContain('q=tea');
    expect(spans).not.toContain('secret');

    const metrics = TestBed.inject(MetricsService);
    metrics.incrementCounter('orders.paid', { customer: 'anna', currency: 'EUR' });
    const [paid] = metrics.collect().filter(({ name }) => name === 'orders.paid');
    expect(paid?.tags).toEqual({ currency: 'EUR' });
    expect(JSON.stringify(metrics.collect())).not.toContain('secret');
  });
});
