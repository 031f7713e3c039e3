import { DestroyRef, Injectable, type Signal, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { CLOCK, isServer, shareLatest } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  auditTime,
  defer,
  distinctUntilChanged,
  filter,
  finalize,
  map,
  merge,
  of,
  tap,
  timer,
} from 'rxjs';
import type { MetricSeries } from '../metric-data';
import { MetricsService } from '../metrics-service';
import { MOST_TABS, TabBook } from './tab-book';
import { TabLine } from './tab-line';
import type { TabMessage } from './tab-messages';
import { TAB_METRICS } from './tab-options';

// Answers come one after the other; this long they are waited for together, in milliseconds.
const GATHER = 50;

/**
 * The metrics of all tabs of the application as one. A tab is part of it when it has `withTabMetrics()`, or looks itself.
 *
 * Counters, histograms and timers add up, and their quantiles are those of all samples, within 1 %. Gauges go by a rule, the
 * sum unless `withTabMetrics({ gauges })` says otherwise. A tab that is closed, or does not answer three looks in a row, is out
 * of the gauges; what it counted stays, so totals do not fall, as long as somebody is subscribed here. Who begins to look counts the
 * tabs that are there, from their start. There are no exemplars, and at most 32 tabs of 1000 series each.
 *
 * @usageNotes
 * ```ts
 * const tabs = inject(TabMetrics);
 * tabs.series$.subscribe((series) => show(series));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class TabMetrics {
  private readonly clock = inject(CLOCK);
  private readonly line = inject(TabLine);
  private readonly metrics = inject(MetricsService);
  private readonly options = inject(TAB_METRICS.token);
  private readonly shown = signal<readonly MetricSeries[]>([]);

  /**
   * Every series of all tabs: on subscribe those of this tab, then after each change, looked for after each `period`. One look
   * for all subscribers, who get the latest first; none without. It completes at once on the server, and when the application is
   * destroyed.
   */
  readonly series$: Observable<readonly MetricSeries[]> = defer(() =>
    isServer() ? EMPTY : this.look(),
  ).pipe(
    distinctUntilChanged(),
    tap((series) => this.shown.set(series)),
    takeUntilDestroyed(inject(DestroyRef)),
    shareLatest(),
  );

  /** What `series$` said last, as a signal; empty while nobody is subscribed to it. */
  readonly series: Signal<readonly MetricSeries[]> = this.shown.asReadonly();

  private look(): Observable<readonly MetricSeries[]> {
    const { clock, line, metrics, options } = this;
    const rules = new Map(Object.entries(options.gauges));
    const book = new TabBook((name) => rules.get(name) ?? 'sum');
    let own: readonly MetricSeries[] | undefined;
    let whole = true;
    const heard$ = line.messages$.pipe(
      filter((message) => {
        const said = this.note(book, message);
        whole ||= said === 'unknown';
        return said === 'taken';
      }),
      auditTime(GATHER, clock.scheduler),
    );
    const asked$ = merge(of(0), timer(options.period, options.period, clock.scheduler)).pipe(
      tap(() => {
        book.ask();
        line.post({ type: 'look', from: line.id, every: options.period, whole });
        whole = false;
      }),
    );
    const shown$ = merge(heard$, asked$).pipe(
      map(() => {
        const now = metrics.collect();
        // Of itself a tab always hears.
        if (now === own && book.hear(line.id)) return book.merged();
        own = now;
        book.take(line.id, line.own(), true);
        return book.merged();
      }),
    );
    // The answers are not heard of those who are asked before the line is open.
    return merge(line.answers$, shown$).pipe(finalize(() => this.shown.set([])));
  }

  private note(book: TabBook, message: TabMessage): 'taken' | 'unknown' | undefined {
    const { from, type } = message;
    switch (type) {
      case 'look':
        return undefined;
      case 'alive':
        return book.hear(from) ? undefined : 'unknown';
      case 'left':
        book.leave(from);
        return 'taken';
      case 'series': {
        const said = book.take(from, message.series, message.whole);
        if (said !== 'full') return said;
        this.line.tell('RXM874', `There are more than ${MOST_TABS} tabs; later ones are left out.`);
        return undefined;
      }
    }
  }
}
