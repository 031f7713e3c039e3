import {
  provideHttpClient,
  withInterceptors,
  withRequestsMadeViaParent,
} from '@angular/common/http';
import {
  DestroyRef,
  type EnvironmentProviders,
  inject,
  makeEnvironmentProviders,
  provideEnvironmentInitializer,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { provideRxMesh } from 'rx-mesh';
import { gatewayInterceptor, withGateway } from 'rx-mesh/gateway';
import { isServer } from 'rx-mesh/kernel';
import { INSTANCES } from '../backends/catalog';
import { BuySaga } from './buy-saga';
import { ShopDesk } from './shop-desk';
import { BASE_PATH, SHOP_ROUTES } from './shop-routes';

const OWN_ORIGINS = INSTANCES.filter(({ service }) => service !== 'rates').map(({ url }) => url);

/** The gateway of the shop, and who buys through it. A purchase goes on when the visitor turns to another page. */
export function provideShop(): EnvironmentProviders {
  return makeEnvironmentProviders([
    BuySaga,
    ShopDesk,
    provideHttpClient(withInterceptors([gatewayInterceptor]), withRequestsMadeViaParent()),
    provideRxMesh(
      withGateway({ basePath: BASE_PATH, allowedOrigins: OWN_ORIGINS, routes: SHOP_ROUTES }),
    ),
    provideEnvironmentInitializer(() => {
      if (isServer()) return;
      inject(ShopDesk)
        .working$.pipe(takeUntilDestroyed(inject(DestroyRef)))
        .subscribe();
    }),
  ]);
}
