import {
  DOCUMENT,
  DestroyRef,
  Injectable,
  InjectionToken,
  type Signal,
  computed,
  inject,
} from '@angular/core';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, PAGE_STATE, RANDOM, isServer } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  combineLatest,
  defer,
  filter,
  from,
  fromEvent,
  merge,
  of,
  repeat,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import { METRICS_FETCH } from '../metrics-fetch';
import { MetricsService } from '../metrics-service';
import type { MetricsExportStatus } from './export-ledger';
import { METRICS_EXPORTERS } from './metrics-exporter';
import { MetricsSender } from './metrics-sender';
import { KeepaliveBudget } from './otlp-request';

declare const ngDevMode: boolean;

const PAGE_ID = 'service.instance.id';

/** What sends, one for each of {@link METRICS_EXPORTERS}, in their order. */
const METRICS_SENDERS = new InjectionToken<readonly MetricsSender[]>(
  ngDevMode ? 'rx-mesh METRICS_SENDERS' : '',
  {
    providedIn: 'root',
    factory: () => {
      const metrics = inject(MetricsService);
      const ids = inject(ID_GENERATOR);
      const ports = {
        clock: inject(CLOCK),
        random: inject(RANDOM),
        diagnostics: inject(DIAGNOSTICS),
        fetch: inject(METRICS_FETCH),
        budget: new KeepaliveBudget(),
        collect: () => metrics.collect(),
      };
      return inject(METRICS_EXPORTERS).map((exporter) => {
        const { serviceName, temporality } = exporter;
        // Totals of two pages under one identity would overwrite each other; differences do not.
        const own = temporality === 'cumulative' ? { [PAGE_ID]: ids.uuid() } : {};
        const attributes = { ...own, ...exporter.attributes };
        return new MetricsSender(exporter, { serviceName, attributes }, ports);
      });
    },
  },
);

/**
 * How the export of metrics is doing, and the way to hurry it. Metrics go out by themselves where `withMetrics` was given an
 * exporter, except on a server.
 *
 * @usageNotes
 * ```ts
 * const metricsExport = inject(MetricsExport);
 * const lost = computed(() => metricsExport.status().reduce((sum, { dropped }) => sum + dropped, 0));
 * await metricsExport.flush();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class MetricsExport {
  private readonly senders = inject(METRICS_SENDERS);

  /** How each exporter is doing, in the order in which they were given, as a signal. */
  readonly status: Signal<readonly MetricsExportStatus[]> = computed(() =>
    this.senders.map(({ status }) => status.signal()),
  );

  /** How each exporter is doing: on subscribe, and after each change. Never errors. */
  readonly status$: Observable<readonly MetricsExportStatus[]> =
    this.senders.length > 0
      ? combineLatest(this.senders.map(({ status }) => status.changes$))
      : of([]);

  /**
   * Sends what there is now. Resolves when each exporter has sent it or given it up, which takes up to five tries, or as
   * long as a receiver asks to wait. Never rejects: `status` tells what became of it. Does nothing on a server.
   */
  async flush(): Promise<void> {
    if (!isServer()) await Promise.all(this.senders.map((sender) => sender.flush()));
  }
}

/**
 * The exports that nobody asks for: one after each period while the page is seen and online, and one when it is hidden or
 * ends. It begins at the first injection, once however many exporters ask for it, and ends with the application, which
 * sends what is left.
 */
export const METRICS_FLOW = new InjectionToken<true>(ngDevMode ? 'rx-mesh METRICS_FLOW' : '', {
  providedIn: 'root',
  factory: () => {
    const senders = inject(METRICS_SENDERS);
    const state = inject(PAGE_STATE);
    const { scheduler } = inject(CLOCK);
    const page = inject(DOCUMENT);
    const view = page.defaultView;
    const hidden = fromEvent(page, 'visibilitychange').pipe(
      filter(() => page.visibilityState === 'hidden'),
    );
    // Of the two only the second comes where a system ends a page in the background. `pagehide` never comes to a document.
    const leaving = (view ? merge(fromEvent(view, 'pagehide'), hidden) : hidden).pipe(
      filter(() => state.online),
      tap(() => {
        for (const sender of senders) sender.leave();
      }),
    );
    const periodic = senders.map((sender) =>
      timer(sender.period, scheduler).pipe(
        switchMap(() => defer(() => (state.hidden || !state.online ? EMPTY : from(sender.next())))),
        repeat(),
      ),
    );
    const flow = merge(leaving, ...periodic).subscribe();
    inject(DestroyRef).onDestroy(() => {
      flow.unsubscribe();
      for (const sender of senders) sender.stop();
    });
    return true;
  },
});
