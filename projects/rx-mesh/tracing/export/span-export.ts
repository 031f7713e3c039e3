import {
  DOCUMENT,
  DestroyRef,
  Injectable,
  InjectionToken,
  type Signal,
  computed,
  inject,
} from '@angular/core';
import { CLOCK, DIAGNOSTICS, RANDOM } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  combineLatest,
  filter,
  fromEvent,
  merge,
  mergeMap,
  of,
  tap,
} from 'rxjs';
import type { SpanTagValue } from '../trace-span';
import { TAIL_SAMPLER } from '../sampling/tail-sampler';
import { Tracer } from '../tracer';
import type { ExportStatus } from './export-ledger';
import { KeepaliveBudget } from './export-request';
import { SpanBatcher } from './span-batcher';
import { SPAN_EXPORTERS, TRACE_FETCH, TRACE_RESOURCE } from './span-exporter';
import { SPAN_KEEPER } from './span-keeper';

declare const ngDevMode: boolean;

/** What collects and sends, one for each of {@link SPAN_EXPORTERS}, in their order. */
export const SPAN_BATCHERS = new InjectionToken<readonly SpanBatcher[]>(
  ngDevMode ? 'rx-mesh SPAN_BATCHERS' : '',
  {
    providedIn: 'root',
    factory: () => {
      const own = inject(Tracer).serviceName;
      const ports = {
        clock: inject(CLOCK),
        random: inject(RANDOM),
        diagnostics: inject(DIAGNOSTICS),
        fetch: inject(TRACE_FETCH),
        budget: new KeepaliveBudget(),
        keeper: inject(SPAN_KEEPER),
      };
      const known = Object.fromEntries(
        inject(TRACE_RESOURCE).flatMap(Object.entries<SpanTagValue>),
      );
      return inject(SPAN_EXPORTERS).map((exporter) => {
        const { serviceName = own } = exporter;
        const attributes = { ...known, ...exporter.attributes };
        return new SpanBatcher(exporter, { serviceName, attributes }, ports);
      });
    },
  },
);

/**
 * How the export of spans is doing, and the way to hurry it. Spans come to it by themselves where `withTracing` was given
 * an exporter, except on a server.
 *
 * @usageNotes
 * ```ts
 * const spans = inject(SpanExport);
 * const lost = computed(() => spans.status().reduce((sum, { dropped }) => sum + dropped, 0));
 * await spans.flush();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class SpanExport {
  private readonly batchers = inject(SPAN_BATCHERS);

  /** How each exporter is doing, in the order in which they were given, as a signal. */
  readonly status: Signal<readonly ExportStatus[]> = computed(() =>
    this.batchers.map(({ status }) => status.signal()),
  );

  /** How each exporter is doing: on subscribe, and after each change. Never errors. */
  readonly status$: Observable<readonly ExportStatus[]> =
    this.batchers.length > 0
      ? combineLatest(this.batchers.map(({ status }) => status.changes$))
      : of([]);

  /**
   * Sends what was collected up to now. Resolves when each exporter has sent it or given it up, which takes up to five
   * tries, or as long as a receiver asks to wait. With `offlineSpans` it sends what is in the store as well. Never
   * rejects: `status` tells what became of it.
   */
  async flush(): Promise<void> {
    await Promise.all(this.batchers.map((batcher) => batcher.flush()));
  }
}

/**
 * The flow of finished spans into {@link SPAN_BATCHERS}: it begins at the first injection, once however many exporters ask
 * for it, and ends with the application, which sends what is left.
 */
export const SPAN_FLOW = new InjectionToken<true>(ngDevMode ? 'rx-mesh SPAN_FLOW' : '', {
  providedIn: 'root',
  factory: () => {
    const batchers = inject(SPAN_BATCHERS);
    const page = inject(DOCUMENT);
    const view = page.defaultView;
    const tail = inject(TAIL_SAMPLER);
    const clock = inject(CLOCK);
    // Of the two only the second comes where a system ends a page in the background. At the window, where `pagehide` comes
    // only there, and the other after all who listen at the document and may end a span then.
    const leaving = view
      ? merge(
          fromEvent(view, 'pagehide'),
          fromEvent(view, 'visibilitychange').pipe(filter(() => page.visibilityState === 'hidden')),
        )
      : EMPTY;
    const flow = merge(
      inject(Tracer).finished$.pipe(
        mergeMap((span) => (tail ? tail.select(span, clock.monotonic()) : [span])),
        tap((span) => {
          for (const batcher of batchers) batcher.add(span);
        }),
      ),
      leaving.pipe(
        tap(() => {
          for (const batcher of batchers) batcher.leave();
        }),
      ),
    ).subscribe();
    inject(DestroyRef).onDestroy(() => {
      flow.unsubscribe();
      for (const batcher of batchers) batcher.stop();
    });
    return true;
  },
});
