import { TestBed } from '@angular/core/testing';
import { isGatewayError } from 'rx-mesh/gateway';
import { settled } from '../spec-support/settled';
import { KeySet } from './key-set';
import { JWKS, type Key, isOver, jwtWorld, keyOf } from './spec-support/jwt-world';

const REFUSED = { error: { status: 401 } };
const UNKNOWN = { error: { status: 503, code: 'RXM600' } };

describe(KeySet.name, () => {
  let a: Key;
  let b: Key;
  beforeAll(async () => {
    [a, b] = await Promise.all([keyOf('a'), keyOf('b')]);
  });

  it('loads the keys once for all who ask at one time', async () => {
    const { server, validate } = jwtWorld();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => a.sign()));
    const all = tokens.map(validate);
    await settled();
    server.expectOne(JWKS).flush({ keys: [a.jwk] });
    for (let round = 0; round < 1000 && !all.every(isOver); round++) await settled();
    expect(all.every(({ user }) => user?.id === 'anna')).toBe(true);
  });

  it('follows the issuer to new keys, and lets the old ones hold beside them', async () => {
    const { check, clock } = jwtWorld();
    expect(await check(await a.sign(), a)).toMatchObject({ asked: 1, user: { id: 'anna' } });
    clock.advance(30_000);
    expect(await check(await b.sign(), a, b)).toMatchObject({ asked: 1, user: { id: 'anna' } });
    expect(await check(await a.sign())).toMatchObject({ asked: 0, user: { id: 'anna' } });
    expect(await check(await b.sign())).toMatchObject({ asked: 0, user: { id: 'anna' } });
  });

  it('loads them again for a key that is not known, but not again and again', async () => {
    const { check, clock } = jwtWorld();
    await check(await a.sign(), a);
    const early = await check(await b.sign(), a, b);
    expect(early).toMatchObject({ asked: 0, ...REFUSED });
    clock.advance(30_000);
    const made = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => (await keyOf(`made up ${i}`)).sign()),
    );
    let asked = 0;
    for (const token of made) asked += (await check(token, a)).asked;
    expect(asked).toBe(1);
    clock.advance(29_999);
    for (const token of made) expect(await check(token, a)).toMatchObject({ asked: 0, ...REFUSED });
    clock.advance(1);
    expect(await check(made[0] ?? '', a)).toMatchObject({ asked: 1, ...REFUSED });
  });

  it('asks once for many keys that are not known at one time', async () => {
    const { check, clock, finish, server, validate } = jwtWorld();
    await check(await a.sign(), a);
    clock.advance(30_000);
    const all = (await Promise.all([b.sign(), b.sign({ sub: 'bert' })])).map(validate);
    let asked = 0;
    for (let round = 0; round < 1000 && asked === 0; round++) {
      await settled();
      asked += server.match(JWKS).map((each) => each.flush({ keys: [b.jwk] })).length;
    }
    const ends = await Promise.all(all.map((seen) => finish(seen, [b])));
    expect(ends.map(({ user }) => user?.id)).toEqual(['anna', 'bert']);
    expect(asked + ends.reduce((sum, end) => sum + end.asked, 0)).toBe(1);
  });

  it('does not ask an issuer again and again that does not answer, for keys that are not known', async () => {
    const { check, checkWhileDown, clock } = jwtWorld();
    await check(await a.sign(), a);
    clock.advance(30_000);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => b.sign()));
    let asked = 0;
    for (const token of tokens) {
      const end = await checkWhileDown(token);
      asked += end.asked;
      // It may be a new key: who is signed in stays so.
      expect(end).toMatchObject(UNKNOWN);
    }
    expect(asked).toBe(1);
    expect(await checkWhileDown(await a.sign())).toMatchObject({ asked: 0, user: { id: 'anna' } });
    clock.advance(1000);
    expect(await check(await b.sign(), b)).toMatchObject({ asked: 1, user: { id: 'anna' } });
  });

  it('forgets a key that the issuer has taken back', async () => {
    const { check, clock } = jwtWorld({ jwksUrl: JWKS, maxAge: 60_000 });
    await check(await a.sign(), a);
    clock.advance(60_000);
    expect(await check(await a.sign(), b)).toMatchObject({ asked: 1, ...REFUSED });
  });

  it('says nothing of a token when the keys cannot be had', async () => {
    const { clock, diagnostics, server, validate } = jwtWorld();
    const token = await a.sign();
    const answers: ((request: ReturnType<typeof server.expectOne>) => void)[] = [
      (request) => request.flush('no', { status: 500, statusText: 'x' }),
      (request) => request.error({} as ProgressEvent),
      (request) => request.flush(null),
      (request) => request.flush({ keys: 'none' }),
      () => clock.advance(10_000),
    ];
    for (const answer of answers) {
      const seen = validate(token);
      await settled();
      answer(server.expectOne(JWKS));
      await settled();
      expect(seen).toMatchObject({ error: { status: 503, cause: undefined } });
      clock.advance(60_000);
    }
    expect(clock.pending).toBe(0);
    expect(diagnostics.records).toMatchObject([
      { code: 'RXM609', message: expect.stringContaining(JWKS) as string, cause: { status: 500 } },
    ]);
  });

  it('asks a dead issuer more and more seldom, at most once a minute, and says when', async () => {
    const { checkWhileDown, clock } = jwtWorld();
    const token = await a.sign({ exp: 1_800_000_000 });
    const waits: number[] = [];
    for (let time = 0; time < 12; time++) {
      const first = await checkWhileDown(token);
      expect(first.asked).toBe(1);
      const wait = isGatewayError(first.error) ? (first.error.retryAfter ?? 0) : 0;
      waits.push(wait);
      clock.advance(wait - 1);
      const second = await checkWhileDown(token);
      expect(second).toMatchObject({ asked: 0, error: { status: 503 } });
      expect((second.error as { retryAfter: number }).retryAfter).toBeCloseTo(1, 3);
      clock.advance(1.001);
    }
    for (const [time, wait] of waits.entries()) {
      const most = Math.min(60_000, 1000 * 2 ** time);
      expect(wait).toBeGreaterThanOrEqual(most / 2);
      expect(wait).toBeLessThanOrEqual(most);
    }
  });

  it('is patient again, and tells it again, after the issuer was there', async () => {
    const { check, checkWhileDown, clock, diagnostics } = jwtWorld({ jwksUrl: JWKS, staleFor: 0 });
    const token = await a.sign({ exp: 1_800_000_000 });
    for (let time = 0; time < 4; time++) {
      await checkWhileDown(token);
      clock.advance(60_000);
    }
    expect((await check(token, a)).user).toBeDefined();
    clock.advance(600_000);
    const { error } = await checkWhileDown(token);
    expect((error as { retryAfter: number }).retryAfter).toBeLessThanOrEqual(1000);
    expect(diagnostics.codes).toEqual(['RXM609', 'RXM609']);
  });

  it('uses old keys for staleFor while new ones cannot be had, and asks no more often for it', async () => {
    const options = { jwksUrl: JWKS, maxAge: 60_000, staleFor: 120_000 };
    const { check, checkWhileDown, clock } = jwtWorld(options);
    const token = await a.sign({ exp: 1_800_000_000 });
    await check(token, a);
    clock.advance(60_000);
    expect(await checkWhileDown(token)).toMatchObject({ asked: 1, user: { id: 'anna' } });
    expect(await checkWhileDown(token)).toMatchObject({ asked: 0, user: { id: 'anna' } });
    clock.advance(119_999);
    expect(await checkWhileDown(token)).toMatchObject({ asked: 1, user: { id: 'anna' } });
    clock.advance(1);
    expect(await checkWhileDown(token)).toMatchObject({ asked: 0, ...UNKNOWN });
    clock.advance(2000);
    expect(await check(token, a)).toMatchObject({ asked: 1, user: { id: 'anna' } });
  });

  it('cancels the load when the last who waits leaves, which is no failure', async () => {
    const { check, clock, diagnostics, server, validate } = jwtWorld();
    const all = [validate(await a.sign()), validate(await a.sign())];
    await settled();
    const request = server.expectOne(JWKS);
    all[0]?.leave();
    expect(request.cancelled).toBe(false);
    all[1]?.leave();
    expect(request.cancelled).toBe(true);
    expect(clock.pending).toBe(0);
    expect(await check(await a.sign(), a)).toMatchObject({ asked: 1, user: { id: 'anna' } });
    expect(diagnostics.codes).toEqual([]);
  });

  it('leaves out what is no key, and what is too much', async () => {
    const { finish, server, validate } = jwtWorld();
    const seen = validate(await a.sign());
    await settled();
    server.expectOne(JWKS).flush({ keys: [null, 7, { kty: 'new' }, a.jwk] });
    expect((await finish(seen)).user).toBeDefined();
    TestBed.resetTestingModule();
    const many = jwtWorld();
    const other = many.validate(await a.sign());
    await settled();
    const filler = Array.from({ length: 100 }, () => b.jwk);
    many.server.expectOne(JWKS).flush({ keys: [...filler, a.jwk] });
    expect(await many.finish(other)).toMatchObject(REFUSED);
  });
});
