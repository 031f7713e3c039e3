import { HttpErrorResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject, of, throwError } from 'rxjs';
import { contextOf, stepWorld } from '../spec-support/gateway-steps';
import type { AuthConfig } from '../route-config';
import { authentication } from './authentication-middleware';
import { AuthenticationService } from './authentication-service';
import { credentialsOf } from './request-keys';
import { tokenRefused } from './token-ports';
import { withTokens } from './with-tokens';

/** Tokens are `user.number`; those of `bad` are not good. */
function setUp(config: AuthConfig = {}, { canRefresh = true } = {}) {
  const session = {
    token: undefined as string | undefined,
    renewals: [] as Subject<string>[],
    bad: new Set<string>(),
    checks: undefined as Subject<never> | undefined,
    ask: undefined as (() => unknown) | undefined,
  };
  const feature = withTokens({
    validator: () => ({
      validate: (token) =>
        session.checks ??
        (session.bad.has(token)
          ? throwError(() => tokenRefused('It is over.'))
          : of({ id: token.split('.')[0] ?? '', roles: [], claims: {} })),
    }),
    source: () => ({
      current: () => session.token,
      ...(canRefresh && {
        refresh: () => {
          const renewal = new Subject<string>();
          session.renewals.push(renewal);
          session.ask?.();
          return renewal;
        },
      }),
    }),
  });
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting(), ...feature.ɵproviders] });
  const world = stepWorld(authentication(config, TestBed.inject(AuthenticationService)));
  const send = (headers: Record<string, string> = {}) => world.send(contextOf('/a', { headers }));
  const renew = (token: string) => {
    session.token = token;
    session.renewals.at(-1)?.next(token);
  };
  const tokenAt = (index: number) =>
    world.arrivals[index]?.context.originalRequest.headers.get('Authorization');
  return { ...world, clock: TestBed.inject(ManualClock), renew, send, session, tokenAt };
}

