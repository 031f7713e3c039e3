import { TestBed } from '@angular/core/testing';
import {
  FakeEureka,
  FakeWeb,
  ManualClock,
  provideRxMeshTesting,
  RecordingDiagnostics,
} from 'rx-mesh/testing';
import { anInstance } from '../../../spec-support/contracts/fake-registry-source';
import { settled } from '../../../spec-support/settled';
import { ServiceRegistry } from '../../service-registry';
import { REGISTRY_FETCH } from '../registry/registry-request';
import { EurekaService } from './eureka-service';
import { withEureka } from './with-eureka';

const setUp = () => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      ...withEureka({ url: 'http://eureka.test/eureka' }).ɵproviders,
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const eureka = new FakeEureka({ clock });
  web.host('http://eureka.test', eureka.handle);
  eureka.register({ app: 'orders', id: 'a', hostName: 'a.test' });
  const events: unknown[] = [];
  const observer = {
    next: (value: unknown) => events.push(value),
    error: (error: unknown) => events.push(error),
    complete: () => events.push('complete'),
  };
  return { web, clock, eureka, events, observer, service: TestBed.inject(EurekaService) };
};

describe('EurekaService on a server', () => {
  it('asks nobody by itself', async () => {
    const { web, clock } = setUp();
    TestBed.inject(ServiceRegistry);
    await settled();

    expect([web.requests.length, clock.pending]).toEqual([0, 0]);
  });

  it('reads all once, and completes', async () => {
    const { web, clock, service, observer, events } = setUp();
    service.watch().subscribe(observer);
    await settled();

    expect(events).toHaveLength(2);
    expect(events[1]).toBe('complete');
    expect(web.requests.map(({ url }) => url)).toEqual(['http://eureka.test/eureka/apps']);
    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('fails when that fails, and reports nothing', async () => {
    const { clock, eureka, service, observer, events } = setUp();
    eureka.failWith(503);
    service.watch().subscribe(observer);
    await settled();

    expect(events).toMatchObject([{ code: 'RXM306', status: 503 }]);
    expect(TestBed.inject(RecordingDiagnostics).records).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('registers nothing', async () => {
    const { web, service, observer, events } = setUp();
    service.registerService(anInstance('orders', 'a')).subscribe(observer);
    await settled();

    expect(events).toEqual(['complete']);
    expect(web.requests).toEqual([]);
  });
});
