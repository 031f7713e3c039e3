import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see, until } from '../cookbook/spec-support/see';
import { signedInProviders } from './signed-in';

const NOW = 1_767_225_600;

describe('Tokens that are checked', () => {
  it('lets in a customer whose token is good, and nobody else', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'a', alg: 'ES256' };
    TestBed.configureTestingModule({
      providers: [
        signedInProviders({ keys: { keys: [jwk] } }),
        provideHttpClientTesting(),
        provideRxMeshTesting(),
      ],
    });
    const http = TestBed.inject(HttpClient);
    const backend = TestBed.inject(HttpTestingController);
    const ask = async (claims: object) => {
      const token = await new SignJWT({
        iss: 'https://id.example.com',
        aud: 'shop',
        sub: 'anna',
        exp: NOW + 60,
        roles: ['customer'],
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'a' })
        .sign(privateKey);
      const seen = see(http.get('/orders/7', { headers: { Authorization: `Bearer ${token}` } }));
      let sent = 0;
      await until(() => {
        for (const request of backend.match(() => true)) {
          sent++;
          request.flush({ id: 7 });
        }
        return seen.completed || seen.errors.length > 0;
      });
      const [error] = seen.errors as { status: number }[];
      return [sent, error?.status ?? 200];
    };
    expect(await ask({})).toEqual([1, 200]);
    expect(await ask({ roles: [] })).toEqual([0, 403]);
    expect(await ask({ exp: NOW - 60 })).toEqual([0, 401]);
    expect(await ask({ aud: 'another' })).toEqual([0, 401]);
  });
});
