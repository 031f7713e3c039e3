// The load balancer of the built library with a clock, chance and instances of the simulation. Bundled by bench/tail.mjs.
import { Injector, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core';
import { CLOCK, PAGE_STATE, RANDOM, alwaysOnline } from 'rx-mesh/kernel';
import {
  LoadBalancerService,
  ProbeRecord,
  ProbeVerdicts,
  ServiceRegistry,
  createInstance,
  withServiceMesh,
} from 'rx-mesh/mesh';

/** One client: a page with a balancer of its own. */
export function createClient({ clock, random, options, instances }) {
  const injector = Injector.create({
    providers: [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: CLOCK, useValue: clock },
      { provide: RANDOM, useValue: random },
      { provide: PAGE_STATE, useValue: alwaysOnline },
      ...withServiceMesh(options).ɵproviders,
    ],
  });
  const registry = injector.get(ServiceRegistry);
  const lastSeen = new Date(0);
  for (const id of instances) {
    registry.register(createInstance('orders', { id, url: `/${id}` }, { lastSeen }));
  }
  const balancer = injector.get(LoadBalancerService);
  const verdicts = injector.get(ProbeVerdicts);
  const records = new Map();
  return {
    lease() {
      let lease;
      balancer.lease('orders').subscribe((taken) => (lease = taken));
      return lease;
    },
    /** Takes note of a probe, as the health monitor does. */
    probed(id, result, thresholds) {
      verdicts.cover('orders', true);
      const record = records.get(id) ?? new ProbeRecord(thresholds);
      records.set(id, record);
      const others = instances
        .filter((other) => other !== id && verdicts.of(other))
        .map((other) => verdicts.of(other).took);
      verdicts.set(id, record.take(result, others));
    },
  };
}
