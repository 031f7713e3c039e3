import { EnvironmentInjector, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  ConsulService,
  EurekaService,
  KubernetesService,
  REGISTRY_FETCH,
  REGISTRY_SOURCES,
  type RegistrySnapshot,
  withConsul,
  withEureka,
  withKubernetes,
} from 'rx-mesh/mesh';
import { FakeConsul, FakeEureka, FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing'; // prettier-ignore
import { settled } from '../../spec-support/settled';

const instanceUrl = ({ id }: { readonly id: string }) => `/${id}`;
const common = { services: ['orders'], instanceUrl, eager: false };

const setUp = () => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), { provide: REGISTRY_FETCH, useValue: web.fetch }],
  });
  const ports = { clock: TestBed.inject(ManualClock) };
  const consul = new FakeConsul(ports);
  const eureka = new FakeEureka(ports);
  web.host('https://consul.test', consul.handle);
  web.host('https://eureka.test', eureka.handle);
  consul.register({ name: 'orders', id: 'c', address: '10.0.0.1', port: 80 });
  eureka.register({ app: 'orders', id: 'e', hostName: 'e.test', port: 80 });
  const root = TestBed.inject(EnvironmentInjector);
  const lazy = createEnvironmentInjector(
    [
      withConsul({ url: 'https://consul.test', ...common }),
      withEureka({ url: 'https://eureka.test/eureka', ...common }),
      withKubernetes({ url: 'https://kubernetes.test', ...common }),
    ].flatMap(({ ɵproviders }) => ɵproviders),
    root,
  );
  return { web, root, lazy };
};

describe('the registries of a lazy route', () => {
  it.each([ConsulService, EurekaService, KubernetesService])('have their own %p', (type) => {
    const { root, lazy } = setUp();

    expect(lazy.get(REGISTRY_SOURCES)).toContain(lazy.get<unknown>(type));
    expect(lazy.get<unknown>(type)).not.toBe(root.get<unknown>(type));
  });

  it('ask where the options of the route say', async () => {
    const { web, lazy } = setUp();
    const words: RegistrySnapshot[] = [];
    const [consul, eureka] = lazy.get(REGISTRY_SOURCES);
    const watches = [consul, eureka].map((source) =>
      source?.watch().subscribe((word) => words.push(word)),
    );
    await settled();

    const ids = words.map((word) =>
      word
        .get('orders')
        ?.map(({ id }) => id)
        .join(),
    );

    expect(ids.sort()).toEqual(['c', 'e']);

    for (const watch of watches) watch?.unsubscribe();
    await settled();

    expect(web.open).toBe(0);
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
