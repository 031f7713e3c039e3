import { type Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { type Clock, polling } from 'rx-mesh/kernel';
import { type CircuitBreakerState } from 'rx-mesh/resilience';
import { map, of, switchMap, takeWhile } from 'rxjs';

const REFRESH = 200; // milliseconds

/** How a countdown asks for the time that is left. */
export interface CountdownPorts {
  readonly clock: Clock;
  /** In milliseconds, by the name of a breaker; 0 when there is nothing to wait for. */
  readonly retryAfter: (name: string) => number;
}

/**
 * The time until each breaker lets a probe in, in milliseconds by its name. It ticks while one of them waits, and not
 * at all otherwise. To be called where things can be injected.
 */
export function countdown(
  status: Signal<ReadonlyMap<string, CircuitBreakerState>>,
  { clock, retryAfter }: CountdownPorts,
): Signal<ReadonlyMap<string, number>> {
  return toSignal(
    toObservable(status).pipe(
      switchMap((breakers) => {
        const read = () =>
          new Map([...breakers.keys()].map((name) => [name, retryAfter(name)] as const));
        return polling({ period: REFRESH, clock }, () => of(null)).pipe(
          map(read),
          takeWhile((left) => [...left.values()].some((ms) => ms > 0 && ms < Infinity), true),
        );
      }),
    ),
    { initialValue: new Map() },
  );
}
