import { HttpClient, HttpContext, provideHttpClient, withInterceptors } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import {
  SKIP_GATEWAY,
  type TokenSource,
  type TokenValidator,
  gatewayInterceptor,
  provideRxMesh,
  tokenRefused,
  withGateway,
  withRxMeshInterceptors,
  withStaticServices,
  withTokens,
} from 'rx-mesh';
import { type Observable, map, of, tap, throwError } from 'rxjs';

// #region session
interface SignedIn {
  readonly userId: string;
  readonly token: string;
}

@Injectable({ providedIn: 'root' })
export class Session implements TokenSource, TokenValidator {
  private readonly http = inject(HttpClient);
  private signedIn: SignedIn | undefined;

  begin(signedIn: SignedIn): void {
    this.signedIn = signedIn;
  }

  /** What requests are sent with. */
  current(): string | undefined {
    return this.signedIn?.token;
  }

  /** Called once, however many requests have found out that the token is over. */
  refresh(): Observable<string> {
    // The refresh token is in a cookie that no script can read. This request must not wait for itself.
    const context = new HttpContext().set(SKIP_GATEWAY, true);
    return this.http.post<SignedIn>('/auth/refresh', null, { context }).pipe(
      tap((renewed) => this.begin(renewed)),
      map(({ token }) => token),
    );
  }

  /** Whose a token is. The services check it themselves; see `jwtValidator` of rx-mesh/jwt for one that is signed. */
  validate(token: string) {
    return this.signedIn?.token === token
      ? of({ id: this.signedIn.userId, roles: [], claims: {} })
      : throwError(() => tokenRefused('It is not the token of this session.'));
  }
}
// #endregion

// #region providers
export const shopProviders = [
  provideHttpClient(withInterceptors([gatewayInterceptor]), withRxMeshInterceptors()),
  provideRxMesh(
    withStaticServices([{ name: 'shop', instances: ['/services/shop'] }]),
    withGateway({
      basePath: '/api',
      routes: [
        {
          path: '/*rest',
          method: '*',
          targetService: 'shop',
          targetPath: '/*rest',
          authentication: {},
        },
      ],
    }),
    withTokens({ source: () => inject(Session), validator: () => inject(Session) }),
  ),
];
// #endregion
