import { TestBed } from '@angular/core/testing';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { settled } from '../spec-support/settled';
import { JOSE } from './jose-module';
import { jwtValidator } from './jwt-validator';
import { JWKS, type Key, NOW, jwtWorld, keyOf } from './spec-support/jwt-world';

describe(jwtValidator.name, () => {
  let a: Key;
  beforeAll(async () => {
    a = await keyOf('a');
  });

  const withKeys = (...keys: readonly Key[]) => ({ keys: { keys: keys.map(({ jwk }) => jwk) } });

  it('says whose a token is, and what he may do', async () => {
    const { check, intercepted } = jwtWorld();
    const token = await a.sign({ roles: ['admin', 7] });
    const { asked, user } = await check(token, a);
    expect(user).toMatchObject({ id: 'anna', roles: ['admin'], claims: { aud: 'shop' } });
    expect(asked).toBe(1);
    expect((await check(token)).asked).toBe(0);
    expect(intercepted).toEqual([]);
  });

  it('reads roles where it is told that they are', async () => {
    const userOf = ({ sub = '' }: JWTPayload) => ({ id: `u-${sub}`, roles: ['x'], claims: {} });
    const { check } = jwtWorld({ ...withKeys(a), userOf });
    expect((await check(await a.sign())).user).toEqual({ id: 'u-anna', roles: ['x'], claims: {} });
  });

  it('asks no issuer where it has the keys, also for one that is not there', async () => {
    const { check } = jwtWorld(withKeys(a));
    const b = await keyOf('b');
    expect(await check(await b.sign(), b)).toMatchObject({
      asked: 0,
      error: { status: 401, message: expect.stringContaining('not known') as string },
    });
  });

  it.each([
    ['has expired', { exp: NOW - 31 }],
    ['not valid yet', { nbf: NOW + 31 }],
    ['for somebody else', { aud: 'other' }],
    ['for somebody else', { aud: ['other', 'more'] }],
    ['from somebody else', { iss: 'other' }],
    ['missing or wrong', { exp: undefined }],
    ['missing or wrong', { sub: undefined }],
    ['from somebody else', { iss: undefined }],
    ['for somebody else', { aud: undefined }],
    ['missing or wrong', { exp: 'soon' }],
    ['not valid yet', { nbf: 'soon' }],
  ])('refuses a token that is %s: %j', async (reason, claims) => {
    const { check } = jwtWorld(withKeys(a));
    const { error } = await check(await a.sign(claims as JWTPayload));
    expect(error).toMatchObject({
      status: 401,
      cause: undefined,
      message: expect.stringContaining(reason) as string,
    });
  });

  it('takes one of several issuers and audiences, also where a token is for several', async () => {
    const { check } = jwtWorld({ ...withKeys(a), issuer: ['id', 'id2'], audience: ['x', 'shop'] });
    for (const claims of [{ iss: 'id2' }, { aud: ['other', 'x'] }]) {
      expect((await check(await a.sign(claims))).user).toBeDefined();
    }
    expect((await check(await a.sign({ iss: 'id3' }))).error).toMatchObject({ status: 401 });
  });

  it('takes clocks that differ by clockTolerance, and no more', async () => {
    const { check, clock } = jwtWorld(withKeys(a));
    expect((await check(await a.sign({ exp: NOW - 29 }))).user).toBeDefined();
    expect((await check(await a.sign({ nbf: NOW + 29 }))).user).toBeDefined();
    const token = await a.sign();
    clock.advance(89_000);
    expect((await check(token)).user).toBeDefined();
    clock.advance(2000);
    expect((await check(token)).error).toMatchObject({ status: 401 });
  });

  it('takes no other clock where it may not differ', async () => {
    const { check } = jwtWorld({ ...withKeys(a), clockTolerance: 0 });
    expect((await check(await a.sign({ exp: NOW + 1, nbf: NOW }))).user).toBeDefined();
    expect((await check(await a.sign({ exp: NOW - 1 }))).error).toMatchObject({ status: 401 });
    expect((await check(await a.sign({ nbf: NOW + 1 }))).error).toMatchObject({ status: 401 });
  });

  it.each(['RS256', 'PS256', 'ES256', 'Ed25519'])('knows %s', async (alg) => {
    const key = await keyOf('k', alg);
    const { check } = jwtWorld(withKeys(key));
    expect((await check(await key.sign())).user).toMatchObject({ id: 'anna' });
  });

  it('refuses an algorithm that is not allowed, also where there is a key for it', async () => {
    const key = await keyOf('k', 'ES384');
    const { check } = jwtWorld(withKeys(key));
    expect((await check(await key.sign())).error).toMatchObject({
      status: 401,
      message: expect.stringContaining('not allowed') as string,
    });
    TestBed.resetTestingModule();
    const other = jwtWorld({ ...withKeys(key), algorithms: ['ES384'] });
    expect((await other.check(await key.sign())).user).toBeDefined();
    expect((await other.check(await a.sign())).error).toMatchObject({ status: 401 });
  });

  it('refuses what is tampered with, unsigned, signed by a secret, or no token', async () => {
    const { check } = jwtWorld(withKeys(a));
    const [head = '', , signature = ''] = (await a.sign()).split('.');
    const [, forged = ''] = (await a.sign({ sub: 'root' })).split('.');
    const good = { sub: 'anna', iss: 'id', aud: 'shop', exp: NOW + 60 };
    const unsigned = new UnsecuredJWT(good).encode();
    const bySecret = (secret: string) =>
      new SignJWT(good)
        .setProtectedHeader({ alg: 'HS256', kid: 'a' })
        .sign(new TextEncoder().encode(secret));
    const tokens = [
      `${head}.${forged}.${signature}`,
      `${unsigned}${signature}`,
      unsigned,
      await bySecret('x'.repeat(32)),
      // The public key as a secret: everybody has that.
      await bySecret(JSON.stringify(a.jwk)),
      'a.b.c',
      'no-token',
      `${head}..`,
    ];
    for (const token of tokens) {
      const { error } = await check(token);
      expect(error).toMatchObject({ status: 401, code: 'RXM600' });
      expect(String(error)).not.toContain(token);
    }
  });

  it('takes no key of a secret, whatever the issuer says', async () => {
    const { finish, server, validate } = jwtWorld();
    const secret = 'x'.repeat(32);
    const token = await new SignJWT({ sub: 'anna', iss: 'id', aud: 'shop', exp: NOW + 60 })
      .setProtectedHeader({ alg: 'HS256', kid: 's' })
      .sign(new TextEncoder().encode(secret));
    const seen = validate(token);
    await settled();
    const k = btoa(secret).replace(/=/g, '');
    server.match(JWKS).forEach((each) => each.flush({ keys: [{ kty: 'oct', kid: 's', k }] }));
    expect((await finish(seen)).error).toMatchObject({ status: 401 });
  });

  it('refuses a token that does not say which of two keys it is signed with', async () => {
    const { check } = jwtWorld(withKeys(a, await keyOf('b')));
    expect((await check(await a.sign({}, {}))).error).toMatchObject({
      status: 401,
      message: expect.stringContaining('does not say which key') as string,
    });
    TestBed.resetTestingModule();
    expect((await jwtWorld(withKeys(a)).check(await a.sign({}, {}))).user).toBeDefined();
  });

  it('says nothing of a token when what is thrown is none of the reasons', async () => {
    for (const thrown of ['a text', { code: 7 }, new Error('x')] as const) {
      TestBed.resetTestingModule();
      const userOf = () => {
        throw thrown as Error;
      };
      const { error } = await jwtWorld({ ...withKeys(a), userOf }).check(await a.sign());
      expect(error).toBe(thrown);
    }
  });

  it('says nothing of a token when jose is not installed', async () => {
    TestBed.configureTestingModule({
      providers: [{ provide: JOSE, useValue: () => Promise.reject(new Error('no jose')) }],
    });
    const { check } = jwtWorld({ keys: { keys: [] } });
    expect((await check('t')).error).toMatchObject({ message: 'no jose' });
  });

  it.each([
    [{}],
    [{ jwksUrl: JWKS, keys: { keys: [] } }],
    [{ jwksUrl: JWKS, issuer: '' }],
    [{ jwksUrl: JWKS, audience: [] }],
    [{ jwksUrl: JWKS, algorithms: ['none' as never] }],
    [{ jwksUrl: JWKS, algorithms: ['HS256' as never] }],
    [{ jwksUrl: JWKS, algorithms: [] }],
    [{ jwksUrl: JWKS, clockTolerance: -1 }],
    [{ jwksUrl: JWKS, timeout: Infinity }],
    [{ jwksUrl: JWKS, staleFor: -1 }],
  ])('refuses the options %j', (options) => {
    expect(() => jwtValidator({ issuer: 'id', audience: 'shop', ...options })).toThrow(
      InvalidOptionError,
    );
  });
});
