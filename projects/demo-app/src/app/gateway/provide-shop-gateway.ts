import {
  provideHttpClient,
  withInterceptors,
  withRequestsMadeViaParent,
} from '@angular/common/http';
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
import {
  AuthenticationService,
  gatewayInterceptor,
  withGateway,
  withTokens,
} from 'rx-mesh/gateway';
import { isServer } from 'rx-mesh/kernel';
import { merge } from 'rxjs';
import { INSTANCES } from '../backends/catalog';
import { RequestBook } from './request-book';
import { RequestDesk } from './request-desk';
import { RequestUsers } from './request-users';
import { RouteDesk } from './route-desk';
import { ShopSession, tokenReader } from './shop-session';
import { BASE_PATH, shopRoutes } from './shop-routes';

// All but the partner's.
const OWN_ORIGINS = INSTANCES.filter(({ service }) => service !== 'rates').map(({ url }) => url);

/** What goes on behind the page. */
@Injectable()
class GatewayWork {
  private readonly parts = [
    inject(RequestBook).working$,
    inject(RequestDesk).working$,
    inject(ShopSession).working$,
  ];
  private readonly destroyRef = inject(DestroyRef);

  start(): void {
    merge(...this.parts)
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe();
  }
}

/**
 * The gateway of the page: nobody else of the demo has one. It has an `HttpClient` of its own, whose requests go through the gateway,
 * and come to services as all others of the demo do.
 */
export function provideShopGateway(): EnvironmentProviders {
  return makeEnvironmentProviders([
    GatewayWork,
    RequestBook,
    RequestDesk,
    RequestUsers,
    RouteDesk,
    ShopSession,
    provideHttpClient(withInterceptors([gatewayInterceptor]), withRequestsMadeViaParent()),
    provideEnvironmentInitializer(() => {
      if (!isServer()) inject(GatewayWork).start();
    }),
    provideRxMesh(
      withGateway({
        basePath: BASE_PATH,
        allowedOrigins: OWN_ORIGINS,
        routes: () => shopRoutes(inject(AuthenticationService), inject(RequestUsers)),
      }),
      withTokens({
        source: () => inject(ShopSession),
        validator: () => tokenReader,
        // Short: what a person tries again must not fail for what was before.
        refreshCooldown: 1000,
      }),
    ),
  ]);
}
