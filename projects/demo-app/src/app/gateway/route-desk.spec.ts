import { TestBed } from '@angular/core/testing';
import { provideRxMesh } from 'rx-mesh';
import {
  AuthenticationService,
  ReactiveApiGatewayService,
  RouteTableError,
  withGateway,
} from 'rx-mesh/gateway';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { RequestBook } from './request-book';
import { RequestUsers } from './request-users';
import { RouteDesk } from './route-desk';
import { BASE_PATH, ORDERS, shopRoutes } from './shop-routes';

const setUp = () => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      RequestBook,
      RequestUsers,
      RouteDesk,
      provideRxMesh(withGateway({ basePath: BASE_PATH })),
    ],
  });
  const gateway = TestBed.inject(ReactiveApiGatewayService);
  gateway.setRoutes(
    shopRoutes(TestBed.inject(AuthenticationService), TestBed.inject(RequestUsers)),
  );
  const forget = jest.spyOn(TestBed.inject(RequestBook), 'forget');
  const desk = TestBed.inject(RouteDesk);
  const names = () => desk.routes().map(({ name }) => name);
  return { desk, forget, gateway, names };
};
const DRAFT = {
  method: 'GET',
  path: '/customers/:id',
  targetService: 'users',
  targetPath: '/users/:id',
};

describe(RouteDesk.name, () => {
  it('adds a route, changes it, and takes it away', () => {
    const { desk, forget, names } = setUp();
    expect(desk.add(DRAFT)).toBe(true);
    expect(names().at(-1)).toBe('GET /api/customers/:id');
    expect(desk.change('GET /api/customers/:id', { ...DRAFT, path: '/people/:id' })).toBe(true);
    expect(desk.news()).toBe('Changed to GET /api/people/:id.');
    // A name that was made of the path goes with it.
    expect(names().at(-1)).toBe('GET /api/people/:id');
    desk.remove('GET /api/people/:id');
    expect(names()).toHaveLength(8);
    expect(forget).toHaveBeenCalledWith('GET /api/people/:id');
    desk.remove('nobody');
    expect(forget).toHaveBeenCalledTimes(1);
  });

  it('keeps the name that a route was given, and what it does', () => {
    const { desk, names } = setUp();
    desk.change('account', { ...DRAFT, path: '/me', targetPath: '/account' });
    expect(names()[1]).toBe('account');
    expect(desk.routes()[1]).toMatchObject({ path: '/me', coalesce: false });
  });

  it('refuses a table that cannot be used, and the one of before stays', () => {
    const { desk } = setUp();
    const before = desk.routes();
    expect(desk.add({ ...DRAFT, path: 'customers' })).toBe(false);
    expect(desk.problems().map(({ at }) => at)).toContain('routes[8].path');
    expect(desk.news()).toBe('');
    desk.tryBad();
    expect(desk.problems()).toEqual([
      { at: 'routes[1].path', detail: 'routes[0] takes the same requests' },
      { at: 'routes[2].targetPath', detail: 'the path has no parameter nobody' },
    ]);
    expect(desk.routes()).toBe(before);
    desk.reset();
    expect(desk.problems()).toEqual([]);
  });

  it('hands on what is no mistake of the table', () => {
    const { desk, gateway } = setUp();
    jest.spyOn(gateway, 'setRoutes').mockImplementation(() => {
      throw new TypeError('Broken.');
    });
    expect(() => desk.add(DRAFT)).toThrow('Broken.');
  });

  it('sets weights in place, and takes a route away that takes nothing', () => {
    const { desk, forget, names } = setUp();
    expect(desk.share()).toBe(20);
    desk.setShare(100);
    expect(names().slice(3, 6)).toEqual(['payments', ORDERS.v2, 'stock']);
    expect(desk.share()).toBe(100);
    expect(forget).toHaveBeenCalledWith(ORDERS.v1, ORDERS.v2);
    desk.remove(ORDERS.v2);
    expect(desk.share()).toBeUndefined();
    desk.setShare(45);
    expect(names().slice(-2)).toEqual([ORDERS.v1, ORDERS.v2]);
    expect(desk.share()).toBe(45);
  });

  it('keeps its counts where a table was refused', () => {
    const { desk, forget, gateway } = setUp();
    const problems = [{ at: 'routes[0]', detail: 'it must be a route' }];
    jest.spyOn(gateway, 'setRoutes').mockImplementation(() => {
      throw new RouteTableError(problems);
    });
    desk.setShare(50);
    desk.remove('rates');
    expect(desk.problems()).toEqual(problems);
    expect(forget).not.toHaveBeenCalled();
  });
});
