import { type EnvironmentInjector, runInInjectionContext } from '@angular/core';
import type { ServiceInstance } from 'rx-mesh/mesh';
import { setTimeout as wait } from 'node:timers/promises';
import type { Subscription } from 'rxjs';
import { describeLiveRegistrySource } from '../spec-support/contracts/registry-source';
import { NatsWorld } from '../spec-support/nats-world';
import { NatsConnection } from './nats-connection';
import { NatsDiscovery, withNatsDiscovery } from './nats-discovery';
import { natsService } from './nats-service';

const world = new NatsWorld();
const injectors: EnvironmentInjector[] = [];

beforeAll(() => world.start());
afterAll(() => world.dispose());
afterEach(() => {
  for (const injector of injectors.splice(0)) injector.destroy();
});

const application = (): EnvironmentInjector => {
  // A busy machine misses a round now and then.
  const discovery = withNatsDiscovery({ period: 50, collect: 150, misses: 3 });
  const injector = world.alone(discovery.ɵproviders);
  injectors.push(injector);
  return injector;
};

// The types of an injector and of its class differ for eslint.
const inside = <T>(injector: EnvironmentInjector, work: () => T): T =>
  runInInjectionContext(injector as never, work);

describeLiveRegistrySource(NatsDiscovery.name, (instances) => {
  const [page, services] = [application(), application()];
  const running = new Map<string, Subscription>();
  const change = (next: readonly ServiceInstance[]): void => {
    const wanted = new Map(next.map((each) => [JSON.stringify(each), each]));
    for (const [key, subscription] of running) {
      if (!wanted.has(key)) subscription.unsubscribe();
    }
    for (const [key, { name, id, url, health }] of wanted) {
      if (running.get(key)?.closed === false) continue;
      const metadata = { url, health };
      const service$ = inside(services, () =>
        natsService({ name, id, version: '1.0.0', metadata }),
      );
      running.set(key, service$.subscribe());
    }
  };
  change(instances);
  const state = { of: 'idle' };
  page.get(NatsConnection).state$.subscribe((is) => (state.of = is));
  return {
    source: page.get(NatsDiscovery),
    settle: async () => {
      await wait(1200);
    },
    change,
    open: () => (state.of === 'idle' || state.of === 'closed' ? 0 : 1),
  };
});
