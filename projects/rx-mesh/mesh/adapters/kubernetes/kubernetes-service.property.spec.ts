import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { FakeKubernetes, FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../../spec-support/settled';
import type { RegistrySnapshot } from '../registry-source';
import { REGISTRY_FETCH } from '../registry/registry-request';
import { KubernetesService } from './kubernetes-service';
import { withKubernetes } from './with-kubernetes';

type Step = readonly [
  (
    | 'set'
    | 'relabel'
    | 'compact'
    | 'break'
    | 'end'
    | 'bad line'
    | 'bookmark'
    | 'offline'
    | 'fail'
    | 'wait'
  ),
  string,
  readonly number[],
];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(
    ...(['set', 'set', 'set', 'relabel', 'compact', 'break', 'end'] as const),
    ...(['bad line', 'bookmark', 'offline', 'fail', 'wait'] as const),
  ),
  fc.constantFrom('orders', 'users', 'constructor'),
  fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
);

/** Cuts what a server sends into small pieces, wherever that falls. */
const chopped = (response: Response, size: number): Response => {
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      for (let from = 0; from < chunk.length; from += size) {
        controller.enqueue(chunk.slice(from, from + size));
      }
    },
  });
  return new Response(response.body?.pipeThrough(cut), response);
};

const play = async (steps: readonly Step[], size: number) => {
  const web = new FakeWeb();
  TestBed.resetTestingModule();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      ...withKubernetes({ url: 'http://k8s.test', eager: false, limit: 2, watchTimeout: 60_000 })
        .ɵproviders,
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const kubernetes = new FakeKubernetes({ clock });
  web.host('http://k8s.test', async (request) => chopped(await kubernetes.handle(request), size));
  let last: RegistrySnapshot | undefined;
  const watching = TestBed.inject(KubernetesService)
    .watch()
    .subscribe((snapshot) => {
      last = snapshot;
    });
  const tick = async (ms = 0) => {
    clock.advance(ms);
    await settled();
  };
  const truth = new Map<string, readonly string[]>();
  const set = (service: string, hosts: readonly number[]) => {
    const addresses = hosts.map((host) => `10.0.0.${host}`);
    kubernetes.setEndpoints(
      service,
      addresses.map((address, index) => ({ address, port: 80 + (index % 2) })),
    );
    const urls = addresses.map((address, index) => `http://${address}${index % 2 ? ':81' : ''}`);
    truth.set(service, urls.sort());
  };
  for (const [what, service, hosts] of steps) {
    if (what === 'set') set(service, hosts);
    if (what === 'relabel') {
      // A slice of its own, which moves from one service to another; at the end it is gone.
      const metadata = { name: 'wanderer', labels: { 'kubernetes.io/service-name': service } };
      const endpoints = [{ addresses: ['10.0.9.9'] }];
      kubernetes.apply({ metadata, addressType: 'IPv4', endpoints, ports: [{ port: 80 }] });
    }
    if (what === 'compact') kubernetes.compact();
    if (what === 'break') kubernetes.breakConnections();
    if (what === 'end') kubernetes.endWatches();
    if (what === 'bad line') kubernetes.send('{"type":\n');
    if (what === 'bookmark') kubernetes.bookmark();
    if (what === 'offline') web.down = !web.down;
    if (what === 'fail') kubernetes.failWith(hosts.length > 2 ? 503 : undefined);
    await tick(what === 'wait' ? 7000 : 0);
  }
  web.down = false;
  kubernetes.failWith(undefined);
  kubernetes.remove('wanderer');
  for (let round = 0; round < 6; round++) await tick(20_000);
  const known = [...(last ?? [])].map(
    ([service, instances]) => [service, instances.map(({ url }) => url).sort()] as const,
  );
  watching.unsubscribe();
  await settled();
  const expected = [...truth].filter(([, urls]) => urls.length > 0);
  return {
    known: new Map(known),
    expected: new Map(expected),
    open: [web.open, kubernetes.open, clock.pending],
  };
};

describe(`${KubernetesService.name} after any sequence of events`, () => {
  it('knows what the server knows, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 15 }),
        fc.integer({ min: 7, max: 300 }),
        async (steps, size) => {
          const { known, expected, open } = await play(steps, size);

          expect(known).toEqual(expected);
          expect(open).toEqual([0, 0, 0]);
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);
});
