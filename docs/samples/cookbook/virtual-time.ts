import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { CLOCK, PAGE_STATE, RANDOM } from 'rx-mesh/kernel';
import { clientPolicy, resilient } from 'rx-mesh/resilience';
import type { Observable } from 'rxjs';

// #region prices
@Injectable({ providedIn: 'root' })
export class Prices {
  private readonly http = inject(HttpClient);
  private readonly policy = clientPolicy({
    retry: { retries: 1 },
    breaker: { consecutiveFailures: 4, openWait: 60_000, jitter: 0 },
    timeout: 2000,
  })({ clock: inject(CLOCK), random: inject(RANDOM), page: inject(PAGE_STATE) }, 'prices');

  load(): Observable<readonly number[]> {
    const { http, policy } = this;
    return http.get<readonly number[]>('/api/prices').pipe(resilient(policy, 'prices'));
  }
}
// #endregion
