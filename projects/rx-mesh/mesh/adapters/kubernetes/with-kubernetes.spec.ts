import { TestBed } from '@angular/core/testing';
import { FakeKubernetes, FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { FakeTabs } from '../../../spec-support/fake-tabs';
import { settled } from '../../../spec-support/settled';
import { ServiceRegistry } from '../../service-registry';
import { REGISTRY_SOURCES } from '../registry-source';
import { REGISTRY_FETCH } from '../registry/registry-request';
import { TAB_PORTS } from '../registry/tab-ports';
import { withTabSharing } from '../registry/tab-sharing';
import type { KubernetesOptions } from './kubernetes-options';
import { KubernetesService } from './kubernetes-service';
import { withKubernetes } from './with-kubernetes';

const setUp = (options: Partial<KubernetesOptions> = {}, tabs?: FakeTabs) => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: TAB_PORTS, useFactory: () => tabs?.open() },
      tabs ? [...withTabSharing().ɵproviders] : [],
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      ...withKubernetes({ url: '/k8s', ...options }).ɵproviders,
    ],
  });
  // It is asked as soon as something is injected, before there is a clock to make it with.
  web.host('http://page.test', async (request) => {
    await Promise.resolve();
    return kubernetes.handle(request);
  });
  const clock = TestBed.inject(ManualClock);
  const kubernetes = new FakeKubernetes({ clock });
  kubernetes.setEndpoints('orders', [{ address: '10.0.0.1', port: 80, uid: 'a' }]);
  return { web, clock };
};

describe(withKubernetes.name, () => {
  it('is a feature, and adds a source', () => {
    setUp();

    expect(withKubernetes({ url: '/k8s' }).ɵkind).toBe('kubernetes');
    expect(TestBed.inject(REGISTRY_SOURCES)).toEqual([TestBed.inject(KubernetesService)]);
  });

  it('watches from the start, until the application ends', async () => {
    const { web, clock } = setUp();
    await settled();
    clock.advance(0);
    await settled();

    expect(TestBed.inject(ServiceRegistry).instancesOf('orders')).toHaveLength(1);
    expect(web.open).toBe(1);

    TestBed.resetTestingModule();
    await settled();

    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('watches when somebody does, if it is told so', async () => {
    const { web } = setUp({ eager: false });
    await settled();

    expect(web.requests).toHaveLength(0);

    TestBed.inject(ServiceRegistry).watch('orders').subscribe();
    await settled();

    expect(TestBed.inject(ServiceRegistry).instancesOf('orders')[0]?.id).toBe('a');
  });

  it('lets the tabs of the application share one watch if it is told so', async () => {
    const tabs = new FakeTabs();
    const { web, clock } = setUp({ token: 'secret' }, tabs);
    await settled();
    clock.advance(0);
    await settled();

    expect(TestBed.inject(REGISTRY_SOURCES)[0]).not.toBe(TestBed.inject(KubernetesService));
    expect(TestBed.inject(REGISTRY_SOURCES)[0]?.lease).toBe(
      TestBed.inject(KubernetesService).lease,
    );
    expect(TestBed.inject(ServiceRegistry).instancesOf('orders')).toHaveLength(1);
    expect(tabs.held).toEqual([expect.stringContaining('"url":"/k8s"')]);
    expect(tabs.held[0]).not.toContain('secret');

    TestBed.resetTestingModule();
    await settled();

    expect([tabs.held.length, tabs.channels, web.open, clock.pending]).toEqual([0, 0, 0, 0]);
  });

  it('refuses options where they are written', () => {
    expect(() => withKubernetes({ url: 'javascript:alert(1)' })).toThrow('KubernetesOptions.url');
  });

  it('can be injected where nothing is configured, and says so when it is used', () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const errors: unknown[] = [];
    TestBed.inject(KubernetesService)
      .watch()
      .subscribe({ error: (error: unknown) => errors.push(error) });

    expect(String(errors[0])).toContain('KubernetesOptions.url is ""');
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
