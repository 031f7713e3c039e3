import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MicroservicesCommunicationService, REGISTRY_FETCH, ServiceRegistry } from 'rx-mesh';
import { FakeConsul, FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see, settled } from '../cookbook/spec-support/see';
import { meshProviders } from './registry';

describe('A registry', () => {
  it('tells what runs where, and an instance that falls ill gets no calls', async () => {
    const web = new FakeWeb();
    TestBed.configureTestingModule({
      providers: [
        meshProviders,
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRxMeshTesting(),
        { provide: REGISTRY_FETCH, useValue: web.fetch },
      ],
    });
    const clock = TestBed.inject(ManualClock);
    const consul = new FakeConsul({ clock });
    web.host('http://page.test', (request) =>
      consul.handle(new Request(request.url.replace('/registry/consul', ''), request)),
    );
    for (const id of ['orders-1', 'orders-2']) {
      consul.register({ name: 'orders', id, address: `${id}.internal`, port: 80 });
    }
    TestBed.inject(ServiceRegistry);
    for (let second = 0; second < 3; second++) {
      await settled();
      clock.advance(1000);
    }
    consul.setCheck('orders-1', 'critical');
    await settled();
    clock.advance(1000);
    await settled();

    for (let call = 0; call < 4; call++) {
      const seen = see(
        TestBed.inject(MicroservicesCommunicationService).callService({
          service: 'orders',
          path: '/orders/7',
        }),
      );
      TestBed.inject(HttpTestingController).expectOne('/mesh/orders/orders-2/orders/7').flush({});
      expect(seen.completed).toBe(true);
    }
    expect(web.requests.map(({ url }) => new URL(url).pathname)[0]).toBe(
      '/registry/consul/v1/health/service/orders',
    );
  });
});
