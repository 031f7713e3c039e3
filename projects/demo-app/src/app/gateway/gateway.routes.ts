import { type Routes } from '@angular/router';
import { Gateway } from './gateway';
import { provideShopGateway } from './provide-shop-gateway';

/** The page and all that it needs: loaded when somebody comes to it. */
export const GATEWAY_ROUTES: Routes = [
  { path: '', component: Gateway, providers: [provideShopGateway()] },
];
