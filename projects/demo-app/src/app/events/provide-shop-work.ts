import {
  DestroyRef,
  type EnvironmentProviders,
  EnvironmentInjector,
  inject,
  provideEnvironmentInitializer,
} from '@angular/core';
import { isServer } from 'rx-mesh/kernel';

/**
 * Lets the shop work in the background of every page, in a browser. Its code comes when the first page is on its way: none
 * of it is needed to draw that.
 */
export function provideShopWork(): EnvironmentProviders {
  return provideEnvironmentInitializer(() => {
    if (!isServer()) void start(inject(EnvironmentInjector), inject(DestroyRef));
  });
}

async function start(injector: EnvironmentInjector, destroyRef: DestroyRef): Promise<void> {
  const { ShopWork } = await import('./shop-work');
  if (!destroyRef.destroyed) injector.get(ShopWork).start();
}
