import { Injectable, Injector, computed, inject, signal } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { CLOCK, polling } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  catchError,
  concatMap,
  defer,
  ignoreElements,
  merge,
  of,
  skip,
  tap,
} from 'rxjs';
import { Alertmanager } from '../alertmanager';
import { FaultControls } from '../fault-controls';
import { WireLog } from '../wire-log';
import { LiveLink, type LiveState, type LiveWorld } from './live-link';

const LOOK = 1500; // milliseconds
const ALERTMANAGER = 'alertmanager';

/**
 * Holds the controls of the mocked world and the real one together: what somebody changes here the runner does to its
 * processes, and what has become of those, in whatever way, the controls show.
 */
@Injectable({ providedIn: 'root' })
export class LiveMirror {
  private readonly alertmanager = inject(Alertmanager);
  private readonly clock = inject(CLOCK);
  private readonly controls = inject(FaultControls);
  private readonly injector = inject(Injector);
  private readonly link = inject(LiveLink);
  private readonly wire = inject(WireLog);
  readonly #lost = signal(false);
  readonly #mine = computed<LiveState>(() => ({
    seed: this.controls.seed(),
    faults: [...this.controls.faults()].sort(([a], [b]) => a.localeCompare(b)),
    killed: [...this.controls.killed()].sort(),
    down: this.alertmanager.down() ? [ALERTMANAGER] : [],
  }));
  // What both sides said when they agreed last.
  #agreed: { readonly mine: string; readonly theirs: string } | undefined;
  #seen = 0;

  /** Whether the runner answers no more. */
  readonly lost = this.#lost.asReadonly();

  /** Follows, and tells. For the whole application. */
  readonly working$: Observable<never> = defer(() =>
    merge(
      polling({ period: LOOK, clock: this.clock }, () => of(undefined)),
      toObservable(this.#mine, { injector: this.injector }).pipe(skip(1)),
    ),
  ).pipe(
    // One after the other, each with what is so by then.
    concatMap(() => this.sync()),
    ignoreElements(),
  );

  private sync(): Observable<unknown> {
    return defer(() => {
      const mine = this.#mine();
      const text = JSON.stringify(mine);
      return this.#agreed && this.#agreed.mine !== text
        ? this.link.change(mine).pipe(tap(({ state }) => this.agree(text, state)))
        : this.link.look().pipe(tap((world) => this.take(world)));
    }).pipe(
      tap(() => this.#lost.set(false)),
      catchError(() => (this.#lost.set(true), EMPTY)),
    );
  }

  private take({ seen, state }: LiveWorld): void {
    // What was changed here meanwhile is told in the next round.
    const isOurTurn = this.#agreed && this.#agreed.mine !== JSON.stringify(this.#mine());
    if (!isOurTurn && this.#agreed?.theirs !== JSON.stringify(state)) {
      this.adopt(state);
      this.agree(JSON.stringify(this.#mine()), state);
    }
    for (const { baggage, instance, method, number, path, traceparent } of [...seen].reverse()) {
      if (number <= this.#seen) continue;
      this.#seen = number;
      const headers = new Map([
        ['traceparent', traceparent],
        ['baggage', baggage],
      ]);
      this.wire.note(instance, {
        method,
        url: new URL(path, 'http://service.invalid').href,
        headers: { get: (name) => headers.get(name) ?? null },
      });
    }
  }

  private adopt({ down, faults, killed, seed }: LiveState): void {
    const { controls } = this;
    const next = new Map(faults);
    const dead = new Set(killed);
    if (controls.seed() !== seed) controls.reseed(seed);
    for (const target of controls.faults().keys()) {
      if (!next.has(target)) controls.clear(target);
    }
    for (const [target, fault] of next) controls.set(target, fault);
    for (const id of controls.killed()) if (!dead.has(id)) controls.revive(id);
    for (const id of dead) controls.kill(id);
    this.alertmanager.setDown(down.includes(ALERTMANAGER));
  }

  private agree(mine: string, theirs: LiveState): void {
    this.#agreed = { mine, theirs: JSON.stringify(theirs) };
  }
}
