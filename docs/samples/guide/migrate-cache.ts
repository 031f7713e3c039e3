import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { Injectable, InjectionToken, type Signal, inject, signal } from '@angular/core';
import {
  cacheInterceptor,
  cached,
  provideRxMesh,
  withCaching,
  withRxMeshInterceptors,
} from 'rx-mesh';
import type { Observable } from 'rxjs';

export const USER_ID = new InjectionToken<Signal<string>>('USER_ID', {
  providedIn: 'root',
  factory: () => signal('nobody'),
});

export const cacheProviders = [
  // In front of the others: a hit is no request.
  provideHttpClient(withInterceptors([cacheInterceptor]), withRxMeshInterceptors()),
  provideRxMesh(withCaching({ scope: () => inject(USER_ID) })),
];

@Injectable({ providedIn: 'root' })
export class Countries {
  private readonly http = inject(HttpClient);

  /** For a server that says nothing of caches. Where it has Cache-Control, leave the context out. */
  all(): Observable<readonly string[]> {
    return this.http.get<readonly string[]>('/api/countries', {
      context: cached({ ttl: 3_600_000 }),
    });
  }
}
