import { DestroyRef, inject, provideEnvironmentInitializer } from '@angular/core';
import { isServer } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import type { TracingFeature } from '../tracing-feature';

/**
 * A feature that watches the page from the start of the application to its end, and not on a server.
 *
 * @param watch Makes the stream, in an injection context.
 */
export function pageFeature(watch: () => Observable<unknown>): TracingFeature {
  return {
    ɵproviders: [
      provideEnvironmentInitializer(() => {
        if (isServer()) return;
        const watching = watch().subscribe();
        inject(DestroyRef).onDestroy(() => watching.unsubscribe());
      }),
    ],
  };
}
