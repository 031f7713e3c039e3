import { TestBed } from '@angular/core/testing';
import { FakeKubernetes, FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../../spec-support/settled';
import { RegistryRequestError } from '../registry/registry-errors';
import { REGISTRY_FETCH } from '../registry/registry-request';
import { KubernetesService } from './kubernetes-service';
import { withKubernetes } from './with-kubernetes';

const setUp = () => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      ...withKubernetes({ url: 'http://k8s.test' }).ɵproviders,
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const kubernetes = new FakeKubernetes({ clock });
  kubernetes.setEndpoints('orders', [{ address: '10.0.0.1', port: 80 }]);
  web.host('http://k8s.test', kubernetes.handle);
  const heard: unknown[] = [];
  const watch = async () => {
    TestBed.inject(KubernetesService)
      .watchServices()
      .subscribe({
        next: (instances) => heard.push(instances.map(({ url }) => url)),
        error: (error: unknown) => heard.push(error),
        complete: () => heard.push('end'),
      });
    await settled();
  };
  return { web, clock, kubernetes, heard, watch };
};

describe(`${KubernetesService.name} on a server`, () => {
  it('starts nothing by itself', async () => {
    const { web } = setUp();
    await settled();

    expect(web.requests).toEqual([]);
  });

  it('lists once and completes', async () => {
    const { web, clock, heard, watch } = setUp();
    await watch();

    expect(heard).toEqual([['http://10.0.0.1'], 'end']);
    expect([web.requests.length, web.open, clock.pending]).toEqual([1, 0, 0]);
  });

  it.each([403, 500])('errors after %d', async (status) => {
    const { web, clock, kubernetes, heard, watch } = setUp();
    kubernetes.failWith(status);
    await watch();

    expect(heard).toEqual([expect.any(RegistryRequestError)]);
    expect([web.requests.length, web.open, clock.pending]).toEqual([1, 0, 0]);
  });
});
