import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { map } from 'rxjs';
import { anInstance, byService } from '../spec-support/contracts/fake-registry-source';
import { runMarbles } from '../spec-support/marbles';
import { REGISTRY_SOURCES, type RegistrySource } from './adapters/registry-source';
import {
  BALANCING_STRATEGIES,
  type BalancingContext,
  type BalancingStrategy,
} from './balancing/balancing-strategy';
import type { InstanceLease } from './balancing/instance-lease';
import { type LeaseOptions, LoadBalancerService } from './load-balancer-service';
import { NoInstanceError, UnknownStrategyError } from './mesh-errors';
import { ServiceRegistry } from './service-registry';
import { withServiceMesh } from './with-service-mesh';

const A = anInstance('orders', 'a');
const B = anInstance('orders', 'b');
const C = anInstance('orders', 'c');

interface World {
  readonly source?: RegistrySource;
  readonly strategies?: readonly BalancingStrategy[];
  readonly strategy?: string;
}

const setUp = ({ source, strategies = [], strategy }: World = {}) => {
  TestBed.configureTestingModule({
    providers: [
      ...withServiceMesh({ strategy }).ɵproviders,
      source ? { provide: REGISTRY_SOURCES, multi: true, useValue: source } : [],
      strategies.map((useValue) => ({ provide: BALANCING_STRATEGIES, multi: true, useValue })),
    ],
  });
  const balancer = TestBed.inject(LoadBalancerService);
  const lease = (options?: LeaseOptions): InstanceLease => {
    const got: InstanceLease[] = [];
    balancer.lease('orders', options).subscribe((taken) => got.push(taken));
    const [first] = got;
    if (!first) throw new Error('no lease');
    return first;
  };
  return { balancer, lease, registry: TestBed.inject(ServiceRegistry) };
};

const last: BalancingStrategy = { name: 'last', pick: ({ instances }) => instances.at(-1) };

