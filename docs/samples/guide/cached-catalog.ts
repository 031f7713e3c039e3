import { HttpClient, provideHttpClient } from '@angular/common/http';
import { Injectable, InjectionToken, type Signal, inject, signal } from '@angular/core';
import {
  DistributedCachingService,
  provideRxMesh,
  withCaching,
  withRxMeshInterceptors,
} from 'rx-mesh';
import type { Observable } from 'rxjs';

/** Who is signed in. */
export const USER_ID = new InjectionToken<Signal<string>>('USER_ID', {
  providedIn: 'root',
  factory: () => signal('nobody'),
});

export const cachingProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  // The scope is a part of every key: when it changes, the page forgets what it kept.
  provideRxMesh(withCaching({ defaults: { ttl: 60_000 }, scope: () => inject(USER_ID) })),
];

@Injectable({ providedIn: 'root' })
export class Catalog {
  private readonly http = inject(HttpClient);
  private readonly cache = inject(DistributedCachingService);

  /** One request however many ask; for an hour an old answer goes before an error. */
  product(sku: string): Observable<unknown> {
    return this.cache.get(`product:${sku}`, () => this.http.get(`/api/products/${sku}`), {
      staleIfError: 3_600_000,
      tags: ['products'],
    });
  }

  /** After a change: what is void never comes back, also where a load is under way. */
  changed(): Observable<unknown> {
    return this.cache.invalidateByTags(['products']);
  }
}
