import { provideHttpClient } from '@angular/common/http';
import { Injectable, TransferState, inject, makeStateKey } from '@angular/core';
import {
  ServiceCaller,
  isServer,
  provideRxMesh,
  withRxMeshInterceptors,
  withStaticServices,
} from 'rx-mesh';
import { type Observable, catchError, of, tap } from 'rxjs';

export const shopProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  provideRxMesh(
    withStaticServices([
      { name: 'orders', instances: ['https://a.shop.example', 'https://b.shop.example'] },
    ]),
  ),
];

// #region transferred
/**
 * Gives the browser what the server has loaded: once, by what was asked, whichever instance was. Needs an injection context.
 */
export function transferred<T>(question: string, load: () => Observable<T>): Observable<T> {
  const state = inject(TransferState);
  const key = makeStateKey<T>(question);
  if (isServer()) return load().pipe(tap((answer) => state.set(key, answer)));
  const rendered = state.get<T | undefined>(key, undefined);
  if (rendered === undefined) return load();
  state.remove(key); // the next look wants to know how it is then
  return of(rendered);
}
// #endregion

// #region recipe
@Injectable({ providedIn: 'root' })
export class Offers {
  private readonly caller = inject(ServiceCaller);

  /** In an injection context, such as the field of a component. */
  load(): Observable<readonly string[]> {
    return transferred('offers', () =>
      this.caller.call<readonly string[]>({
        service: 'orders',
        path: '/offers',
        // While the server renders, a user looks at nothing: a quick no is worth more than a late yes.
        deadline: isServer() ? 800 : 10_000,
        http: { transferCache: false }, // or the answer is in the page twice
      }),
    ).pipe(catchError(() => of([]))); // outside: what stands in is rendered, but not handed over
  }
}
// #endregion
