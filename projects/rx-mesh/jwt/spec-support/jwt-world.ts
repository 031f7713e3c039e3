import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { type JWTPayload, SignJWT, exportJWK, generateKeyPair } from 'jose';
import type { GatewayUser } from 'rx-mesh/gateway';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { from } from 'rxjs';
import { settled } from '../../spec-support/settled';
import type { JwtOptions } from '../jwt-options';
import { jwtValidator } from '../jwt-validator';

/** Where the keys of the tests are. */
export const JWKS = 'https://id.test/jwks.json';

/** Wall clock at the start, in seconds. */
export const NOW = 1_767_225_600;

/** Makes a key, and what signs with it: tokens that hold for a minute. */
export async function keyOf(kid: string, alg = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const sign = (claims: JWTPayload = {}, header: { readonly kid?: string } = { kid }) =>
    new SignJWT({ sub: 'anna', iss: 'id', aud: 'shop', exp: NOW + 60, ...claims })
      .setProtectedHeader({ alg, ...header })
      .sign(privateKey);
  return { sign, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

/** A key of {@link keyOf}. */
export type Key = Awaited<ReturnType<typeof keyOf>>;

/** What came of a token. */
export interface Validated {
  user?: GatewayUser;
  error?: unknown;
  leave: () => void;
}

/** Whether it is known what came of it. */
export const isOver = ({ error, user }: Validated) => error !== undefined || user !== undefined;

/** A validator before an issuer that a test answers for, in time that it owns. */
export function jwtWorld(options: Partial<JwtOptions> = { jwksUrl: JWKS }) {
  const intercepted: string[] = [];
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(
        withInterceptors([
          (request, next) => {
            intercepted.push(request.url);
            return next(request);
          },
        ]),
      ),
      provideHttpClientTesting(),
    ],
  });
  const validator = TestBed.runInInjectionContext(
    jwtValidator({ issuer: 'id', audience: 'shop', ...options }),
  );
  const server = TestBed.inject(HttpTestingController);
  const validate = (token: string): Validated => {
    const seen: Validated = { leave: () => {} };
    const subscription = from(validator.validate(token)).subscribe({
      next: (user) => (seen.user = user),
      error: (error: unknown) => (seen.error = error),
    });
    seen.leave = () => subscription.unsubscribe();
    return seen;
  };
  /** Waits, and lets the issuer answer whenever it is asked: with these keys, or with a status. */
  const finish = async (seen: Validated, answer: readonly Key[] | number = []) => {
    let asked = 0;
    // Signatures are checked on another thread, in their own time.
    for (let round = 0; round < 1000 && !isOver(seen); round++) {
      await settled();
      for (const request of server.match(JWKS)) {
        asked++;
        if (typeof answer === 'number') request.flush(null, { status: answer, statusText: 'x' });
        else request.flush({ keys: answer.map(({ jwk }) => jwk) });
      }
    }
    return { ...seen, asked };
  };
  return {
    finish,
    intercepted,
    server,
    validate,
    check: (token: string, ...keys: readonly Key[]) => finish(validate(token), keys),
    checkWhileDown: (token: string) => finish(validate(token), 500),
    clock: TestBed.inject(ManualClock),
    diagnostics: TestBed.inject(RecordingDiagnostics),
  };
}
