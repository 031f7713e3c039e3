import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { of, throwError } from 'rxjs';
import { CircuitBreakerService } from './circuit-breaker-service';

describe(`${CircuitBreakerService.name} on a server`, () => {
  it('guards calls with no DOM, and leaves no timer behind', () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const service = TestBed.inject(CircuitBreakerService);
    const failed = throwError(() => new Error('down')).pipe(service.protect('orders'));
    for (let i = 0; i < 6; i++) failed.subscribe({ error: () => undefined });
    of(1).pipe(service.protect('users')).subscribe();

    expect([...service.status().values()].map(({ state }) => state)).toEqual(['open', 'closed']);
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