describe(authentication.name, () => {
  it('says whose a request is, by its bearer token in any case', () => {
    const { arrivals, send } = setUp();
    send({ Authorization: 'bearer anna.1' });
    expect(arrivals[0]?.context.user?.id).toBe('anna');
  });

  it('reads an API key, and sends that of the page where there is none', () => {
    const { arrivals, send, session } = setUp({ scheme: { header: 'X-API-Key' } });
    send({ 'X-API-Key': 'bert.1' });
    session.token = 'anna.1';
    send();
    expect(arrivals.map(({ context }) => context.user?.id)).toEqual(['bert', 'anna']);
    expect(arrivals[1]?.context.originalRequest.headers.get('X-API-Key')).toBe('anna.1');
  });

  it('sends nothing for another user who came while the token was looked at', () => {
    const { arrivals, send, session } = setUp();
    session.token = 'anna.1';
    const checks = (session.checks = new Subject<never>());
    const seen = send();
    session.token = 'bert.1';
    session.checks = undefined;
    checks.error(tokenRefused('It is over.'));
    expect(seen.error).toMatchObject({ status: 401 });
    expect(arrivals).toEqual([]);
  });

  it('sends the token of the page', () => {
    const { send, session, tokenAt } = setUp();
    session.token = 'anna.1';
    send();
    expect(tokenAt(0)).toBe('Bearer anna.1');
  });

  it('refuses requests without a token, unless they may be without', () => {
    const required = setUp();
    expect(required.send().error).toMatchObject({ status: 401 });
    expect(required.arrivals).toHaveLength(0);
    TestBed.resetTestingModule();
    const optional = setUp({ required: false });
    optional.send();
    expect(optional.arrivals[0]?.context.user).toBeUndefined();
  });

  it.each([['Bearer bad.1'], ['Basic YTpi'], ['Bearer'], ['Bearer a b']])(
    'refuses a bad token also where there may be none: %s',
    (value) => {
      const { arrivals, send, session } = setUp({ required: false });
      session.bad.add('bad.1');
      expect(send({ Authorization: value }).error).toMatchObject({ status: 401 });
      expect(arrivals).toHaveLength(0);
    },
  );

  it('renews a token once for all requests that are told 401, and sends each once more', () => {
    const { arrivals, renew, send, session, tokenAt } = setUp();
    session.token = 'anna.1';
    const all = Array.from({ length: 50 }, () => send());
    arrivals.slice(0, 50).forEach((arrival) => arrival.fail(401));
    expect(session.renewals).toHaveLength(1);
    expect(arrivals).toHaveLength(50);
    renew('anna.2');
    expect(arrivals).toHaveLength(100);
    expect(tokenAt(50)).toBe('Bearer anna.2');
    arrivals.slice(50).forEach((arrival) => arrival.answer());
    expect(all.every(({ isDone, values }) => isDone && values.length === 1)).toBe(true);
    expect(session.renewals).toHaveLength(1);
  });

  it('takes the new token for one who is told 401 too late', () => {
    const { arrivals, renew, send, session, tokenAt } = setUp();
    session.token = 'anna.1';
    send();
    send();
    arrivals[0]?.fail(401);
    renew('anna.2');
    arrivals[1]?.fail(401);
    expect(session.renewals).toHaveLength(1);
    expect(tokenAt(3)).toBe('Bearer anna.2');
  });

  it('renews a token before it is sent, where it is known to be over', () => {
    const { arrivals, renew, send, session, tokenAt } = setUp();
    session.token = 'anna.1';
    session.bad.add('anna.1');
    send();
    expect(arrivals).toHaveLength(0);
    renew('anna.2');
    expect(tokenAt(0)).toBe('Bearer anna.2');
  });

  it('sends once more, not twice', () => {
    const { arrivals, renew, send, session } = setUp();
    session.token = 'anna.1';
    const seen = send();
    arrivals[0]?.fail(401);
    renew('anna.2');
    arrivals[1]?.fail(401);
    expect(seen.error).toMatchObject({ status: 401, url: '/a' });
    expect(session.renewals).toHaveLength(1);
  });

  it('tells all 401 when there is no new token, and asks for none again at once', () => {
    const { arrivals, send, session } = setUp();
    session.token = 'anna.1';
    const all = Array.from({ length: 3 }, () => send());
    arrivals[0]?.fail(401);
    arrivals[1]?.fail(401);
    session.renewals[0]?.error(tokenRefused('no: anna.1'));
    arrivals[2]?.fail(401);
    for (const { error } of all) {
      expect(error).toMatchObject({ status: 401, cause: undefined });
      expect(String(error)).not.toContain('anna.1');
    }
    expect(session.renewals).toHaveLength(1);
    expect(arrivals).toHaveLength(3);
  });

  it.each([
    [500, 502],
    [503, 503],
    [504, 504],
  ])('signs nobody out because of an outage of who makes tokens: %d', (status, told) => {
    const { arrivals, clock, renew, send, session, tokenAt } = setUp();
    session.token = 'anna.1';
    const seen = send();
    arrivals[0]?.fail(401);
    session.renewals[0]?.error(new HttpErrorResponse({ status }));
    expect(seen.error).toMatchObject({ status: told, code: 'RXM600', retryAfter: 5000 });
    clock.advance(5000);
    const later = send();
    arrivals[1]?.fail(401);
    renew('anna.2');
    expect(tokenAt(2)).toBe('Bearer anna.2');
    arrivals[2]?.answer(7);
    expect(later.values[0]?.body).toBe(7);
  });

  it('never sends the request of one user with the token of another', () => {
    const { arrivals, send, session } = setUp();
    session.token = 'anna.1';
    const seen = send();
    session.token = 'bert.1';
    arrivals[0]?.fail(401);
    expect(seen.error).toMatchObject({ status: 401 });
    expect(arrivals).toHaveLength(1);
  });

  it('leaves the token alone that a request has brought, and one that cannot be renewed', () => {
    const own = setUp();
    const seen = own.send({ Authorization: 'Bearer anna.1' });
    own.arrivals[0]?.fail(401);
    expect(seen.error).toMatchObject({ status: 401 });
    TestBed.resetTestingModule();
    const fixed = setUp({}, { canRefresh: false });
    fixed.session.token = 'anna.1';
    const other = fixed.send();
    fixed.arrivals[0]?.fail(401);
    expect(other.error).toMatchObject({ status: 401, url: '/a' });
    expect([...own.session.renewals, ...fixed.session.renewals]).toHaveLength(0);
  });

  it('passes other errors on', () => {
    const { arrivals, send, session } = setUp();
    session.token = 'anna.1';
    const seen = send();
    arrivals[0]?.fail(403);
    expect(seen.error).toMatchObject({ status: 403 });
    expect(session.renewals).toHaveLength(0);
  });

  it('lets a renewal that has begun go on when the last who waits for it leaves', () => {
    const { arrivals, clock, open, renew, send, session } = setUp();
    session.token = 'anna.1';
    const all = [send(), send()];
    arrivals.forEach((arrival) => arrival.fail(401));
    all[0]?.leave();
    expect(session.renewals[0]?.observed).toBe(true);
    all[1]?.leave();
    expect(session.renewals[0]?.observed).toBe(true);
    expect(open).toBe(0);
    renew('anna.2');
    expect(session.renewals[0]?.observed).toBe(false);
    expect(arrivals).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it.each([[true], [false]])(
    'refuses the request that renews the token by a route that asks for one: bad before it is sent: %j',
    (isBad) => {
      const { arrivals, send, session } = setUp();
      const renewing: { seen?: ReturnType<typeof send> } = {};
      session.ask = () => {
        renewing.seen = send();
      };
      session.token = 'anna.1';
      if (isBad) session.bad.add('anna.1');
      const seen = send();
      for (const arrival of arrivals) arrival.fail(401);
      expect(renewing.seen?.error).toMatchObject({
        status: 502,
        message: expect.stringContaining('SKIP_GATEWAY') as string,
      });
      expect(seen.error).toBeUndefined();
      expect(session.renewals).toHaveLength(1);
    },
  );

  it('lets the request that renews the token have one of its own', () => {
    const { arrivals, send, session } = setUp();
    session.ask = () => send({ Authorization: 'Bearer anna.renewal' });
    session.token = 'anna.1';
    session.bad.add('anna.1');
    send();
    expect(arrivals).toHaveLength(1);
    arrivals[0]?.answer('anna.2');
  });

  it('notes in which header a token is', () => {
    const { arrivals, send, session } = setUp({ scheme: { header: 'X-API-Key' } });
    session.token = 'anna.1';
    send();
    expect(arrivals[0]?.context.credentials).toEqual(['X-API-Key']);
    expect(arrivals.flatMap(({ context }) => credentialsOf(context))).toEqual(['authorization', 'x-api-key']); // prettier-ignore
  });

  it.each(['Cookie', 'X Y', '', 'a\r\nb'])('refuses %j as the header of a key', (header) => {
    expect(() => setUp({ scheme: { header } })).toThrow(InvalidOptionError);
  });
});
