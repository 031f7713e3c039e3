import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { SpanExport, TRACE_FETCH } from 'rx-mesh';
import { FakeJaeger, FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see, settled } from '../cookbook/spec-support/see';
import { Checkout, tracedProviders } from './checkout-trace';

describe(Checkout.name, () => {
  it('sends a trace in which something failed, as a whole, though it was not sampled', async () => {
    const web = new FakeWeb();
    TestBed.configureTestingModule({
      providers: [
        tracedProviders,
        provideHttpClientTesting(),
        provideRxMeshTesting(),
        { provide: TRACE_FETCH, useValue: web.fetch },
      ],
    });
    const clock = TestBed.inject(ManualClock);
    const http = TestBed.inject(HttpTestingController);
    const jaeger = new FakeJaeger();
    web.host('http://page.test', jaeger.handle);
    const send = async () => {
      clock.advance(10_000);
      await settled();
      await TestBed.inject(SpanExport).flush();
    };

    see(TestBed.inject(Checkout).pay('order-1'));
    http.expectOne('/api/reservations').flush({});
    http.expectOne('/api/payments').flush({});
    await send();
    expect(jaeger.traces).toEqual([]);

    const seen = see(TestBed.inject(Checkout).pay('order-2'));
    http.expectOne('/api/reservations').flush({});
    http.expectOne('/api/payments').flush('', { status: 500, statusText: 'Ill' });
    expect(seen.errors).toHaveLength(1);
    await send();
    const [trace] = jaeger.traces;
    expect(trace?.spans.map(({ name }) => name).sort()).toEqual(['POST', 'POST', 'check out']);
  });
});
