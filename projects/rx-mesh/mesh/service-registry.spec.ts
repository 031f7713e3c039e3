import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, concat, delay, of, throwError } from 'rxjs';
import {
  FakeRegistrySource,
  anInstance,
  byService,
} from '../spec-support/contracts/fake-registry-source';
import { runMarbles } from '../spec-support/marbles';
import {
  REGISTRY_SOURCES,
  type RegistrySnapshot,
  type RegistrySource,
} from './adapters/registry-source';
import { withStaticServices } from './adapters/static-registry';
import { RegistryFullError } from './mesh-errors';
import { ServiceRegistry } from './service-registry';
import { withServiceMesh } from './with-service-mesh';

const setUp = (sources: readonly RegistrySource[] = [], maxInstances = 100) => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withServiceMesh({ maxInstances }).ɵproviders,
      sources.map((source) => ({ provide: REGISTRY_SOURCES, multi: true, useValue: source })),
    ],
  });
  return {
    registry: TestBed.inject(ServiceRegistry),
    diagnostics: TestBed.inject(RecordingDiagnostics),
  };
};

const A = anInstance('orders', 'a');
const B = anInstance('orders', 'b');
const U = anInstance('users', 'u');

const idsOf = (services: RegistrySnapshot) =>
  [...services].map(([name, instances]) => `${name}:${instances.map(({ id }) => id).join()}`);

