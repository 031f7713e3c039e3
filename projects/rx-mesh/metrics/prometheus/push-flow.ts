import { DOCUMENT, DestroyRef, InjectionToken, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, PAGE_STATE } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  catchError,
  concat,
  defer,
  filter,
  finalize,
  fromEvent,
  map,
  merge,
  of,
  repeat,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import type { MetricSeries } from '../metric-data';
import { MetricsService } from '../metrics-service';
import { isPrometheusPushError } from './prometheus-errors';
import { PROMETHEUS } from './prometheus-options';
import { PrometheusPusher } from './prometheus-pusher';

declare const ngDevMode: boolean;

/**
 * The pushes that nobody asks for: one after each period, and one when the page is hidden or ends. It begins at the first
 * injection, and ends with the application.
 */
export const PUSH_FLOW = new InjectionToken<true>(ngDevMode ? 'rx-mesh PUSH_FLOW' : '', {
  providedIn: 'root',
  factory: () => {
    const { pushPeriod } = inject(PROMETHEUS.token);
    if (pushPeriod === undefined) return true;
    const pushes = new UnattendedPushes();
    const { scheduler } = inject(CLOCK);
    const page = inject(DOCUMENT);
    const view = page.defaultView;
    const hidden = fromEvent(page, 'visibilitychange').pipe(
      filter(() => page.visibilityState === 'hidden'),
    );
    // Of the two only the second comes where a system ends a page in the background.
    const leaving = view ? merge(fromEvent(view, 'pagehide'), hidden) : hidden;
    const periodic = timer(pushPeriod, scheduler).pipe(
      switchMap(() => pushes.next()),
      repeat(),
    );
    const flow = merge(
      of(false),
      leaving.pipe(
        filter(() => pushes.hasLast),
        map(() => true),
      ),
    )
      // An older push that is under way must not overtake the last one.
      .pipe(switchMap((last) => (last ? concat(pushes.last(), periodic) : periodic)))
      .subscribe();
    inject(DestroyRef).onDestroy(() => flow.unsubscribe());
    return true;
  },
});

/** Pushes what is new, and tells when that fails. */
class UnattendedPushes {
  readonly #pusher = inject(PrometheusPusher);
  readonly #metrics = inject(MetricsService);
  readonly #page = inject(PAGE_STATE);
  readonly #diagnostics = inject(DIAGNOSTICS);
  // What was pushed last, unless it was refused: the same list is the same numbers.
  #pushed: readonly MetricSeries[] | undefined;
  #mortal = false;
  #failing = false;

  /** Whether there is something that a page which ends must still push: a push under way may end with it. */
  get hasLast(): boolean {
    return this.#page.online && (this.#hasNews || this.#mortal);
  }

  /** The push of a period; none while nobody sees the page, or it is cut off. */
  next(): Observable<unknown> {
    return defer(() => {
      const { hidden, online } = this.#page;
      if (hidden || !online || !this.#hasNews) return EMPTY;
      this.#mortal = true;
      return this.#push(false).pipe(finalize(() => (this.#mortal = false)));
    });
  }

  /** The push of a page that may be at its end. */
  last(): Observable<unknown> {
    return defer(() => this.#push(true));
  }

  get #hasNews(): boolean {
    const series = this.#metrics.collect();
    return series.length > 0 && series !== this.#pushed;
  }

  #push(last: boolean): Observable<unknown> {
    const series = this.#metrics.collect();
    this.#pushed = series;
    return this.#pusher.push({}, last).pipe(
      tap(() => (this.#failing = false)),
      catchError((error: unknown) => {
        // What may be stored is not sent again; what is not, is. So is the last: a browser refuses what is to outlive
        // the page when others took the room, and that looks the same.
        const isRefused = isPrometheusPushError(error) && error.outcome === 'refused';
        if ((isRefused || last) && this.#pushed === series) this.#pushed = undefined;
        this.#tell(error);
        return EMPTY;
      }),
    );
  }

  #tell(cause: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const isUnknown = isPrometheusPushError(cause) && cause.outcome === 'unknown';
    const fact = isUnknown
      ? 'Nobody knows whether a push of metrics was stored. If it goes to a Pushgateway of another origin, put a proxy before it that sends CORS headers.'
      : 'A push of metrics failed. See the cause; later pushes make up for it.';
    this.#diagnostics.report({
      code: 'RXM862',
      severity: 'warning',
      source: 'PrometheusService',
      message: fact,
      cause,
    });
  }
}
