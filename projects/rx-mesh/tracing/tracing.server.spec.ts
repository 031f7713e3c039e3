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
import {
  DistributedTracingService,
  type TraceSpan,
  Tracer,
  tracingInterceptor,
} from './public-api';

const setUp = (...providers: unknown[]) => {
  const sent: (string | null)[] = [];
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(
        withInterceptors([
          tracingInterceptor,
          (request) => {
            sent.push(request.headers.get('traceparent'));
            return of(new HttpResponse({ status: 200 }));
          },
        ]),
      ),
      ...providers,
    ],
  });
  const finished: TraceSpan[] = [];
  TestBed.inject(Tracer).finished$.subscribe((span) => finished.push(span));
  return { sent, finished, http: TestBed.inject(HttpClient) };
};

describe('tracing on a server', () => {
  it('takes the address of the page for its own origin, and of relative requests', () => {
    const { sent, finished, http } = setUp();
    http.get('/api/orders').subscribe();
    http.get('http://server.test/api/orders').subscribe();
    http.get('http://other.test/api/orders').subscribe();

    expect(sent).toEqual([
      '00-00000000000000000000000000000001-0000000000000001-03',
      '00-00000000000000000000000000000002-0000000000000002-03',
      null,
    ]);
    expect(finished.map(({ tags }) => [tags['url.full'], tags['server.port']])).toEqual([
      ['http://server.test/api/orders', 80],
      ['http://server.test/api/orders', 80],
      ['http://other.test/api/orders', 80],
    ]);
  });

  it('never asks a document of a server for its base, which throws', () => {
    const page = {
      location: { href: 'https://shop.example/cart' },
      get baseURI() {
        throw new Error('NotYetImplemented');
      },
    };
    const { sent, http } = setUp({ provide: DOCUMENT, useValue: page });
    http.get('/api').subscribe();

    expect(sent).toEqual([expect.stringMatching(/^00-/)]);
  });

  it('looks for the base where Angular does, so that no other origin is told', () => {
    const base = { getAttribute: () => 'https://cdn.example/shop/' };
    const page = { location: { href: 'https://shop.example/cart/7' }, querySelector: () => base };
    const { sent, finished, http } = setUp({ provide: DOCUMENT, useValue: page });
    http.get('orders').subscribe();

    expect(sent).toEqual([null]);
    expect(finished[0]?.tags['url.full']).toBe('https://cdn.example/shop/orders');
  });

  it('tells nobody of a trace where the page has no address', () => {
    const { sent, finished, http } = setUp({ provide: DOCUMENT, useValue: { location: null } });
    http.get('/api').subscribe();
    http.get('http://server.test/api').subscribe();

    expect(sent).toEqual([null, null]);
    expect(finished.map(({ tags }) => tags['server.address'])).toEqual([undefined, 'server.test']);
  });

  it('sets no timer, and shares nothing between two requests', () => {
    setUp();
    const tracing = TestBed.inject(DistributedTracingService);
    tracing.startSpan('render');

    expect([tracing.activeSpans().size, TestBed.inject(ManualClock).pending]).toEqual([1, 0]);

    TestBed.resetTestingModule();
    setUp();

    expect(TestBed.inject(DistributedTracingService).activeSpans().size).toBe(0);
  });
});
