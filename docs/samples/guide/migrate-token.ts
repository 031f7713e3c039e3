import { HttpClient, HttpContext, provideHttpClient, withInterceptors } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import {
  SKIP_GATEWAY,
  type TokenSource,
  gatewayInterceptor,
  provideRxMesh,
  withGateway,
  withRxMeshInterceptors,
  withStaticServices,
  withTokens,
} from 'rx-mesh';
import { type Observable, map, of, tap } from 'rxjs';

@Injectable({ providedIn: 'root' })
export class Session implements TokenSource {
  private readonly http = inject(HttpClient);
  private readonly token = signal<string | undefined>(undefined);

  current(): string | undefined {
    return this.token();
  }

  /** Called once, however many requests were refused. Its own request must not wait for it. */
  refresh(): Observable<string> {
    const context = new HttpContext().set(SKIP_GATEWAY, true);
    return this.http.post<{ readonly token: string }>('/session/refresh', null, { context }).pipe(
      map(({ token }) => token),
      tap((token) => this.token.set(token)),
    );
  }

  signIn(token: string): void {
    this.token.set(token);
  }
}

export const tokenProviders = [
  provideHttpClient(withInterceptors([gatewayInterceptor]), withRxMeshInterceptors()),
  provideRxMesh(
    withStaticServices([{ name: 'backend', instances: ['/backend'] }]),
    withGateway({
      basePath: '/api',
      routes: [
        {
          path: '/*rest',
          method: '*',
          targetService: 'backend',
          targetPath: '/*rest',
          authentication: {},
        },
      ],
    }),
    withTokens({
      source: () => inject(Session),
      // Whether a token is good is for the back end to say; here it is one user for each page.
      validator: () => ({ validate: () => of({ id: 'me', roles: [], claims: {} }) }),
    }),
  ),
];
