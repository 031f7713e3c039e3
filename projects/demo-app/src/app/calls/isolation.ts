import { Injectable, inject } from '@angular/core';
import { CircuitBreakerService } from 'rx-mesh/resilience';

/** Which breakers are held open by hand. It is known beyond the page that did it, so that another visit can let go. */
@Injectable({ providedIn: 'root' })
export class Isolation {
  private readonly breakers = inject(CircuitBreakerService);
  readonly #held = new Map<string, () => void>();

  /** Holds the breaker of a service open, or lets go of it. */
  toggle(service: string): void {
    const release = this.#held.get(service);
    if (release) {
      this.#held.delete(service);
      release();
    } else {
      this.#held.set(service, this.breakers.isolate(service));
    }
  }
}
