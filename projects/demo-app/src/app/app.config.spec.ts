import { HttpBackend, HttpResponse, type HttpRequest } from '@angular/common/http';
import { ApplicationInitStatus, DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { RANDOM, seededRandom } from 'rx-mesh/kernel';
import { firstValueFrom, of } from 'rxjs';
import { appConfig } from './app.config';
import { BACKEND_HOST } from './backends/provide-mock-backends';

const setUp = async () => {
  const requests: HttpRequest<unknown>[] = [];
  TestBed.configureTestingModule({
    providers: [
      ...appConfig.providers,
      { provide: BACKEND_HOST, useValue: async () => Promise.resolve() },
      {
        provide: HttpBackend,
        useValue: {
          handle: (request: HttpRequest<unknown>) => {
            requests.push(request);
            return of(new HttpResponse({ status: 200, body: {} }));
          },
        },
      },
    ],
  });
  await TestBed.inject(ApplicationInitStatus).donePromise;
  const services = TestBed.inject(MicroservicesCommunicationService);
  const call = async (service: string, path: string) =>
    firstValueFrom(services.callService({ service, path }), { defaultValue: undefined });
  return { call, requests };
};

describe('appConfig', () => {
  it('reaches every service of the catalog', async () => {
    const { call, requests } = await setUp();
    for (const service of ['orders', 'inventory', 'payments', 'users', 'rates']) {
      await call(service, '/health');
    }
    expect(requests).toHaveLength(5);
  });

  it('shows its traces to its own machines, and never to the partner', async () => {
    const { call, requests } = await setUp();
    await call('orders', '/orders');
    await call('rates', '/rates');
    const [own, partner] = requests;
    expect(own?.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/);
    expect(partner?.url).toBe('https://rates.partner.example/rates');
    expect(partner?.headers.keys()).not.toContain('traceparent');
  });

  it('draws all chance from one seed', async () => {
    await setUp();
    expect(TestBed.inject(DOCUMENT).location.search).toBe('');
    expect(TestBed.inject(RANDOM).next()).toBe(seededRandom(42).next());
  });
});
