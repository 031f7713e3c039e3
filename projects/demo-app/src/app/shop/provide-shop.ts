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
import {
  AuthenticationService,
  gatewayInterceptor,
  withGateway,
  withTokens,
} from 'rx-mesh/gateway';
import { isServer } from 'rx-mesh/kernel';
import { merge } from 'rxjs';
import { INSTANCES } from '../backends/catalog';
import { ShopSession, tokenReader } from '../gateway/shop-session';
import { BuySaga } from './buy-saga';
import { ShopDesk } from './shop-desk';
import { ShopOrders } from './shop-orders';
import { BASE_PATH, shopRoutes } from './shop-routes';

const OWN_ORIGINS = INSTANCES.filter(({ service }) => service !== 'rates').map(({ url }) => url);

/** The gateway of the shop, and who buys through it. A purchase goes on when the visitor turns to another page. */
export function provideShop(): EnvironmentProviders {
  return makeEnvironmentProviders([
    BuySaga,
    ShopDesk,
    ShopOrders,
    ShopSession,
    provideHttpClient(withInterceptors([gatewayInterceptor]), withRequestsMadeViaParent()),
    provideRxMesh(
      withGateway({
        basePath: BASE_PATH,
        allowedOrigins: OWN_ORIGINS,
        routes: () => shopRoutes(inject(AuthenticationService)),
      }),
      withTokens({ source: () => inject(ShopSession), validator: () => tokenReader }),
    ),
    provideEnvironmentInitializer(() => {
      if (isServer()) return;
      const parts = [
        inject(ShopDesk).working$,
        inject(ShopOrders).following$,
        inject(ShopSession).working$,
      ];
      merge(...parts)
        .pipe(takeUntilDestroyed(inject(DestroyRef)))
        .subscribe();
    }),
  ]);
}
