// What a pick costs at a thousand instances against ten, with the start and the end of its call; and what it costs to
// apply one changed instance to a registry of a thousand services with twenty instances each, against copying such a map.
import { Injector, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core';
import { PAGE_STATE, RANDOM, alwaysOnline, seededRandom } from 'rx-mesh/kernel';
import {
  InstanceLoad,
  LoadBalancerService,
  REGISTRY_SOURCES,
  ServiceRegistry,
  createInstance,
  maglevHash,
  peakEwma,
  randomChoice,
  rendezvousHash,
  ringHash,
  roundRobin,
  smoothWeightedRoundRobin,
} from 'rx-mesh/mesh';
import { Subject } from 'rxjs';

const lastSeen = new Date(0);
const instances = (service, count, fields = {}) =>
  Array.from({ length: count }, (_, i) => {
    const id = `${service}-${String(i).padStart(4, '0')}`;
    return createInstance(service, { id, url: `https://${id}.test`, ...fields }, { lastSeen });
  });

const random = seededRandom(1);
const none = new Set();

function pickOf(make, count) {
  const strategy = make({ random });
  const list = instances('orders', count);
  const loads = new Map(list.map(({ id }) => [id, new InstanceLoad()]));
  for (const load of loads.values()) load.answered(100, 0);
  const context = {
    service: 'orders',
    group: 'orders',
    instances: list,
    tried: none,
    key: 'basket-4711',
    now: 0,
    loadOf: ({ id }) => loads.get(id),
    weightOf: ({ weight }) => weight,
  };
  return () => strategy.pick(context);
}

function registryOf(words) {
  const sources = words && [{ provide: REGISTRY_SOURCES, multi: true, useValue: words }];
  return Injector.create({
    providers: [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: RANDOM, useValue: random },
      { provide: PAGE_STATE, useValue: alwaysOnline },
      ...(sources ?? []),
    ],
  });
}

function leaseOf(count) {
  const injector = registryOf();
  for (const instance of instances('orders', count))
    injector.get(ServiceRegistry).register(instance);
  const balancer = injector.get(LoadBalancerService);
  let taken;
  const lease$ = balancer.lease('orders');
  const take = (lease) => (taken = lease);
  return () => {
    lease$.subscribe(take);
    taken.start();
    taken.done('success');
  };
}

const scale = (what, make) => ({
  what: `a pick: ${what}`,
  ours: ['of 1000', pickOf(make, 1000)],
  peer: ['of 10', pickOf(make, 10)],
});

/** One changed instance of a registry of 20,000. */
function change() {
  const said = new Subject();
  const registry = registryOf({ name: 'bench', watch: () => said }).get(ServiceRegistry);
  const world = new Map();
  for (let i = 0; i < 1000; i++) world.set(`service-${i}`, instances(`service-${i}`, 20));
  let emissions = 0;
  registry.services$.subscribe(() => emissions++);
  said.next(new Map(world));
  const list = world.get('service-500');
  let turn = 0;
  const apply = () => {
    const changed = [
      { ...list[7], weight: 1 + (++turn % 100) },
      ...list.slice(0, 7),
      ...list.slice(8),
    ];
    const before = emissions;
    said.next(new Map(world).set('service-500', changed));
    if (emissions !== before + 1) throw new Error(`${emissions - before} emissions`);
  };
  return [apply, () => new Map(world).set('service-500', list)];
}

const [apply, copy] = change();

export const pairs = [
  scale('round robin', roundRobin),
  scale('random', randomChoice),
  scale('peak EWMA', peakEwma),
  scale('smooth weighted round robin (looks at each)', smoothWeightedRoundRobin),
  scale('rendezvous (looks at each)', rendezvousHash),
  scale('ring', ringHash),
  scale('maglev', maglevHash),
  {
    what: 'a lease from subscribe to done',
    ours: ['of 1000', leaseOf(1000)],
    peer: ['of 10', leaseOf(10)],
  },
  {
    what: 'one changed instance of 1000 services with 20 each',
    ours: ['applied, with one emission', apply],
    peer: ['the source copies its map', copy],
  },
];
