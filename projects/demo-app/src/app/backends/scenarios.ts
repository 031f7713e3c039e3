import { DestroyRef, Injectable, inject, signal } from '@angular/core';
import { CLOCK, seededRandom } from 'rx-mesh/kernel';
import { ServiceRegistry } from 'rx-mesh/mesh';
import { Subscription, tap } from 'rxjs';
import { PriceFeed } from '../chaos/price-feed';
import { CHAOS_WORLD } from './chaos-world';
import { type Scenario, SCENARIOS } from './scenarios-book';
import { SEED } from './seed';

/**
 * Runs the scenarios, one at a time. One goes on while other pages are open, until another one starts, somebody calms the
 * world down, or the application ends; then everything is as it was before.
 */
@Injectable({ providedIn: 'root' })
export class Scenarios {
  private readonly world = inject(CHAOS_WORLD);
  private readonly clock = inject(CLOCK);
  private readonly registry = inject(ServiceRegistry);
  private readonly feed = inject(PriceFeed);
  private readonly destroyRef = inject(DestroyRef);
  readonly #running = signal<Scenario | undefined>(undefined);
  readonly #step = signal('');
  readonly #news = signal('');
  #run = Subscription.EMPTY;

  /** What all chance of the scenarios comes from. Each run of one begins with it anew. */
  readonly seed = inject(SEED);
  /** The scenario that runs; `undefined` in fair weather. */
  readonly running = this.#running.asReadonly();
  /** What it does just now, in words. */
  readonly step = this.#step.asReadonly();
  /** Which one started or ended last, in words. */
  readonly news = this.#news.asReadonly();

  /** Starts a scenario, after the end of what runs. One that runs goes on. */
  start(id: Scenario['id']): void {
    const at = SCENARIOS.findIndex((scenario) => scenario.id === id);
    const scenario = SCENARIOS[at];
    if (!scenario || scenario === this.#running()) return;
    this.end();
    this.#running.set(scenario);
    this.#news.set(`${scenario.title} has started.`);
    const ports = {
      world: this.world,
      clock: this.clock,
      random: seededRandom(this.seed ^ ((at + 1) << 16)),
      watching$: this.registry.services$,
      prices$: this.feed.publishing$,
    };
    const run = scenario
      .run(ports)
      .pipe(tap((step) => this.#step.set(step)))
      .subscribe();
    run.add(this.destroyRef.onDestroy(() => run.unsubscribe()));
    this.#run = run;
  }

  /** Ends what runs, and restores what was before. */
  calmDown(): void {
    const scenario = this.#running();
    if (!scenario) return;
    this.end();
    this.#news.set(`${scenario.title} is over. Everything is as it was before.`);
  }

  private end(): void {
    this.#run.unsubscribe();
    this.#running.set(undefined);
    this.#step.set('');
  }
}
