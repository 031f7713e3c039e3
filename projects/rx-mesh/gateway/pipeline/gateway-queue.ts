import { Injectable, inject } from '@angular/core';
import { CLOCK, PAGE_STATE } from 'rx-mesh/kernel';
import { Bulkhead, type ResiliencePolicy, bulkheadPolicy } from 'rx-mesh/resilience';
import type { Observable } from 'rxjs';
import { GATEWAY } from '../gateway-options';

/** Lets so many requests of the gateway run at once, and so many wait; the others are shed. */
@Injectable({ providedIn: 'root' })
export class GatewayQueue {
  private readonly options = inject(GATEWAY.token);
  private readonly bulkhead = new Bulkhead(
    'the gateway',
    { clock: inject(CLOCK), page: inject(PAGE_STATE) },
    {
      limit: this.options.concurrency,
      queue: this.options.queue,
      maxWait: this.options.maxWait,
    },
  );
  private readonly policy: ResiliencePolicy = bulkheadPolicy(this.bulkhead);

  /** How many requests run. */
  get running(): number {
    return this.bulkhead.running;
  }

  /** How many wait for their turn. */
  get queued(): number {
    return this.bulkhead.queued;
  }

  /** Runs work when it is its turn: the higher the priority, the sooner. It errors with `BulkheadFullError` when it is shed. */
  run<T>(work: Observable<T>, name: string, priority: number | undefined): Observable<T> {
    return this.policy(work, { name, priority });
  }
}
