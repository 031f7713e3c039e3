import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import {
  CLOCK,
  CircuitBreakerService,
  RANDOM,
  circuitBreakerPolicy,
  composePolicies,
  resilient,
  retryPolicy,
  timeoutPolicy,
} from 'rx-mesh';
import type { Observable } from 'rxjs';

@Injectable({ providedIn: 'root' })
export class Search {
  private readonly http = inject(HttpClient);
  private readonly ports = { clock: inject(CLOCK), random: inject(RANDOM) };
  private readonly policy = composePolicies(
    timeoutPolicy(this.ports, { limit: 3000, scope: 'call' }),
    retryPolicy(this.ports, { retries: 1 }),
    circuitBreakerPolicy(inject(CircuitBreakerService).get('search')),
    timeoutPolicy(this.ports, { limit: 1000 }),
  );

  find(text: string): Observable<readonly string[]> {
    const { http, policy } = this;
    return http
      .get<readonly string[]>('/api/search', { params: { text } })
      .pipe(resilient(policy, 'search'));
  }
}
