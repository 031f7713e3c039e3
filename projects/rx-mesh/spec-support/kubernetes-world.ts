import { TestBed } from '@angular/core/testing';
import {
  type KubernetesOptions,
  KubernetesService,
  REGISTRY_FETCH,
  type RegistrySnapshot,
  withKubernetes,
} from 'rx-mesh/mesh';
import {
  FakeKubernetes,
  FakeWeb,
  ManualClock,
  RecordingDiagnostics,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import { settled } from './settled';

/** A KubernetesService with an API server behind it, in time that a test owns. */
export const kubernetesWorld = (options: Partial<KubernetesOptions> = {}) => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      ...withKubernetes({ url: 'http://k8s.test/api', eager: false, ...options }).ɵproviders,
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const kubernetes = new FakeKubernetes({ clock });
  web.host('http://k8s.test', kubernetes.handle);
  return {
    web,
    clock,
    kubernetes,
    service: TestBed.inject(KubernetesService),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    /** Time goes on; then all that happens without it, from one request to the next. */
    tick: async (ms = 0) => {
      for (const step of [ms, 0, 0, 0, 0]) {
        clock.advance(step);
        await settled();
      }
    },
    /** What was asked, in short: `list` and `watch` with the version. */
    asked: () =>
      web.requests.map(({ url }) => {
        const { searchParams } = new URL(url);
        return searchParams.has('watch')
          ? `watch ${searchParams.get('resourceVersion') ?? ''}`
          : `list ${searchParams.get('continue') ?? ''}`.trim();
      }),
  };
};

/** Watches, and keeps all that is told. */
export const watchKubernetes = async (world: ReturnType<typeof kubernetesWorld>) => {
  const snapshots: RegistrySnapshot[] = [];
  const errors: unknown[] = [];
  const subscription = world.service.watch().subscribe({
    next: (snapshot) => snapshots.push(snapshot),
    error: (error: unknown) => errors.push(error),
  });
  await world.tick();
  const urls = () => [...(snapshots.at(-1)?.values() ?? [])].flat().map(({ url }) => url);
  return { snapshots, errors, urls, stop: () => subscription.unsubscribe() };
};

/** Endpoints of these hosts. */
export const endpointsAt = (...hosts: readonly number[]) =>
  hosts.map((host) => ({ address: `10.0.0.${host}`, port: 80 }));
