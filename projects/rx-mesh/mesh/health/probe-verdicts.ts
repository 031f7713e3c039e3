import { Injectable, type Signal } from '@angular/core';
import { KeyedStore } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';

/** What the latest probes of an instance say. */
export interface ProbeVerdict {
  /** `healthy` or `unhealthy` as the thresholds have it. */
  readonly health: 'healthy' | 'unhealthy';
  /** When the latest probe ended, as a monotonic reading. */
  readonly at: number;
  /** How long it took, in milliseconds. */
  readonly took: number;
  /** Whether it was well and no slower than those of the others: what an ejected instance needs to come back. */
  readonly passed: boolean;
}

/** What probes say of instances: written by the health monitor, heeded by the load balancer. */
@Injectable({ providedIn: 'root' })
export class ProbeVerdicts {
  private readonly store = new KeyedStore<string, ProbeVerdict>();
  private readonly probed = new Set<string>();
  private changes = 0;

  /** The verdicts by instance id: on subscribe, then after each change. */
  readonly verdicts$: Observable<ReadonlyMap<string, ProbeVerdict>> = this.store.changes$;
  /** The verdicts by instance id, as a signal. */
  readonly verdicts: Signal<ReadonlyMap<string, ProbeVerdict>> = this.store.signal;

  /** Another number after each change of somebody's health. */
  get revision(): number {
    return this.changes;
  }

  /** The verdict of one instance; `undefined` while there is none. */
  of(id: string): ProbeVerdict | undefined {
    return this.store.get(id);
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
  set(id: string, verdict: ProbeVerdict): void {
    if (this.store.get(id)?.health !== verdict.health) this.changes++;
    this.store.set(id, verdict);
  }

  /** Forgets an instance. */
  delete(id: string): void {
    if (this.store.delete(id)) this.changes++;
  }
}
