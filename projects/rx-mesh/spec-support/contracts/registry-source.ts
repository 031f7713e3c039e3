import { inspect } from 'node:util';
import { TestBed } from '@angular/core/testing';
import {
  REGISTRY_SOURCES,
  type RegistrySnapshot,
  type RegistrySource,
  type ServiceInstance,
  ServiceRegistry,
} from 'rx-mesh/mesh';
import { RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { anInstance } from './fake-registry-source';

/** A registry source with the world behind it. */
export interface RegistrySourceHarness {
  readonly source: RegistrySource;
  /** Lets what is under way arrive, such as the answers of a fake server. @default nothing is under way */
  readonly settle?: () => void | Promise<void>;
}

/** A registry source whose world changes. */
export interface LiveRegistrySourceHarness extends RegistrySourceHarness {
  /** Makes this the set of the world. */
  readonly change: (instances: readonly ServiceInstance[]) => void;
  /** How many connections to the world are open. */
  readonly open: () => number;
}

const WORLD = [anInstance('orders', 'a'), anInstance('orders', 'b'), anInstance('users', 'u')];

/**
 * What every registry source keeps to.
 *
 * @param make Makes a source whose world holds these instances: their ids, names and URLs have to come out.
 */
export function describeRegistrySource(
  name: string,
  make: (world: readonly ServiceInstance[]) => RegistrySourceHarness,
): void {
  describe(`${name} as a registry source`, () => {
    it('has a name for diagnostics', () => {
      expect(make(WORLD).source.name).toMatch(/\S/);
    });

    it('tells all that it knows, each instance once under its service', async () => {
      const { last } = await watch(make(WORLD));

      expect(idsOf(last())).toEqual({ orders: ['a', 'b'], users: ['u'] });
      expect(urlsOf(last())).toEqual(WORLD.map(({ url }) => url));
    });

    it('knows at once what it says it knows without asking', async () => {
      const harness = make(WORLD);
      const { initial } = harness.source;

      const { last } = await watch(harness);

      expect(idsOf(initial)).toEqual(initial ? idsOf(last()) : {});
    });

    it('gives the registry nothing to complain of', async () => {
      const harness = make(WORLD);
      TestBed.configureTestingModule({
        providers: [
          provideRxMeshTesting(),
          { provide: REGISTRY_SOURCES, multi: true, useValue: harness.source },
        ],
      });
      const registry = TestBed.inject(ServiceRegistry);
      registry.services$.subscribe();
      await harness.settle?.();

      expect(idsOf(registry.services())).toEqual({ orders: ['a', 'b'], users: ['u'] });
      expect(TestBed.inject(RecordingDiagnostics).records).toEqual([]);
    });

    it('can be watched again', async () => {
      const harness = make(WORLD);
      (await watch(harness)).stop();
      const { last } = await watch(harness);

      expect(idsOf(last())).toEqual({ orders: ['a', 'b'], users: ['u'] });
    });
  });
}

/** What a registry source keeps to whose world changes, beside the rest. */
export function describeLiveRegistrySource(
  name: string,
  make: (world: readonly ServiceInstance[]) => LiveRegistrySourceHarness,
): void {
  describeRegistrySource(name, make);

  describe(`${name} as a live registry source`, () => {
    it('asks nobody before it is watched, and stops when it is not', async () => {
      const harness = make(WORLD);
      harness.source.watch();

      expect(harness.open()).toBe(0);

      const { stop } = await watch(harness);

      expect(harness.open()).toBeGreaterThan(0);

      stop();
      await harness.settle?.();

      expect(harness.open()).toBe(0);
    });

    it('tells all again after a change, and of what is gone no more', async () => {
      const harness = make(WORLD);
      const { last } = await watch(harness);
      harness.change([anInstance('orders', 'b'), anInstance('payments', 'p')]);
      await harness.settle?.();

      expect(idsOf(last())).toEqual({ orders: ['b'], payments: ['p'] });
    });

    it('never changes what it has handed out', async () => {
      const harness = make(WORLD);
      const { last } = await watch(harness);
      const first = last();
      const written = inspect(first, { depth: null });
      harness.change([anInstance('orders', 'a', { health: 'unhealthy' })]);
      await harness.settle?.();

      expect(last()).not.toBe(first);
      expect(inspect(first, { depth: null })).toBe(written);
    });

    it('hands out the same list for a service that has not changed', async () => {
      const harness = make(WORLD);
      const { last } = await watch(harness);
      const before = last();
      harness.change([...WORLD, anInstance('users', 'v')]);
      await harness.settle?.();

      expect(last()?.get('orders')).toBe(before?.get('orders'));
      expect(last()?.get('users')).not.toBe(before?.get('users'));
    });
  });
}

async function watch({ source, settle }: RegistrySourceHarness): Promise<{
  last: () => RegistrySnapshot | undefined;
  stop: () => void;
}> {
  let latest: RegistrySnapshot | undefined;
  const subscription = source.watch().subscribe((snapshot) => {
    latest = snapshot;
  });
  await settle?.();
  return { last: () => latest, stop: () => subscription.unsubscribe() };
}

function idsOf(snapshot: RegistrySnapshot | undefined): Record<string, readonly string[]> {
  const listed = [...(snapshot ?? [])].filter(([, instances]) => instances.length > 0);
  return Object.fromEntries(
    listed.map(([service, instances]) => [
      service,
      instances.filter(({ name }) => name === service).map(({ id }) => id),
    ]),
  );
}

function urlsOf(snapshot: RegistrySnapshot | undefined): string[] {
  return [...(snapshot?.values() ?? [])].flat().map(({ url }) => url);
}
