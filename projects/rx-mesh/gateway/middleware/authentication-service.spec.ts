import { HttpErrorResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { EMPTY, NEVER, type Observable, type ObservableInput, Subject, of, throwError } from 'rxjs';
import type { GatewayUser } from '../route-config';
import { AuthenticationService } from './authentication-service';
import { tokenRefused } from './token-ports';
import { type TokenSetup, withTokens } from './with-tokens';

const saying = (value: unknown) => of(value) as Observable<never>;

const ANNA: GatewayUser = { id: 'anna', roles: [], claims: {} };

function setUp(
  validate: ((token: string) => ObservableInput<GatewayUser>) | undefined,
  setup: TokenSetup = {},
) {
  const validated: string[] = [];
  const validator = {
    validate: (token: string) => {
      validated.push(token);
      return validate?.(token) ?? NEVER;
    },
  };
  const feature = withTokens({ ...(validate && { validator: () => validator }), ...setup });
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting(), ...feature.ɵproviders] });
  const service = TestBed.inject(AuthenticationService);
  const ask = (token: string) => {
    const seen: { user?: GatewayUser; error?: unknown; isDone?: boolean; leave?: () => void } = {};
    const subscription = service.validateToken(token).subscribe({
      next: (user) => (seen.user = user),
      error: (error: unknown) => (seen.error = error),
      complete: () => (seen.isDone = true),
    });
    seen.leave = () => subscription.unsubscribe();
    return seen;
  };
  return { ask, service, validated, clock: TestBed.inject(ManualClock) };
}

describe(AuthenticationService.name, () => {
  it('refuses all tokens, with a hint, before it was told how to tell', () => {
    const { ask } = setUp(undefined);
    expect(ask('t').error).toMatchObject({
      status: 401,
      message: expect.stringContaining('withTokens({ validator })') as string,
    });
  });

  it('remembers whose a token is for cacheFor', () => {
    const { ask, clock, validated } = setUp(() => of(ANNA), { cacheFor: 1000 });
    expect(ask('t')).toMatchObject({ user: ANNA, isDone: true });
    clock.advance(999);
    expect(ask('t').user).toBe(ANNA);
    expect(validated).toEqual(['t']);
    clock.advance(1);
    ask('t');
    expect(validated).toEqual(['t', 't']);
  });

  it('never remembers it for longer than the token holds', () => {
    const exp = new ManualClock().now() / 1000 + 5;
    const { ask, clock, validated } = setUp(() => of({ ...ANNA, claims: { exp } }));
    ask('t');
    clock.advance(4999);
    ask('t');
    expect(validated).toHaveLength(1);
    clock.advance(1);
    ask('t');
    ask('t');
    expect(validated).toHaveLength(3);
  });

  it('remembers so many tokens, and forgets the one that a service refuses', () => {
    const { ask, service, validated } = setUp(() => of(ANNA), { maxTokens: 2 });
    ['a', 'b', 'c', 'c', 'b', 'a'].forEach(ask);
    expect(validated).toEqual(['a', 'b', 'c', 'a']);
    service.forget('a');
    ask('a');
    expect(validated).toHaveLength(5);
  });

  it('asks once for all who ask at one time, and stops when the last of them leaves', () => {
    const answers = new Subject<GatewayUser>();
    const { ask, validated } = setUp(() => answers);
    const all = Array.from({ length: 50 }, () => ask('t'));
    expect(validated).toHaveLength(1);
    all.slice(1).forEach(({ leave }) => leave?.());
    expect(answers.observed).toBe(true);
    answers.next(ANNA);
    expect(all[0]).toMatchObject({ user: ANNA, isDone: true });
    expect(answers.observed).toBe(false);
    const last = ask('u');
    last.leave?.();
    expect(answers.observed).toBe(false);
  });

  it.each([
    ['refused', tokenRefused('It has expired.'), 401, 'It has expired.'],
    ['an answer of 401', new HttpErrorResponse({ status: 401 }), 401, 'not good'],
    ['no network', new HttpErrorResponse({ status: 0 }), 503, 'Nobody can say'],
    ['an answer of 500', new HttpErrorResponse({ status: 500 }), 503, 'Nobody can say'],
    ['a bug', new TypeError('x'), 503, 'Nobody can say'],
  ])('is %s: the right status', (_, error, status, text) => {
    const { ask, validated } = setUp(() => throwError(() => error));
    expect(ask('t').error).toMatchObject({
      status,
      message: expect.stringContaining(text) as string,
    });
    ask('t');
    expect(validated).toHaveLength(2);
  });

  it('has no token in its errors, whatever the validator says', () => {
    const secret = 'very-secret';
    for (const error of [
      tokenRefused(`bad token ${secret}`),
      new Error(secret),
      new HttpErrorResponse({ status: 401, url: `/check?token=${secret}` }),
    ]) {
      TestBed.resetTestingModule();
      const { ask } = setUp(() => throwError(() => error));
      const seen = ask(secret).error as Error;
      expect(seen.message).not.toContain(secret);
      expect(JSON.stringify([seen, seen.cause, seen.stack])).not.toContain(secret);
    }
  });

  it.each([[EMPTY], [saying(undefined)], [saying({})], [saying({ id: 7 })]])(
    'takes a validator that does not say whose it is for a no',
    (answer) => {
      const { ask } = setUp(() => answer);
      expect(ask('t').error).toMatchObject({ status: 401 });
    },
  );

  it('does not even ask about what cannot be a token', () => {
    const { ask, validated } = setUp(() => of(ANNA));
    for (const token of ['', 'a b', 'a\r\nX-Evil: 1', 'é', 'x'.repeat(8193)]) {
      expect(ask(token).error).toMatchObject({ status: 401 });
    }
    expect(validated).toEqual([]);
  });

  it('refuses options that are out of range', () => {
    expect(() => withTokens({ maxTokens: 0 })).toThrow(InvalidOptionError);
  });
});
