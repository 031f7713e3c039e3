import { TestBed } from '@angular/core/testing';
import { callWorld } from '../spec-support/call-world';
import { MicroservicesCommunicationService } from './microservices-communication-service';
import { withCommunication } from './with-communication';
import { provideRxMesh } from 'rx-mesh';

describe(MicroservicesCommunicationService.name, () => {
  it('calls a service and shows its breaker, as a signal and as a stream', () => {
    const { events, open, see } = callWorld();
    const services = TestBed.inject(MicroservicesCommunicationService);
    const status = see(services.circuitBreakerStatus$);
    const told = see(services.serviceCallEvents$);
    expect(services.circuitBreakerStatus().size).toBe(0);
    const seen = see(services.callService<string>({ service: 'orders' }));
    open()[0]?.flush('ok');
    expect(seen).toMatchObject({ values: ['ok'], completed: true });
    expect(services.circuitBreakerStatus().get('orders')).toMatchObject({
      state: 'closed',
      successCount: 1,
    });
    expect(status.values.at(-1)).toBe(services.circuitBreakerStatus());
    expect(told.values).toEqual(events);
  });
});

describe(withCommunication.name, () => {
  it('sets how long calls may take', () => {
    const { clock, see } = callWorld(
      provideRxMesh(withCommunication({ timeout: 50, deadline: 60 })),
    );
    const services = TestBed.inject(MicroservicesCommunicationService);
    const seen = see(services.callService({ service: 'orders' }));
    clock.advance(60);
    expect(seen.errors).toHaveLength(1);
  });

  it('refuses what cannot be waited for', () => {
    expect(() => withCommunication({ deadline: 2 ** 31 })).toThrow(
      'CommunicationOptions.deadline is 2147483648, but must be at most 2147483647 (24 days).',
    );
    expect(() => withCommunication({ timeout: 0 })).toThrow(
      'CommunicationOptions.timeout is 0, but must be a number above 0.',
    );
  });
});
