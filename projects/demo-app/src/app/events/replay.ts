import { Injectable, computed, inject, signal } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { CLOCK, polling } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  distinctUntilChanged,
  ignoreElements,
  of,
  switchMap,
  tap,
} from 'rxjs';
import { OrderLog } from './order-log';

/** How many events a second are replayed. */
export const PACES: readonly number[] = [2, 10, 50, 500];

const SMOOTHEST = 40; // milliseconds: nobody sees more pictures than that

/** Which of the events of orders have happened, as the page shows it: all of them, or some, when it looks back. */
@Injectable()
export class Replay {
  private readonly log = inject(OrderLog);
  private readonly clock = inject(CLOCK);
  readonly #place = signal<number | undefined>(undefined);
  readonly #playing = signal(false);
  readonly #pace = signal(10);

  /** Whether it goes on by itself. */
  readonly playing = this.#playing.asReadonly();
  /** Events a second. */
  readonly pace = this.#pace.asReadonly();
  /** Whether it shows what is, and follows what comes. */
  readonly isLive = computed(() => this.#place() === undefined);
  /** How many events have happened. */
  readonly place = computed(() => Math.min(this.#place() ?? Infinity, this.log.count()));

  /** Moves on while it is subscribed and plays. */
  readonly moving$: Observable<never> = toObservable(
    computed(() => (this.#playing() ? this.#pace() : 0)),
  ).pipe(
    distinctUntilChanged(),
    switchMap((pace) => (pace > 0 ? this.steps(pace) : EMPTY)),
    ignoreElements(),
  );

  /** Looks at what was after so many events. */
  seek(place: number): void {
    this.#playing.set(false);
    this.show(place);
  }

  /** Starts from where it is, from the beginning when it is at the end; or stops. */
  toggle(): void {
    const starts = !this.#playing();
    if (starts && (this.isLive() || this.place() >= this.log.count())) this.#place.set(0);
    this.#playing.set(starts && this.log.count() > 0);
    if (this.log.count() === 0) this.live();
  }

  /** Shows what is. */
  live(): void {
    this.#playing.set(false);
    this.#place.set(undefined);
  }

  setPace(pace: number): void {
    this.#pace.set(PACES.includes(pace) ? pace : 10);
  }

  private steps(pace: number): Observable<unknown> {
    const period = Math.max(SMOOTHEST, 1000 / pace);
    const step = Math.max(1, Math.round((pace * period) / 1000));
    return polling({ period, clock: this.clock }, () => of(step)).pipe(
      tap(() => this.show(this.place() + step)),
    );
  }

  /** At the end there is nothing left to replay: it is live. */
  private show(place: number): void {
    if (place >= this.log.count()) this.live();
    else this.#place.set(Math.max(0, place));
  }
}