describe(LoadBalancerService.name, () => {
  it('gives one lease and completes, whatever the registry does afterwards', () => {
    runMarbles(({ hot, expectObservable }) => {
      const source = hot('-a-b-c', { a: byService([A]), b: byService([B]), c: byService([]) });
      const { balancer, registry } = setUp({
        source: { name: 'marbles', initial: byService([A]), watch: () => source },
      });
      registry.services$.subscribe();
      const id$ = balancer.lease('orders').pipe(map(({ instance }) => instance.id));

      expectObservable(id$).toBe('(a|)');
      expectObservable(id$, '----^').toBe('----(b|)');
    });
  });

  it('waits for the first instance, and leaves the sources then', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('500ms a 99ms b', { a: byService([A]), b: byService([A, B]) });
      const { balancer } = setUp({ source: { name: 'marbles', watch: () => source } });

      expectObservable(balancer.getServiceInstance('orders')).toBe('500ms (a|)', { a: A });
      expectSubscriptions(source.subscriptions).toBe('^ 499ms !');
    });
  });

  it('fails when none has come in time', () => {
    runMarbles(({ expectObservable }) => {
      const { balancer } = setUp();
      const error = new NoInstanceError('orders', [], { waited: 2000 });

      expectObservable(balancer.lease('orders')).toBe('2s #', undefined, error);
    });
  });

  it('picks for each subscriber anew, and does not when nobody subscribes', () => {
    const { balancer, registry } = setUp();
    [A, B, C].forEach((instance) => registry.register(instance));
    const lease$ = balancer.lease('orders', { strategy: 'round-robin' });
    balancer.lease('orders', { strategy: 'round-robin' });
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) lease$.subscribe(({ instance }) => ids.push(instance.id));

    expect([...ids].sort()).toEqual(['a', 'b', 'c']);
  });

  it('starts at an instance that chance chooses, the same from the same seed', () => {
    const firstOf = (seed: number): string => {
      TestBed.resetTestingModule();
      TestBed.configureTestingModule({ providers: [provideRxMeshTesting({ seed })] });
      const registry = TestBed.inject(ServiceRegistry);
      [A, B, C].forEach((instance) => registry.register(instance));
      let id = '';
      TestBed.inject(LoadBalancerService)
        .getServiceInstance('orders')
        .subscribe((instance) => (id = instance.id));
      return id;
    };
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);

    expect(seeds.map(firstOf)).toEqual(seeds.map(firstOf));
    expect(new Set(seeds.map(firstOf)).size).toBe(3);
  });

  it('passes over instances that were tried by the time it picks', () => {
    const { lease, registry } = setUp();
    [A, B, C].forEach((instance) => registry.register(instance));
    const tried = new Set<string>();
    for (let attempt = 0; attempt < 3; attempt++) tried.add(lease({ tried }).instance.id);

    expect(tried.size).toBe(3);
    expect(lease({ tried }).instance).toBeDefined();
  });

  it('counts the calls that are under way to each instance', () => {
    const { balancer, lease, registry } = setUp();
    registry.register(A);
    const counts: number[] = [];
    balancer.inFlight$.subscribe((inFlight) => counts.push(inFlight.get('orders/a') ?? 0));
    const [one, two] = [lease(), lease()];

    expect(balancer.inFlight().size).toBe(0);

    one.start();
    two.start();

    expect([balancer.inFlightOf(A), balancer.inFlightOf(B)]).toEqual([2, 0]);

    registry.deregister('orders', 'a');
    one.done('cancelled');
    two.done('failure');

    expect(counts).toEqual([0, 1, 2, 1, 0]);
    expect(balancer.inFlight().size).toBe(0);
  });

  it('counts each start and each end once, and no end without a start', () => {
    const { balancer, lease, registry } = setUp();
    registry.register(A);
    const [other, unstarted, twice] = [lease(), lease(), lease()];
    other.start();
    unstarted.done('cancelled');
    unstarted.start();

    expect(balancer.inFlightOf(A)).toBe(1);

    twice.start();
    twice.start();

    expect(balancer.inFlightOf(A)).toBe(2);

    twice.done('success');
    twice.done('failure');
    twice.start();

    expect(balancer.inFlightOf(A)).toBe(1);
  });

  it('uses a strategy of the application, by name or for all calls', () => {
    const contexts: Pick<BalancingContext, 'service' | 'instances' | 'tried'>[] = [];
    const mine: BalancingStrategy = {
      name: 'mine',
      pick: (context) => {
        const { instances, service, tried } = context;
        contexts.push({ service, instances, tried });
        return context.instances[0];
      },
    };
    const { balancer, lease, registry } = setUp({ strategies: [last, mine], strategy: 'last' });
    [A, B].forEach((instance) => registry.register(instance));
    const seen: unknown[] = [];
    const collect = {
      next: (value: unknown) => seen.push(value),
      complete: () => seen.push('end'),
    };
    balancer.getServiceInstance('orders').subscribe(collect);
    balancer.getServiceInstance('orders', 'mine').subscribe(collect);

    expect(seen).toEqual([B, 'end', A, 'end']);

    const tried = new Set(['a']);
    lease({ tried, strategy: 'mine' });

    expect(contexts).toEqual([
      { service: 'orders', instances: [A, B], tried: new Set() },
      { service: 'orders', instances: [A, B], tried },
    ]);
    expect(contexts[1]?.instances).toBe(contexts[0]?.instances);
  });

  it.each(['toString', 'fastest', ''])('fails for the unknown strategy %p', (name) => {
    runMarbles(({ expectObservable }) => {
      const { balancer, registry } = setUp({ strategies: [last] });
      registry.register(A);
      const error = new UnknownStrategyError(name, [
        'peak-ewma',
        'round-robin',
        'weighted-round-robin',
        'least-connections',
        'random',
        'weighted-random',
        'last',
      ]);

      expectObservable(balancer.getServiceInstance('orders', name)).toBe('#', undefined, error);
    });
  });

  it('fails when the strategy picks none, or throws', () => {
    runMarbles(({ expectObservable }) => {
      const bug = new Error('a bug');
      const strategies: BalancingStrategy[] = [
        { name: 'none', pick: () => undefined },
        {
          name: 'buggy',
          pick: () => {
            throw bug;
          },
        },
      ];
      const { balancer, registry } = setUp({ strategies });
      registry.register(A);
      const none = new NoInstanceError('orders', ['orders'], { strategy: 'none' });

      expectObservable(balancer.lease('orders', { strategy: 'none' })).toBe('#', undefined, none);
      expectObservable(balancer.lease('orders', { strategy: 'buggy' })).toBe('#', undefined, bug);
    });
  });

  it('refuses two strategies of one name', () => {
    expect(() => setUp({ strategies: [{ ...last, name: 'round-robin' }] })).toThrow(
      new InvalidOptionError(
        'BALANCING_STRATEGIES',
        'round-robin',
        'a name that no other strategy has',
      ),
    );
  });
});
