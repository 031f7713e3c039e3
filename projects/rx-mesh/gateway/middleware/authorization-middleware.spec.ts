import { EMPTY, type Observable, Subject, of } from 'rxjs';
import { contextOf, stepWorld } from '../spec-support/gateway-steps';
import type { AuthConfig } from '../route-config';
import { authorization } from './authorization-middleware';

const ANNA = { id: 'anna', roles: ['buyer', 'admin'], claims: {} };

function setUp(config: AuthConfig) {
  const world = stepWorld(authorization(config));
  return { ...world, send: (user: typeof ANNA | undefined = ANNA) => world.send(contextOf('/a', { user })) }; // prettier-ignore
}

describe(authorization.name, () => {
  it('asks for all roles', () => {
    const admin = setUp({ roles: ['admin', 'buyer'] });
    admin.send();
    expect(admin.arrivals).toHaveLength(1);
    const root = setUp({ roles: ['admin', 'root'] });
    expect(root.send().error).toMatchObject({ status: 403 });
    expect(root.arrivals).toHaveLength(0);
  });

  it('lets through who may, by what authorize says', () => {
    const { arrivals, send } = setUp({ authorize: ({ id }) => of(id === 'anna') });
    expect(send().error).toBeUndefined();
    expect(arrivals).toHaveLength(1);
  });

  it.each([
    ['no', of(false)],
    ['nothing', EMPTY],
    ['what is not yes', of('' as never)],
  ])('refuses who may not: %s', (_, answer) => {
    const { arrivals, send } = setUp({ authorize: () => answer as Observable<boolean> });
    expect(send().error).toMatchObject({ status: 403 });
    expect(arrivals).toHaveLength(0);
  });

  it('lets nobody through when it cannot be said', () => {
    const error = new Error('x');
    const { arrivals, send } = setUp({
      authorize: () => {
        throw error;
      },
    });
    expect(send().error).toBe(error);
    expect(arrivals).toHaveLength(0);
  });

  it('stops asking when the caller leaves', () => {
    const answer = new Subject<boolean>();
    const { send } = setUp({ authorize: () => answer });
    send().leave();
    expect(answer.observed).toBe(false);
  });

  it('refuses requests of nobody, unless they may come', () => {
    const nobody = contextOf('/a');
    expect(stepWorld(authorization({})).send(nobody).error).toMatchObject({ status: 401 });
    const open = stepWorld(authorization({ required: false, roles: ['admin'] }));
    open.send(nobody);
    expect(open.arrivals).toHaveLength(1);
  });
});
