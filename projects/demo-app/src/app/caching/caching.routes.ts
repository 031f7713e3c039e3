import { type Routes } from '@angular/router';
import { Caching } from './caching';
import { provideShopCache } from './provide-shop-cache';

/** The page and all that it needs: loaded when somebody comes to it. */
export const CACHING_ROUTES: Routes = [
  { path: '', component: Caching, providers: [provideShopCache()] },
];
