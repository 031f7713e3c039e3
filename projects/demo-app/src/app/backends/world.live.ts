import {
  DestroyRef,
  EnvironmentInjector,
  type EnvironmentProviders,
  createEnvironmentInjector,
  inject,
  makeEnvironmentProviders,
  provideAppInitializer,
} from '@angular/core';
import {
  type RxMeshFeature,
  provideRxMesh,
  withIndexedDb,
  withMessaging,
  withPrometheus,
} from 'rx-mesh';
import { InMemoryRemoteCache, REMOTE_CACHE, RedisService, withRedis } from 'rx-mesh/caching';
import { withJetStream, withNats, withNatsTransport } from 'rx-mesh/nats';
import { SHELF } from '../caching/shelf';
import { LiveOffice } from './live/live-office';
import { readFacts } from './live/live-facts';
import { liveDatabase } from './live/live-databases';
import { MESSAGING, mockFeatures } from './mock-features';
import { type RealWorld } from './real-world';
import { TokenOffice } from './token-office';

/** What of the world is no mock, as the runner of `npm run demo:live` has written it into the page. */
export const REAL: RealWorld = readFacts(document.getElementById('rx-mesh-live')?.textContent);

/** Events and messages by NATS, which all browsers share, and metrics to Prometheus, as far as those are there. */
export function worldFeatures(): readonly RxMeshFeature[] {
  const { nats, push } = REAL;
  return [
    ...(nats === undefined ? mockFeatures() : natsFeatures(nats)),
    ...(push === undefined ? [] : [prometheusFeature(push)]),
  ];
}

/** What the mocks cannot do by themselves in a world that is real. */
export function provideWorld(): EnvironmentProviders {
  const { instances, redis } = REAL;
  return makeEnvironmentProviders([
    ...(instances.size === 0 ? [] : [{ provide: TokenOffice, useClass: LiveOffice }]),
    ...(redis === undefined ? [] : [{ provide: SHELF, useFactory: () => redisShelf(redis) }]),
    // In a file of its own: it needs what is made of the addresses here.
    provideAppInitializer(() => {
      const injector = inject(EnvironmentInjector);
      void import('./live/start-live').then(({ startLive }) => startLive(injector, REAL));
    }),
  ]);
}

function natsFeatures(url: string): readonly RxMeshFeature[] {
  return [
    withNats({ servers: [url], name: 'shop' }),
    withMessaging(MESSAGING, withNatsTransport({ prefix: 'shop' })),
    // Each browser makes read models of its own out of the one log: its tabs agree by a lock on who does, browsers could not.
    withIndexedDb({ name: liveDatabase(REAL.run) }),
    withJetStream({ stream: 'SHOP-EVENTS', subject: 'shop-events' }),
  ];
}

function prometheusFeature(pushUrl: string): RxMeshFeature {
  return withPrometheus({
    pushUrl,
    pushPeriod: 2000,
    job: 'shop',
    // Two pages of one group would overwrite each other.
    grouping: { instance: `page-${crypto.randomUUID().slice(0, 8)}` },
  });
}

/** Beside the application, as the mock has its own: only the cache of its page has a second level. */
function redisShelf(url: string) {
  const shelf = createEnvironmentInjector(
    // The service as well: that of the root would know no address.
    [RedisService, provideRxMesh(withRedis({ url, prefix: 'shop' }))],
    inject(EnvironmentInjector),
  );
  inject(DestroyRef).onDestroy(() => shelf.destroy());
  return shelf.get(REMOTE_CACHE) ?? new InMemoryRemoteCache();
}
