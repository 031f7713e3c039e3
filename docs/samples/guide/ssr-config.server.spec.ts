import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { CircuitBreakerService, MicroservicesCommunicationService } from 'rx-mesh';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { appConfig } from './ssr-config';

const setUp = () => {
  TestBed.configureTestingModule({
    providers: [...appConfig.providers, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  const services = TestBed.inject(MicroservicesCommunicationService);
  return {
    call: () => see(services.callService({ service: 'orders', path: '/orders/7' })),
    clock: TestBed.inject(ManualClock),
    http: TestBed.inject(HttpTestingController),
    services,
  };
};

describe('An application that is rendered', () => {
  it('waits for a service that hangs until the deadline, and no longer', () => {
    const { call, clock, http } = setUp();
    const seen = call();
    clock.advance(2000);
    expect(seen.errors).toHaveLength(1);
    expect(http.match(() => true).every(({ cancelled }) => cancelled)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('has nothing that ticks, and asks for the health of nobody', () => {
    const { clock, http, services } = setUp();
    const health = see(services.serviceHealth$);
    expect(health).toMatchObject({ values: [], completed: true });
    http.verify();
    expect(clock.pending).toBe(0);
  });

  it('shares no breaker with the page of somebody else', () => {
    const { call, http } = setUp();
    call();
    for (const request of http.match(() => true)) {
      request.flush('', { status: 500, statusText: 'Ill' });
    }
    expect(TestBed.inject(CircuitBreakerService).status().has('orders')).toBe(true);
    TestBed.resetTestingModule();
    setUp();
    expect(TestBed.inject(CircuitBreakerService).status().size).toBe(0);
  });
});
