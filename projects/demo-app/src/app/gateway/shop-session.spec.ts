import { TestBed } from '@angular/core/testing';
import { MicroservicesCommunicationService, type ServiceCall } from 'rx-mesh/communication';
import { type GatewayUser } from 'rx-mesh/gateway';
import { type Observable, Subject, of, throwError } from 'rxjs';
import { TokenOffice } from '../backends/token-office';
import { ShopSession, tokenReader } from './shop-session';

const office = new TokenOffice();
const tokenOf = (user: string) => office.issue(user) ?? '';

const setUp = (answer: (call: ServiceCall) => Observable<unknown>) => {
  const calls: ServiceCall[] = [];
  const callService = (call: ServiceCall) => {
    calls.push(call);
    return answer(call);
  };
  TestBed.configureTestingModule({
    providers: [
      ShopSession,
      { provide: MicroservicesCommunicationService, useValue: { callService } },
    ],
  });
  const session = TestBed.inject(ShopSession);
  session.working$.subscribe();
  return { calls, session };
};

describe(ShopSession.name, () => {
  it('signs in and out', () => {
    const { calls, session } = setUp(() => of({ token: tokenOf('anna') }));
    expect(session.person()).toBeUndefined();
    session.signIn('anna');
    expect(calls).toEqual([
      { service: 'users', method: 'POST', path: '/tokens', payload: { user: 'anna' } },
    ]);
    expect(session.person()?.name).toBe('Anna');
    expect(session.current()).toBeDefined();
    session.signOut();
    expect(session.current()).toBeUndefined();
    expect(calls).toHaveLength(1);
  });

  it('is of the one who was wished last, and of nobody after a sign out', () => {
    const answers = [new Subject<unknown>(), new Subject<unknown>()];
    let at = 0;
    const { session } = setUp(() => answers[at++] ?? of());
    session.signIn('anna');
    session.signOut();
    answers[0]?.next({ token: tokenOf('anna') });
    expect(session.person()).toBeUndefined();
    session.signIn('bert');
    answers[1]?.next({ token: tokenOf('bert') });
    expect(session.person()?.id).toBe('bert');
  });

  it('says why somebody could not sign in, until the next try', () => {
    const { session } = setUp(({ payload }) =>
      (payload as { user: string }).user === 'anna'
        ? throwError(() => new Error('No network'))
        : of({ token: tokenOf('bert') }),
    );
    session.signIn('anna');
    expect(session.trouble()).toBe('No network.');
    session.signIn('bert');
    expect(session.trouble()).toBe('');
    expect(session.person()?.id).toBe('bert');
  });

  it('renews its token, but not that of somebody who has come meanwhile', () => {
    const renewal = new Subject<unknown>();
    const { calls, session } = setUp(({ path, payload }) =>
      path === '/tokens' ? of({ token: tokenOf((payload as { user: string }).user) }) : renewal,
    );
    session.signIn('anna');
    const old = session.current();
    const fresh: string[] = [];
    session.refresh().subscribe((token) => fresh.push(token));
    expect(calls.at(-1)?.payload).toEqual({ token: old });
    const next = tokenOf('anna');
    renewal.next({ token: next });
    expect(session.current()).toBe(next);
    session.signIn('bert');
    const berts = session.current();
    renewal.next({ token: tokenOf('anna') });
    expect(session.current()).toBe(berts);
    expect(fresh).toHaveLength(2);
    expect(session.renewals()).toBe(1);
  });
});

describe('tokenReader', () => {
  it('reads whose a token is', () => {
    const [user] = tokenReader.validate(tokenOf('bert')) as readonly GatewayUser[];
    expect(user).toEqual({
      id: 'bert',
      roles: ['customer', 'clerk'],
      claims: { name: 'Bert' },
    });
  });

  it('refuses what is none', () => {
    const refused = () => tokenReader.validate('nonsense');
    expect(refused).toThrow('The token cannot be read.');
  });
});