describe(ServiceRegistry.name, () => {
  it('is empty without sources', () => {
    const { registry } = setUp();

    expect(registry.services().size).toBe(0);
    expect(registry.names()).toEqual([]);
    expect(registry.instancesOf('toString')).toEqual([]);
  });

  it('knows at once what a source knows without asking, and asks nobody', () => {
    const source = new FakeRegistrySource('fake', byService([A, U]));
    const { registry } = setUp([source]);

    expect(registry.names()).toEqual(['orders', 'users']);
    expect(registry.instancesOf('orders')).toEqual([A]);
    expect(source.asked).toBe(0);
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });

  it('asks the sources while somebody watches, once for all', () => {
    const sources = [new FakeRegistrySource('one'), new FakeRegistrySource('two')];
    const { registry } = setUp(sources);
    const counts = () => sources.map(({ open, asked }) => [open, asked]);
    const first = registry.services$.subscribe();
    const second = registry.watch('orders').subscribe();

    expect(counts()).toEqual([
      [1, 1],
      [1, 1],
    ]);

    first.unsubscribe();

    expect(counts()).toEqual([
      [1, 1],
      [1, 1],
    ]);

    second.unsubscribe();

    expect(counts()).toEqual([
      [0, 1],
      [0, 1],
    ]);

    registry.watch('users').subscribe().unsubscribe();

    expect(counts()).toEqual([
      [0, 2],
      [0, 2],
    ]);
  });

  it('follows its sources in time, and stops them with the last subscriber', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const values = {
        a: byService([A]),
        b: byService([A, B]),
        c: byService([{ ...B }, { ...A }]),
        x: new Map(),
      };
      const source = hot('  -a-b-c-x-', values);
      const subs = '        ^-----!  ';
      const expected = '    xa-b---  ';
      const late = '        ----^---!';
      const lateExpected = '----b--x-';
      const { registry } = setUp([{ name: 'marbles', watch: () => source }]);

      expectObservable(registry.services$, subs).toBe(expected, values);
      expectObservable(registry.services$, late).toBe(lateExpected, values);
      expectSubscriptions(source.subscriptions).toBe('^-------!');
    });
  });

  it('tells of one service only when that one changes', () => {
    runMarbles(({ hot, expectObservable }) => {
      const source = hot<RegistrySnapshot>('-a-b-c-d', {
        a: byService([U]),
        b: byService([A, U]),
        c: byService([A, { ...U, weight: 2 }]),
        d: byService([U]),
      });
      const { registry } = setUp([{ name: 'marbles', watch: () => source }]);

      expectObservable(registry.watch('orders'), '^--------!').toBe('x--a---x', { x: [], a: [A] });
    });
  });

  it('keeps what sources that stopped or completed have said', () => {
    const [stopped, completed] = [new FakeRegistrySource('one'), new FakeRegistrySource('two')];
    const { registry, diagnostics } = setUp([stopped, completed]);
    const subscription = registry.services$.subscribe();
    stopped.publish(A);
    completed.publish(U);
    completed.complete();
    registry.services$.subscribe().unsubscribe();

    expect(completed.asked).toBe(1);

    subscription.unsubscribe();

    expect(idsOf(registry.services())).toEqual(['orders:a', 'users:u']);
    expect(diagnostics.records).toEqual([]);
  });

  it('removes an instance when the last that has it drops it', () => {
    const [one, two] = [new FakeRegistrySource('one'), new FakeRegistrySource('two')];
    const { registry } = setUp([one, two]);
    const seen: string[][] = [];
    registry.services$.subscribe((services) => seen.push(idsOf(services)));
    one.publish(A);
    two.publish(A, B);
    one.publish();
    registry.register(A);
    two.publish();
    registry.deregister('orders', 'a');

    expect(seen).toEqual([[], ['orders:a'], ['orders:a,b'], ['orders:a'], []]);
  });

  it('believes the application first, then the sources in their order', () => {
    const [one, two] = [new FakeRegistrySource('one'), new FakeRegistrySource('two')];
    const { registry } = setUp([one, two]);
    registry.services$.subscribe();
    const weight = () => registry.instancesOf('orders')[0]?.weight;
    two.publish({ ...A, weight: 2 });

    expect(weight()).toBe(2);

    one.publish({ ...A, weight: 1 });

    expect(weight()).toBe(1);

    registry.register({ ...A, weight: 7 });

    expect(weight()).toBe(7);

    registry.deregister('orders', 'a');
    one.publish();

    expect(weight()).toBe(2);
  });

  it('keeps the instances of a failed source with unknown health, and goes on with the others', () => {
    const [one, two] = [new FakeRegistrySource('one'), new FakeRegistrySource('two')];
    const { registry, diagnostics } = setUp([one, two]);
    const cause = new Error('connection refused');
    const health = () => registry.instancesOf('orders').map((i) => `${i.id} ${i.health}`);
    const subscription = registry.services$.subscribe();
    one.publish(A, B);
    two.publish(B);
    one.fail(cause);

    expect(health()).toEqual(['a unknown', 'b healthy']);
    expect(diagnostics.records).toEqual([
      {
        code: 'RXM304',
        severity: 'warning',
        source: 'ServiceRegistry',
        message:
          'Registry source one failed. Its 2 instances are kept with unknown health until it answers again.',
        cause,
      },
    ]);

    two.publish({ ...B, weight: 2 });

    expect(registry.instancesOf('orders')[1]?.weight).toBe(2);
    expect([one.open, two.open]).toEqual([0, 1]);

    subscription.unsubscribe();
    registry.services$.subscribe();

    expect([one.open, health()]).toEqual([1, ['a unknown', 'b healthy']]);

    one.publish(A);

    expect(health()).toEqual(['a healthy', 'b healthy']);
  });

  it('tells once of a source that fails each time it is asked', () => {
    const failing = { name: 'down', watch: () => throwError(() => new Error('down')) };
    const throwing: RegistrySource = {
      name: 'buggy',
      watch: () => {
        throw new Error('a bug');
      },
    };
    const { registry, diagnostics } = setUp([failing, throwing, new FakeRegistrySource()]);
    for (let i = 0; i < 3; i++) registry.services$.subscribe().unsubscribe();

    expect(diagnostics.codes).toEqual(['RXM304', 'RXM304']);
  });

  it.each([null, 'text', new Map([['orders', undefined]])])(
    'takes a source that says %p for one that failed',
    (garbage) => {
      const source = new FakeRegistrySource();
      const broken = new FakeRegistrySource(
        'broken',
        garbage === null ? undefined : (garbage as never),
      );
      const { registry, diagnostics } = setUp([source, broken]);
      registry.services$.subscribe();
      source.publish(A);
      source.send(garbage as never);

      expect(registry.instancesOf('orders')[0]?.health).toBe('unknown');
      expect(new Set(diagnostics.codes)).toEqual(new Set(['RXM304']));
      expect(diagnostics.records[0]?.cause).toBeInstanceOf(Error);
    },
  );

  it('leaves out what cannot be used or is too much, and tells once until it is mended', () => {
    const bad = { ...B, weight: NaN };
    const source = new FakeRegistrySource('fake', byService([A, bad]));
    const { registry, diagnostics } = setUp([source], 2);
    registry.services$.subscribe();
    source.publish(A, bad);
    source.publish({ ...A, weight: 2 }, bad);

    expect(registry.instancesOf('orders')).toEqual([{ ...A, weight: 2 }]);
    expect(diagnostics.records).toEqual([
      expect.objectContaining({
        code: 'RXM305',
        message: expect.stringContaining('fake lists 1 instances that cannot be used') as string,
        cause: expect.any(InvalidOptionError) as Error,
      }),
    ]);

    source.publish(A, B, U);
    source.publish(U, B, A);

    expect(registry.names()).toEqual(['orders', 'users']);
    expect(diagnostics.codes).toEqual(['RXM305', 'RXM303']);
    expect(diagnostics.records[1]?.message).toContain('lists more than 2 instances');

    source.publish(A);
    source.publish(A, bad);

    expect(diagnostics.codes).toEqual(['RXM305', 'RXM303', 'RXM305']);
  });

  it('registers by hand, without an emission when nothing changes', () => {
    const { registry } = setUp();
    const seen: RegistrySnapshot[] = [];
    registry.services$.subscribe((services) => seen.push(services));
    registry.register(A);
    registry.register({ ...A, lastSeen: new Date(9) });
    registry.register(B);

    expect(seen.map(idsOf)).toEqual([[], ['orders:a'], ['orders:a,b']]);
    expect(seen.at(-1)).toBe(registry.services());
    expect(registry.deregister('orders', 'c')).toBe(false);
    expect(registry.deregister('users', 'a')).toBe(false);
    expect(registry.deregister('orders', 'b')).toBe(true);
    expect(registry.deregister('orders', 'a')).toBe(true);
    expect(registry.deregister('orders', 'a')).toBe(false);
    expect(seen.slice(3).map(idsOf)).toEqual([['orders:a'], []]);
  });

  it('leaves what a source knows when it is deregistered by hand', () => {
    const { registry } = setUp([new FakeRegistrySource('fake', byService([A]))]);

    expect(registry.deregister('orders', 'a')).toBe(false);
    expect(registry.names()).toEqual(['orders']);
  });

  it('refuses what cannot be used, or is too much, and stays as it was', () => {
    const { registry } = setUp([], 2);
    registry.register(A);
    registry.register(U);

    expect(() => registry.register({ ...B, weight: -1 })).toThrow(
      'ServiceRegistry.register.weight is -1, but must be a number of at least 0.',
    );
    expect(() => registry.register(null as never)).toThrow(InvalidOptionError);
    expect(() => registry.register(B)).toThrow(RegistryFullError);

    registry.register({ ...A, weight: 2 });

    expect(idsOf(registry.services())).toEqual(['orders:a', 'users:u']);
  });

  it('hands out nothing that changes afterwards', () => {
    const { registry } = setUp();
    const mutable = { ...A, metadata: { zone: 'eu' } };
    registry.register(mutable);
    const before = registry.services();
    mutable.metadata.zone = 'us';
    registry.register(B);

    expect(before.get('orders')).toEqual([{ ...A, metadata: { zone: 'eu' } }]);
    expect(Object.isFrozen(registry.instancesOf('orders'))).toBe(true);
  });

  it('stands a source that speaks while it is asked, and a listener that registers', () => {
    const chatty = { name: 'chatty', watch: () => concat(of(byService([A])), NEVER) };
    const { registry } = setUp([chatty]);
    const seen: string[][] = [];
    registry.services$.subscribe((services) => {
      if (services.has('orders')) registry.register(U);
    });
    registry.services$.subscribe((services) => seen.push(idsOf(services)));

    expect(seen).toEqual([['orders:a', 'users:u']]);
  });

  it('ends its streams with the application, and stops the sources', () => {
    const source = new FakeRegistrySource();
    const { registry } = setUp([
      source,
      { name: 'late', watch: () => of(new Map()).pipe(delay(9)) },
    ]);
    let ended = 0;
    registry.services$.subscribe({ complete: () => ended++ });
    registry.watch('orders').subscribe({ complete: () => ended++ });
    TestBed.resetTestingModule();

    expect([ended, source.open]).toEqual([2, 0]);

    registry.services$.subscribe({ complete: () => ended++ });

    expect([ended, source.open]).toEqual([3, 0]);
  });

  it('lists the instances of several static lists and of the application side by side', () => {
    TestBed.configureTestingModule({
      providers: [
        withStaticServices([{ name: 'orders', instances: [{ id: 'b', url: '/b' }] }]).ɵproviders,
        withStaticServices([{ name: 'orders', instances: [{ id: 'a', url: '/a' }] }]).ɵproviders,
      ],
    });
    const registry = TestBed.inject(ServiceRegistry);
    registry.register(anInstance('orders', 'c'));

    expect(idsOf(registry.services())).toEqual(['orders:a,b,c']);
  });
});
