import { provideHttpClient } from '@angular/common/http';
import { provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { take } from 'rxjs';
import { CircuitBreakerService } from 'rx-mesh/resilience';
import { ServiceRegistry } from 'rx-mesh/mesh';
import { ManualPage, provideRxMeshTesting } from 'rx-mesh/testing';
import { provideRxMesh, withCommunication } from 'rx-mesh';
import { callWorld } from '../spec-support/call-world';
import type { ServiceHealthReport } from './health-report';
import { MicroservicesCommunicationService } from './microservices-communication-service';

function world() {
  const made = callWorld(
    provideRxMesh(withCommunication({ healthPeriod: 10_000, healthTimeout: 1000 })),
  );
  const services = TestBed.inject(MicroservicesCommunicationService);
  const watch = () => made.see<ServiceHealthReport>(services.serviceHealth$);
  return { ...made, services, watch };
}

const healthOf = (report: ServiceHealthReport | undefined) =>
  report?.services.get('orders')?.instances.map(({ health }) => health);

describe('serviceHealth$', () => {
  it('asks every instance at once, and again after each rest, while somebody listens', () => {
    const { clock, open, services, watch } = world();

    expect([open().length, services.serviceHealth()]).toEqual([0, undefined]);

    const first = watch();
    const second = watch();
    const requests = open();

    expect(requests.map(({ request }) => request.url)).toEqual([
      'https://a.example/health',
      'https://b.example/health',
    ]);

    for (const request of requests) request.flush('fine');

    expect(first.values).toEqual(second.values);
    expect(first.values[0]?.services.get('orders')).toMatchObject({
      health: 'healthy',
      circuit: 'closed',
    });
    expect(services.serviceHealth()).toBe(first.values[0]);

    clock.advance(10_000);

    expect(open()).toHaveLength(2);

    first.leave();
    second.leave();
    clock.advance(60_000);

    expect([open().length, clock.pending]).toEqual([0, 0]);
  });

  it('reports what hangs, what is slow and what fails; nothing holds up the report', () => {
    const { clock, open, watch } = world();
    const seen = watch();
    const [slow] = open();
    clock.advance(501);
    slow?.flush('fine');
    clock.advance(499);

    expect(healthOf(seen.values[0])).toEqual(['degraded', 'unhealthy']);
    expect(seen.values[0]?.services.get('orders')?.health).toBe('degraded');
  });

  it.each([
    [500, 'unhealthy'],
    [404, 'unknown'],
  ])('takes a status of %p for %s', (status, health) => {
    const { open, watch } = world();
    const seen = watch();
    for (const request of open()) request.flush('', { status, statusText: 'no' });

    expect(seen.values[0]?.services.get('orders')?.health).toBe(health);
  });

  it('knows nothing while the browser is offline', () => {
    const { open, watch } = world();
    TestBed.inject(ManualPage).goOffline();
    const seen = watch();
    for (const request of open()) request.error(new ProgressEvent('error'), { status: 0 });

    expect(healthOf(seen.values[0])).toEqual(['unknown', 'unknown']);
  });

  it('reports an empty registry', () => {
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), provideHttpClient(), provideHttpClientTesting()],
    });
    const reports: ServiceHealthReport[] = [];
    TestBed.inject(MicroservicesCommunicationService)
      .serviceHealth$.pipe(take(1))
      .subscribe((report) => reports.push(report));

    expect(reports).toMatchObject([{ services: new Map() }]);
  });

  it('shows the circuit of each service', () => {
    const { open, watch } = world();
    const registry = TestBed.inject(ServiceRegistry);
    TestBed.inject(CircuitBreakerService).isolate('orders');
    const isolated = watch();
    for (const request of open()) request.flush('');

    expect(isolated.values[0]?.services.get('orders')?.circuit).toBe('isolated');
    expect(registry.names()).toEqual(['orders']);
  });

  it('starts no second round when the registry changes', () => {
    const { open, watch } = world();
    const seen = watch();
    const requests = open();
    const registry = TestBed.inject(ServiceRegistry);
    const [instance] = registry.instancesOf('orders');
    if (instance) registry.register({ ...instance, id: 'c', url: 'https://c.example' });

    expect(open()).toHaveLength(0);

    for (const request of requests) request.flush('');

    expect(seen.values).toHaveLength(1);
  });

  it.each([{ healthPath: 'health' }, { healthPeriod: 0 }, { healthTimeout: -1 }])(
    'refuses %j',
    (options) => {
      expect(() => withCommunication(options)).toThrow('CommunicationOptions');
    },
  );
});
