import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import {
  DistributedCachingService,
  ServiceCaller,
  cacheInterceptor,
  provideRxMesh,
  withCaching,
  withIndexedDbCache,
} from 'rx-mesh';
import { type Observable, finalize } from 'rxjs';

// #region recipe
/** Who is there. It injects nothing: the cache asks it. */
@Injectable({ providedIn: 'root' })
export class CurrentUser {
  /** The subject of the token, never a name or an address. */
  readonly id = signal<string | undefined>(undefined);
}

export const shopProviders = [
  provideHttpClient(withInterceptors([cacheInterceptor])),
  provideRxMesh(
    withCaching({ scope: () => inject(CurrentUser).id }, withIndexedDbCache({ name: 'shop' })),
  ),
];

@Injectable({ providedIn: 'root' })
export class SignOut {
  private readonly user = inject(CurrentUser);
  private readonly cache = inject(DistributedCachingService);
  private readonly caller = inject(ServiceCaller);

  /** While it is still known whose values these are, they are dropped: here, in IndexedDB and in other tabs. */
  run(): Observable<void> {
    return this.cache.logout().pipe(
      finalize(() => {
        this.caller.forgetAnswers();
        this.user.id.set(undefined);
      }),
    );
  }
}
// #endregion
