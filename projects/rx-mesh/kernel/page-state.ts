import { DOCUMENT, DestroyRef, InjectionToken, inject } from '@angular/core';
import {
  type Observable,
  defer,
  distinctUntilChanged,
  fromEvent,
  map,
  merge,
  NEVER,
  of,
  tap,
} from 'rxjs';
import { CLOCK, type Clock } from './clock';

declare const ngDevMode: boolean;

/** What a page knows of its own situation, which no answer of a server tells. */
export interface PageState {
  /** Whether there may be a network. `false` is certain; `true` proves nothing. */
  readonly online: boolean;
  /** {@link PageState.online}: on subscribe, and after each change. Never errors, never completes. */
  readonly online$: Observable<boolean>;
  /**
   * How often the page was hidden, shown, frozen, resumed or asleep up to now. A measurement between two readings that
   * differ says nothing of the other side. It counts from the first reading.
   */
  readonly interruptions: number;
  /** Whether nobody sees the page: a browser lets its timers run late. */
  readonly hidden: boolean;
  /** Whether the user asked to save data: then nothing is sent that could be spared. */
  readonly saveData: boolean;
}

/** A page that is seen and never cut off: what a server has. */
export const alwaysOnline: PageState = {
  online: true,
  online$: /* @__PURE__ */ merge(/* @__PURE__ */ of(true), NEVER),
  interruptions: 0,
  hidden: false,
  saveData: false,
};

/**
 * The page that policies ask before they send, wait or believe a measurement. It listens to the browser from the first
 * reading of {@link PageState.interruptions} until the application ends.
 *
 * @default the page of `DOCUMENT`; {@link alwaysOnline} where there is no window
 */
export const PAGE_STATE = new InjectionToken<PageState>(ngDevMode ? 'rx-mesh PAGE_STATE' : '', {
  providedIn: 'root',
  factory: () => {
    const page = inject(DOCUMENT);
    const view = page.defaultView;
    // A server has a document without a browser around it.
    return view && 'onLine' in view.navigator
      ? new BrowserPage(view, page, inject(CLOCK), inject(DestroyRef))
      : alwaysOnline;
  },
});

// A gap between the two clocks that no rounding explains: the machine slept.
const ASLEEP = 1000;

class BrowserPage implements PageState {
  readonly #view: Window;
  readonly #page: Document;
  readonly #clock: Clock;
  readonly #destroyed: DestroyRef;
  #count = 0;
  #listens = false;
  #drift = 0;

  readonly online$ = defer(() =>
    merge(of(null), fromEvent(this.#view, 'online'), fromEvent(this.#view, 'offline')).pipe(
      map(() => this.online),
      distinctUntilChanged(),
    ),
  );

  constructor(view: Window, page: Document, clock: Clock, destroyed: DestroyRef) {
    this.#view = view;
    this.#page = page;
    this.#clock = clock;
    this.#destroyed = destroyed;
  }

  get online(): boolean {
    return this.#view.navigator.onLine;
  }

  get hidden(): boolean {
    return this.#page.visibilityState === 'hidden';
  }

  get saveData(): boolean {
    const { connection } = this.#view.navigator as { connection?: { saveData?: boolean } };
    return connection?.saveData === true;
  }

  get interruptions(): number {
    if (!this.#listens) this.#listen();
    const drift = this.#clock.now() - this.#clock.monotonic();
    if (Math.abs(drift - this.#drift) > ASLEEP) {
      this.#drift = drift;
      this.#count++;
    }
    return this.#count;
  }

  #listen(): void {
    this.#listens = true;
    this.#drift = this.#clock.now() - this.#clock.monotonic();
    const listening = merge(
      fromEvent(this.#page, 'visibilitychange'),
      fromEvent(this.#page, 'freeze'),
      fromEvent(this.#page, 'resume'),
      fromEvent(this.#view, 'pageshow'),
    )
      .pipe(tap(() => this.#count++))
      .subscribe();
    this.#destroyed.onDestroy(() => listening.unsubscribe());
  }
}
