import { TestBed } from '@angular/core/testing';
import { CircuitBreakerService } from 'rx-mesh/resilience';
import { Isolation } from './isolation';

describe(Isolation.name, () => {
  it('holds a breaker open, and lets go of it', () => {
    const isolation = TestBed.inject(Isolation);
    const phase = (name: string) => TestBed.inject(CircuitBreakerService).status().get(name)?.state;
    isolation.toggle('orders');
    isolation.toggle('users');
    expect([phase('orders'), phase('users')]).toEqual(['isolated', 'isolated']);
    isolation.toggle('orders');
    expect([phase('orders'), phase('users')]).toEqual(['closed', 'isolated']);
    isolation.toggle('orders');
    expect(phase('orders')).toBe('isolated');
  });
});
