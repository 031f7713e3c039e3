import { HttpBackend } from '@angular/common/http';
import { inject } from '@angular/core';
import type { LocalJWKSet } from 'jose';
import { type GatewayUser, type TokenValidator, tokenRefused } from 'rx-mesh/gateway';
import { CLOCK, DIAGNOSTICS, RANDOM } from 'rx-mesh/kernel';
import { type Observable, catchError, defer, from, map, switchMap } from 'rxjs';
import { JOSE, type JoseModule } from './jose-module';
import { JWT, type JwtOptions } from './jwt-options';
import { isUnknownKey, reasonOf } from './jwt-reasons';
import { KeySet } from './key-set';

/**
 * Says whose a JSON Web Token is (RFC 7519), by its signature and claims, with the package `jose`, which is fetched with the first
 * token. A token must have `sub`, `exp`, and the issuer and audience that are asked for. Keys are loaded from `jwksUrl` with the first
 * token, and again for a key that is not known, but not more often than `cooldown` allows. Where they cannot be loaded there is a
 * pause that grows from a second to a minute; old ones are used for `staleFor`, and after that the error says nothing of the token:
 * requests get 503.
 *
 * In a page this is for what is shown, and a second line: the service has to check tokens itself.
 *
 * @returns what makes the validator, within an injection context: for `withTokens({ validator })`.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * withTokens({ validator: jwtValidator({ jwksUrl: '/jwks.json', issuer: 'https://id.shop.test', audience: 'shop' }) });
 * ```
 */
export function jwtValidator(options: JwtOptions): () => TokenValidator {
  const values = JWT.resolve(options);
  const { algorithms, audience, clockTolerance, issuer, userOf } = values;
  return () => {
    const clock = inject(CLOCK);
    const load = inject(JOSE);
    const backend = values.keys ? undefined : inject(HttpBackend);
    const keySet = new KeySet({
      clock,
      backend,
      random: inject(RANDOM),
      diagnostics: inject(DIAGNOSTICS),
      options: values,
    });

    const verify = (jose: JoseModule, token: string, keys: LocalJWKSet): Observable<GatewayUser> =>
      defer(() =>
        jose.jwtVerify(token, keys, {
          algorithms: [...algorithms],
          audience: listOf(audience),
          clockTolerance: clockTolerance / 1000,
          currentDate: new Date(clock.now()),
          issuer: listOf(issuer),
          requiredClaims: ['sub', 'exp'],
        }),
      ).pipe(map(({ payload }) => userOf(payload)));

    const check = (jose: JoseModule, token: string): Observable<GatewayUser> =>
      keySet.current(jose).pipe(
        switchMap((keys) =>
          verify(jose, token, keys).pipe(
            catchError((error: unknown) => {
              if (!isUnknownKey(error)) throw error;
              return keySet.newer(jose, keys).pipe(
                switchMap((newer) => {
                  if (!newer) throw tokenRefused(reasonOf(error) ?? '');
                  return verify(jose, token, newer);
                }),
              );
            }),
          ),
        ),
      );

    return {
      validate: (token) =>
        defer(() => from(load())).pipe(
          switchMap((jose) => check(jose, token)),
          catchError((error: unknown) => {
            const reason = reasonOf(error);
            throw reason === undefined ? (error as Error) : tokenRefused(reason);
          }),
        ),
    };
  };
}

function listOf(text: string | readonly string[]): string[] {
  return typeof text === 'string' ? [text] : [...text];
}
