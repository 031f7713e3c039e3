import { type Signal } from '@angular/core';
import { type Clock, type RandomSource, StateStore } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  catchError,
  defer,
  distinctUntilChanged,
  filter,
  finalize,
  ignoreElements,
  map,
  mergeMap,
  repeat,
  switchMap,
  timer,
} from 'rxjs';
import { type CatalogService, type Operation } from '../backends/catalog';

/** How much traffic there is. */
export interface TrafficState {
  readonly running: boolean;
  /** How many calls a second, on average: above 0. */
  readonly perSecond: number;
}

/** What the generator needs. */
export interface TrafficPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly services: readonly CatalogService[];
  /** Makes one call. Its failure is the business of whoever watches the calls. */
  readonly send: (service: string, operation: Operation) => Observable<unknown>;
}

// Who comes late because the page was busy comes all the same, or fifty a second would be thirty; but not all those whom a
// page that slept has missed.
const MOST_LATE = 250; // milliseconds

// More calls than these are never under way: should the world stop answering, visitors are turned away.
const MOST_IN_FLIGHT = 50;

/**
 * Calls that arrive as visitors do: at random, independent of each other, so many a second on average (a Poisson
 * process). Services get their share by weight, and each of their operations is as likely as the others.
 */
export class TrafficGenerator {
  readonly #ports: TrafficPorts;
  readonly #store: StateStore<TrafficState>;

  readonly state: Signal<TrafficState>;

  /** Makes the traffic while it is subscribed and running. It emits nothing; leaving cancels what is under way. */
  readonly run$: Observable<never>;

  constructor(ports: TrafficPorts, initial: TrafficState) {
    this.#ports = ports;
    this.#store = new StateStore(initial);
    this.state = this.#store.signal;
    this.run$ = defer(() => {
      let inFlight = 0;
      return this.#store.changes$.pipe(
        map(({ running, perSecond }) => (running ? perSecond : 0)),
        distinctUntilChanged(),
        // Only the arrivals are switched: a call that is under way goes on when traffic stops or changes its pace.
        switchMap((perSecond) => (perSecond > 0 ? this.#arrivals(perSecond) : EMPTY)),
        filter(() => inFlight < MOST_IN_FLIGHT),
        mergeMap(() => {
          inFlight++;
          return this.#call().pipe(finalize(() => inFlight--));
        }),
        ignoreElements(),
      );
    });
  }

  /** Starts the traffic, or stops it. */
  toggle(): void {
    this.#store.update((state) => ({ ...state, running: !state.running }));
  }

  /** Changes the pace. */
  setPace(perSecond: number): void {
    this.#store.update((state) => ({ ...state, perSecond }));
  }

  #arrivals(perSecond: number): Observable<unknown> {
    const { clock, random } = this.#ports;
    const gap = () => (-Math.log(1 - random.next()) * 1000) / perSecond;
    return defer(() => {
      let due = clock.monotonic();
      return defer(() => {
        const now = clock.monotonic();
        due = Math.max(due, now - MOST_LATE) + gap();
        return timer(Math.max(0, due - now), clock.scheduler);
      }).pipe(repeat());
    });
  }

  #call(): Observable<unknown> {
    const { random, send, services } = this.#ports;
    const service = byWeight(services, random.next());
    const operations = service?.operations.filter(({ route }) => route !== '/health') ?? [];
    const operation = operations[Math.floor(random.next() * operations.length)];
    return service && operation
      ? send(service.name, operation).pipe(catchError(() => EMPTY))
      : EMPTY;
  }
}

function byWeight(services: readonly CatalogService[], chance: number): CatalogService | undefined {
  const total = services.reduce((sum, { weight }) => sum + weight, 0);
  let left = chance * total;
  return services.find(({ weight }) => (left -= weight) < 0);
}
