import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { byService } from '../../spec-support/contracts/fake-registry-source';
import { describeRegistrySource } from '../../spec-support/contracts/registry-source';
import { runMarbles } from '../../spec-support/marbles';
import { ServiceRegistry } from '../service-registry';
import { StaticRegistry, type StaticService, withStaticServices } from './static-registry';

const lastSeen = new Date(0);

describeRegistrySource(StaticRegistry.name, (world) => {
  const services = [...byService(world)].map(([name, instances]) => ({ name, instances }));
  return { source: new StaticRegistry(services, { lastSeen }) };
});

describe(StaticRegistry.name, () => {
  it('tells its list and completes', () => {
    runMarbles(({ expectObservable }) => {
      const source = new StaticRegistry([{ name: 'orders', instances: ['/a'] }], { lastSeen });

      expectObservable(source.watch()).toBe('(a|)', { a: source.initial });
    });
  });
});

describe('withStaticServices', () => {
  const registry = (...lists: StaticService[][]) => {
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting({ startAt: 5000 }),
        ...lists.flatMap((list) => [...withStaticServices(list).ɵproviders]),
      ],
    });
    return TestBed.inject(ServiceRegistry);
  };

  it('puts its instances into the registry at once', () => {
    const orders = { name: 'orders', version: '1', instances: ['/a', { id: 'b', url: '/b' }] };
    const instances = registry([orders]).instancesOf('orders');

    expect(withStaticServices([]).ɵkind).toBe('static-services');
    expect(instances.map(({ id, version, url }) => [id, version, url])).toEqual([
      ['b', '1', '/b'],
      ['orders@/a', '1', '/a'],
    ]);
    expect(instances[0]).toMatchObject({ address: 'localhost', port: 80, secure: false });
    expect(instances[0]?.lastSeen).toEqual(new Date(5000));
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });

  it('takes a service that stands in the list more than once, and two lists', () => {
    const first = registry(
      [
        { name: 'orders', version: '1', instances: ['/v1', { url: '/v3', version: '3' }] },
        { name: 'orders', version: '2', instances: ['/v2'] },
      ],
      [{ name: 'users', instances: ['/users'] }],
    );

    expect(first.instancesOf('orders').map(({ version }) => version)).toEqual(['1', '2', '3']);
    expect(first.instancesOf('users')).toHaveLength(1);
  });

  it('leaves the place of a path open in a document without a location', () => {
    TestBed.configureTestingModule({
      providers: [
        { provide: DOCUMENT, useValue: { location: null, querySelectorAll: () => [] } },
        ...withStaticServices([{ name: 'orders', instances: ['/api'] }]).ɵproviders,
      ],
    });

    expect(TestBed.inject(ServiceRegistry).instancesOf('orders')[0]).toMatchObject({
      address: '',
      port: 0,
      url: '/api',
    });
  });

  const listing = (instances: unknown, name: unknown = 'orders') => {
    const list = [{ name, instances }] as StaticService[];
    return () => withStaticServices(list);
  };

  it.each([
    ['javascript:alert(1)', 'is "javascript:alert(1)", but must be an http(s) URL'],
    ['file:///a', 'is "file:///a", but must be an http(s) URL'],
    ['https://u:p@a.test', 'is "https://***@a.test", but must be a URL without credentials'],
    [{ url: 'nowhere' }, '.url is "nowhere", but must be an http(s) URL'],
    [{ url: '/a', weight: NaN }, '.weight is NaN, but must be a number of at least 0'],
    [{ url: '/a', weight: -1 }, '.weight is -1, but must be a number of at least 0'],
    [null, 'is null, but must be a URL, or { url, ... }'],
  ])('refuses %p where it is written, and names its place', (instance, message) => {
    const space = message.startsWith('.') ? '' : ' ';
    expect(listing(['/good', instance])).toThrow(InvalidOptionError);
    expect(listing(['/good', instance])).toThrow(
      `withStaticServices[orders].instances[1]${space}${message}`,
    );
  });

  it('refuses two instances of one id', () => {
    expect(listing(['https://a.test', '/b', 'https://a.test:443/'])).toThrow(
      'withStaticServices[orders].instances[2].id is "orders@https://a.test", but must be unique, but withStaticServices[orders].instances[0] has it too. Give each an id, or leave one out.',
    );
  });

  it('refuses a service without a name or a list', () => {
    expect(listing([], '')).toThrow('withStaticServices[0].name is ""');
    expect(listing(undefined)).toThrow(
      'withStaticServices[orders].instances is undefined, but must be a list.',
    );
  });
});
