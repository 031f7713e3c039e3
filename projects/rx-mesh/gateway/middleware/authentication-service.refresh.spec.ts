import { HttpClient, HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import {
  CallTimeoutError,
  CircuitOpenError,
  OfflineError,
  RateLimitedError,
  RetriesExhaustedError,
} from 'rx-mesh/resilience';
import {
  EMPTY,
  NEVER,
  type Observable,
  type ObservableInput,
  Subject,
  of,
  tap,
  throwError,
} from 'rxjs';
import { gatewayError } from '../pipeline/problem';
import { gatewayWorld, ordersRoute } from '../spec-support/gateway-world';
import { AuthenticationService } from './authentication-service';
import { TOKEN_SOURCE, type TokenSource, tokenRefused } from './token-ports';
import type { TokenOptions } from './token-options';
import { withTokens } from './with-tokens';

const saying = (value: unknown) => of(value) as Observable<never>;

function setUp(refresh: () => ObservableInput<string>, options: TokenOptions = {}) {
  const source = { token: 'old-token' as string | undefined, refreshed: 0 };
  const feature = withTokens({
    ...options,
    source: () => ({
      current: () => source.token,
      refresh: () => {
        source.refreshed++;
        return refresh();
      },
    }),
  });
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting(), ...feature.ɵproviders] });
  const service = TestBed.inject(AuthenticationService);
  const ask = (used = 'old-token') => {
    const seen: { token?: string; error?: unknown; leave: () => void } = { leave: () => {} };
    const subscription = service.refresh(used).subscribe({
      next: (token) => (seen.token = token),
      error: (error: unknown) => (seen.error = error),
    });
    seen.leave = () => subscription.unsubscribe();
    return seen;
  };
  return { ask, clock: TestBed.inject(ManualClock), service, source };
}

const answer = (status: number, headers: Record<string, string> = {}) =>
  new HttpErrorResponse({
    status,
    headers: new HttpHeaders(headers),
    url: '/renew?token=old-token',
  });

