import { Injectable, type Signal } from '@angular/core';
import { KeyedStore } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import { type ServiceInstance, instanceKey } from '../service-instance';

/** What the latest probes of an instance say. */
export interface ProbeVerdict {
  /** `healthy` or `unhealthy` as the thresholds have it. */
  readonly health: 'healthy' | 'unhealthy';
  /** When the latest probe ended, as a monotonic reading. */
  readonly at: number;
  /** How long it took, in milliseconds. */
  readonly took: number;
  /** Whether the latest probe was well. */
  readonly ok: boolean;
  /** Whether it was well and no slower than those of the others: what an ejected instance needs to come back. */
  readonly passed: boolean;
}

/** What names an instance. */
export type InstanceName = Pick<ServiceInstance, 'id' | 'name'>;

/** What probes say of instances: written by the health monitor, heeded by the load balancer. */
@Injectable({ providedIn: 'root' })
export class ProbeVerdicts {
  private readonly store = new KeyedStore<string, ProbeVerdict>();
  private readonly probed = new Set<string>();
  private changes = 0;

  /** The verdicts by `service/id`: on subscribe, then after each change. */
  readonly verdicts$: Observable<ReadonlyMap<string, ProbeVerdict>> = this.store.changes$;
  /** The verdicts by `service/id`, as a signal. */
  readonly verdicts: Signal<ReadonlyMap<string, ProbeVerdict>> = this.store.signal;

  /** Another number after each change of somebody's health. */
  get revision(): number {
    return this.changes;
  }

  /** The verdict of one instance; `undefined` while there is none. */
  of(instance: InstanceName): ProbeVerdict | undefined {
    return this.store.get(instanceKey(instance));
  }

  /** Whether a service is probed at present. */
  covers(service: string): boolean {
    return this.probed.has(service);
  }

  /** From now on a service is probed, or is not. */
  cover(service: string, probed: boolean): void {
    if (probed) this.probed.add(service);
    else this.probed.delete(service);
  }

  /** From now on no service is probed. */
  coverNone(): void {
    this.probed.clear();
  }

  /** Takes a verdict. */
  set(instance: InstanceName, verdict: ProbeVerdict): void {
    const key = instanceKey(instance);
    if (this.store.get(key)?.health !== verdict.health) this.changes++;
    this.store.set(key, verdict);
  }

  /** Forgets an instance. */
  delete(instance: InstanceName): void {
    if (this.store.delete(instanceKey(instance))) this.changes++;
  }
}
