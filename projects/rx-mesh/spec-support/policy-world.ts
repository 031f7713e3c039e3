import type { CallContext, PolicyEvent, ResiliencePolicy } from 'rx-mesh/resilience';
import { ManualClock, ManualPage } from 'rx-mesh/testing';
import { Observable, type Subscriber } from 'rxjs';

/** Work whose ends a test owns, and who ran it. */
export interface Work<T> {
  readonly source: Observable<T>;
  /** Each run, in order. */
  readonly runs: Subscriber<T>[];
  /** How many runs are not torn down. */
  readonly live: () => number;
}

/** What somebody who subscribed to guarded work has seen. */
export interface Watched<T> {
  readonly values: T[];
  readonly errors: unknown[];
  completed: boolean;
  leave(): void;
}

/** Time, chance and a page that a test owns, and what policies told. */
export interface PolicyWorld {
  readonly clock: ManualClock;
  readonly page: ManualPage;
  readonly ports: {
    readonly clock: ManualClock;
    readonly page: ManualPage;
    readonly random: { next: () => number };
  };
  readonly told: PolicyEvent[];
  draw: number;
  readonly watch: <T>(
    policy: ResiliencePolicy,
    source: Observable<T>,
    context?: Partial<CallContext>,
  ) => Watched<T>;
}

export function work<T = string>(): Work<T> {
  const runs: Subscriber<T>[] = [];
  let live = 0;
  const source = new Observable<T>((subscriber) => {
    runs.push(subscriber);
    live++;
    return () => live--;
  });
  return { source, runs, live: () => live };
}

export function policyWorld(): PolicyWorld {
  const clock = new ManualClock({ startAt: 1_000_000 });
  const page = new ManualPage();
  const told: PolicyEvent[] = [];
  const world: PolicyWorld = {
    clock,
    page,
    told,
    draw: 0.5,
    ports: { clock, page, random: { next: () => world.draw } },
    watch: (policy, source, context = {}) => {
      const seen = { values: [] as never[], errors: [] as unknown[], completed: false };
      const subscription = policy(source, {
        name: 'orders',
        observe: (event) => told.push(event),
        ...context,
      }).subscribe({
        next: (value) => seen.values.push(value as never),
        error: (error: unknown) => seen.errors.push(error),
        complete: () => (seen.completed = true),
      });
      return Object.assign(seen, { leave: () => subscription.unsubscribe() });
    },
  };
  return world;
}