describe(`${AuthenticationService.name}.refresh`, () => {
  it('stands in for a source that does not keep its new token', () => {
    const tokens = ['b', 'c'];
    const { ask, clock, service, source } = setUp(() => of(tokens.shift() ?? ''));
    expect(ask().token).toBe('b');
    expect(service.current()).toBe('b');
    expect(ask().token).toBe('b');
    clock.advance(5000);
    expect(ask('b').token).toBe('c');
    expect(ask().token).toBe('c');
    expect(source.refreshed).toBe(2);
    source.token = 'of somebody else';
    expect(service.current()).toBe('of somebody else');
  });

  it('does not renew what was renewed a moment ago', () => {
    const { ask, clock, source } = setUp(() => of('new'));
    ask();
    source.token = 'new';
    expect(ask('new').error).toMatchObject({ status: 401 });
    clock.advance(5000);
    expect(ask('new').token).toBe('new');
    expect(source.refreshed).toBe(2);
  });

  it.each([
    ['tokenRefused()', throwError(() => tokenRefused('The session is over: old-token.'))],
    ['status 400', throwError(() => answer(400))],
    ['status 401', throwError(() => answer(401))],
    ['status 403', throwError(() => answer(403))],
    [
      'a status of another kind of error',
      throwError(() => Object.assign(new Error('x'), { status: 401 })),
    ],
    ['what was tried more than once', throwError(() => new RetriesExhaustedError('office', [answer(503), answer(401)]))], // prettier-ignore
    ['no value', EMPTY],
    ['nothing', saying(undefined)],
    ['null', saying(null)],
  ])('is 401 when it is refused, by %s, and asks again only later', (_, refused) => {
    const { ask, clock, source } = setUp(() => refused);
    for (const { error } of [ask(), ask()]) {
      expect(error).toMatchObject({ status: 401, cause: undefined, retryAfter: undefined });
      expect(String(error)).not.toContain('old-token');
    }
    expect(source.refreshed).toBe(1);
    clock.advance(5000);
    ask();
    expect(source.refreshed).toBe(2);
  });

  it.each([
    ['no network', answer(0), 502],
    ['status 500', answer(500), 502],
    ['status 502', answer(502), 502],
    ['status 503', answer(503), 503],
    ['status 429', answer(429), 503],
    ['status 425', answer(425), 503],
    ['status 504', answer(504), 504],
    ['status 408', answer(408), 504],
    ['an answer that cannot be read', answer(200), 502],
    ['a time-out of fetch', new DOMException('x', 'TimeoutError'), 504],
    ['a time-out of HttpClient', new HttpErrorResponse({ status: 0, error: new DOMException('x', 'TimeoutError') }), 504], // prettier-ignore
    ['a time-out of a call', new CallTimeoutError('office', 5, 'call'), 504],
    ['an open circuit', new CircuitOpenError('office', 100), 503],
    ['no network that the browser knows of', new OfflineError('office', 0), 503],
    ['a limit of this side', new RateLimitedError('office', 100), 503],
    ['a gateway in front of it', gatewayError(503, 'old-token'), 503],
    ['what was tried more than once', new RetriesExhaustedError('office', [answer(401), answer(0)]), 502], // prettier-ignore
    ['a bug', new Error('old-token'), 502],
    ['a text', 'old-token', 502],
    ['nothing at all', undefined, 502],
  ])('signs nobody out when nobody answers: %s', (_, error, status) => {
    const { ask, clock, source } = setUp(() => throwError(() => error));
    const first = ask().error;
    expect(first).toMatchObject({ status, cause: undefined, retryAfter: 5000 });
    expect(JSON.stringify([first, String(first)])).not.toContain('old-token');
    clock.advance(2000);
    expect(ask().error).toMatchObject({ status, retryAfter: 3000 });
    expect(source.refreshed).toBe(1);
    clock.advance(3000);
    ask();
    expect(source.refreshed).toBe(2);
  });

  it.each([[saying('a\nb')], [saying(7)], [saying({})]])(
    'takes what is no token for a fault of whoever makes them',
    (rubbish) => {
      expect(setUp(() => rubbish).ask().error).toMatchObject({ status: 502 });
    },
  );

  it('goes on where whoever makes tokens is there again', () => {
    const answers = [throwError(() => answer(503)), of('new')];
    const { ask, clock, service } = setUp(() => answers.shift() ?? EMPTY);
    expect(ask().error).toMatchObject({ status: 503 });
    expect(service.current()).toBe('old-token');
    clock.advance(5000);
    expect(ask().token).toBe('new');
  });

  it.each([
    ['7', 7000],
    ['1', 5000],
    ['86400', 60_000],
  ])(
    'waits as the server asks, at least the cooldown and at most a minute: %s s',
    (asked, wait) => {
      const { ask, clock, source } = setUp(() =>
        throwError(() => answer(503, { 'Retry-After': asked })),
      );
      expect(ask().error).toMatchObject({ retryAfter: wait });
      clock.advance(wait - 1);
      ask();
      expect(source.refreshed).toBe(1);
      clock.advance(1);
      ask();
      expect(source.refreshed).toBe(2);
    },
  );

  it('is over after refreshTimeout, for all who wait', () => {
    const { ask, clock, source } = setUp(() => NEVER, { refreshTimeout: 2000 });
    const all = [ask(), ask()];
    clock.advance(1999);
    expect(all.map(({ error }) => error)).toEqual([undefined, undefined]);
    clock.advance(1);
    for (const { error } of all) expect(error).toMatchObject({ status: 504 });
    expect(source.refreshed).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('goes on when all who wait have left, and is what the next one waits for', () => {
    const renewal = new Subject<string>();
    const { ask, clock, service, source } = setUp(() => renewal);
    ask().leave();
    const next = ask();
    expect(source.refreshed).toBe(1);
    next.leave();
    renewal.next('new');
    expect(service.current()).toBe('new');
    expect(ask().token).toBe('new');
    expect(clock.pending).toBe(0);
  });

  it('is over after refreshTimeout also when all who wait have left', () => {
    const { ask, clock, source } = setUp(() => NEVER, { refreshCooldown: 0, refreshTimeout: 2000 });
    ask().leave();
    clock.advance(2000);
    expect(clock.pending).toBe(0);
    ask().leave();
    expect(source.refreshed).toBe(2);
  });

  it('is over when the application is', () => {
    const { ask, clock } = setUp(() => NEVER);
    ask().leave();
    TestBed.resetTestingModule();
    expect(clock.pending).toBe(0);
  });

  it('does not wait for itself where it is asked for through the gateway', () => {
    const answers: unknown[] = [];
    const { get, http, processed } = gatewayWorld(
      { routes: [ordersRoute({ path: '/*rest', targetPath: '/*rest', authentication: {} })] },
      {
        provide: TOKEN_SOURCE,
        useFactory: (client = inject(HttpClient)): TokenSource => ({
          current: () => 'old-token',
          refresh: () =>
            client.get<string>('/session').pipe(
              tap({
                error: (error: unknown) => answers.push((error as HttpErrorResponse).error),
              }),
            ),
        }),
      },
    );
    expect(get('/orders').errors).toMatchObject([{ status: 502 }]);
    expect(answers).toMatchObject([
      { status: 502, detail: expect.stringContaining('SKIP_GATEWAY') as string },
    ]);
    expect(processed.map(({ status }) => status)).toEqual([502, 502]);
    http.verify();
  });

  it('is begun only until whoever makes tokens was called', () => {
    const asked: boolean[] = [];
    const { ask, service } = setUp(() => {
      asked.push(service.isRenewing);
      return of('new');
    });
    ask();
    expect(asked).toEqual([true]);
    expect(service.isRenewing).toBe(false);
  });

  it('is an error of the stream when the source throws', () => {
    const { ask } = setUp(() => {
      throw new Error('a bug');
    });
    expect(ask().error).toMatchObject({ status: 502 });
  });

  it('renews nothing when nobody is there any more', () => {
    const { ask, source } = setUp(() => of('new'));
    source.token = undefined;
    expect(ask().error).toMatchObject({ status: 401 });
    expect(source.refreshed).toBe(0);
  });

  it('cannot renew without a source that can', () => {
    const feature = withTokens({ source: () => ({ current: () => 't' }) });
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting(), ...feature.ɵproviders] });
    const service = TestBed.inject(AuthenticationService);
    const seen: { error?: unknown } = {};
    service.refresh('t').subscribe({ error: (error: unknown) => (seen.error = error) });
    expect(service.canRefresh).toBe(false);
    expect(seen.error).toMatchObject({ status: 401 });
  });

  it.each([[{ refreshTimeout: 0 }], [{ refreshTimeout: Infinity }], [{ refreshCooldown: -1 }]])(
    'refuses the options %j',
    (options) => {
      expect(() => withTokens(options)).toThrow(InvalidOptionError);
    },
  );
});
