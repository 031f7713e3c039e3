import { type Routes } from '@angular/router';
import { provideShop } from './provide-shop';
import { Shop } from './shop';

/** The page and all that it needs: loaded when somebody comes to it. */
export const SHOP_ROUTES: Routes = [{ path: '', component: Shop, providers: [provideShop()] }];
