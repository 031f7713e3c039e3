import {
  DestroyRef,
  type EnvironmentProviders,
  Injectable,
  inject,
  makeEnvironmentProviders,
  provideEnvironmentInitializer,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { provideRxMesh } from 'rx-mesh';
import { REMOTE_CACHE, withCaching, withDurableWrites } from 'rx-mesh/caching';
import { isServer } from 'rx-mesh/kernel';
import { EMPTY, catchError, merge } from 'rxjs';
import { PriceDesk } from './price-desk';
import { ProductSource } from './product-source';
import { Session } from './session';
import { SWITCH } from './shelf';
import { ShopCache } from './shop-cache';
import { Stampede } from './stampede';
import { SyncFeed } from './sync-feed';

/** What goes on behind the page. */
@Injectable()
class CachingWork {
  private readonly desk = inject(PriceDesk);
  private readonly destroyRef = inject(DestroyRef);
  private readonly parts = [
    inject(ShopCache).working$,
    inject(SyncFeed).working$,
    inject(Session).following$,
    inject(ProductSource).following$,
  ];

  start(): void {
    this.destroyRef.onDestroy(this.desk.start());
    merge(...this.parts.map((part$) => part$.pipe(catchError(() => EMPTY))))
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe();
  }
}

/** The cache of the page: nobody else of the demo has one. It goes on when the visitor turns to another page. */
export function provideShopCache(): EnvironmentProviders {
  return makeEnvironmentProviders([
    CachingWork,
    PriceDesk,
    ShopCache,
    Stampede,
    SyncFeed,
    { provide: REMOTE_CACHE, useFactory: () => inject(SWITCH) },
    provideEnvironmentInitializer(() => {
      if (!isServer()) inject(CachingWork).start();
    }),
    provideRxMesh(
      withCaching(
        {
          scope: () => inject(Session).user,
          // A visitor sees that it is down at the first try; a browser that is busy opens a database slowly.
          remote: { failures: 1, timeout: 3000 },
        },
        // A price that waits survives a reload.
        withDurableWrites({ name: 'rx-mesh-demo-writes' }),
      ),
    ),
  ]);
}
