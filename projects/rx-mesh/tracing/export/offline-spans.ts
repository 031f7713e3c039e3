import {
  DOCUMENT,
  DestroyRef,
  InjectionToken,
  inject,
  provideEnvironmentInitializer,
} from '@angular/core';
import {
  CLOCK,
  DIAGNOSTICS,
  PAGE_STATE,
  createOptions,
  isServer,
  positive,
  positiveInteger,
} from 'rx-mesh/kernel';
import { filter, tap } from 'rxjs';
import type { TracingFeature } from '../tracing-feature';
import { IndexedDbSpanStore } from './indexed-db-span-store';
import { SPAN_BATCHERS } from './span-export';
import { SPAN_KEEPER, type SpanKeeperFactory } from './span-keeper';
import { SPAN_LOCKS } from './span-locks';
import { SPAN_STORE } from './span-store';
import { StoreGuard } from './store-guard';
import { StoreKeeper } from './store-keeper';

declare const ngDevMode: boolean;

/** Options of {@link offlineSpans}. */
export interface OfflineSpansOptions {
  /** The name of the IndexedDB, not empty. Applications of one origin that have the same share it. @default 'rx-mesh-spans' */
  readonly name?: string | undefined;
  /** The most batches that wait, of all exporters, at least 1; the oldest give way. @default 100 */
  readonly maxBatches?: number | undefined;
  /** The most bytes that wait, of all exporters, at least 1; the oldest give way. @default 5000000 */
  readonly maxBytes?: number | undefined;
  /** How long a batch waits at most, in milliseconds, above 0. @default 86400000 (a day) */
  readonly maxAge?: number | undefined;
}

interface OfflineSpansValues {
  readonly name: string;
  readonly maxBatches: number;
  readonly maxBytes: number;
  readonly maxAge: number;
}

const OFFLINE_SPANS = /* @__PURE__ */ createOptions<OfflineSpansValues>(
  'OfflineSpansOptions',
  { name: 'rx-mesh-spans', maxBatches: 100, maxBytes: 5_000_000, maxAge: 86_400_000 },
  {
    name: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
    maxBatches: positiveInteger,
    maxBytes: positiveInteger,
    maxAge: positive,
  },
);

/**
 * Keeps spans that could not be sent in the IndexedDB of the origin, and sends them later: after a send that went well,
 * when the page comes online, and when the next page begins. For exporters of the same `withTracing`.
 *
 * A batch is kept when there is no network, when its tries are used up, and at the end of the page when there is no room
 * for it among the requests that outlive a page; that write may not complete. It is removed once the receiver took it. A
 * page that ends between the two leaves it there, so a receiver may get a batch twice, with the same ids; where there are
 * no Web Locks it is taken out before it is sent, so that page may lose it. What is kept is
 * the body of the request, which anybody who uses the device can read; headers are not.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({}, otlpExporter({ url: '/v1/traces' }), offlineSpans({ maxAge: 3_600_000 })));
 * ```
 */
export function offlineSpans(options: OfflineSpansOptions = {}): TracingFeature {
  OFFLINE_SPANS.resolve(options);
  return {
    ɵproviders: [
      OFFLINE_SPANS.provide(options),
      {
        provide: SPAN_STORE,
        useFactory: () => {
          const view = inject(DOCUMENT).defaultView;
          return new IndexedDbSpanStore(inject(OFFLINE_SPANS.token).name, () => {
            if (view) return view.indexedDB;
            throw new Error('There is no window.');
          });
        },
      },
      { provide: SPAN_KEEPER, useFactory: () => (isServer() ? undefined : keepers()) },
      provideEnvironmentInitializer(() => {
        if (!isServer()) inject(OFFLINE_FLOW);
      }),
    ],
  };
}

// One for all exporters: what is wrong with the store is told once.
const STORE_GUARD = new InjectionToken<StoreGuard>(ngDevMode ? 'rx-mesh STORE_GUARD' : '', {
  providedIn: 'root',
  factory: () => {
    const store = inject(SPAN_STORE);
    inject(DestroyRef).onDestroy(() => store.close());
    return new StoreGuard(store, inject(OFFLINE_SPANS.token), inject(CLOCK), inject(DIAGNOSTICS));
  },
});

function keepers(): SpanKeeperFactory {
  const ports = {
    guard: inject(STORE_GUARD),
    clock: inject(CLOCK),
    page: inject(PAGE_STATE),
    locks: inject(SPAN_LOCKS),
    name: inject(OFFLINE_SPANS.token).name,
  };
  return (exporter, ledger) => new StoreKeeper(exporter, ledger, ports);
}

/** The flow of what is kept: from the first injection, and each time that the page comes online, until the application ends. */
const OFFLINE_FLOW = new InjectionToken<true>(ngDevMode ? 'rx-mesh OFFLINE_FLOW' : '', {
  providedIn: 'root',
  factory: () => {
    const batchers = inject(SPAN_BATCHERS);
    // Even without a network: later may be too late to get the code of the store, or to open it.
    void inject(STORE_GUARD).places();
    const flow = inject(PAGE_STATE)
      .online$.pipe(
        filter((online) => online),
        tap(() => {
          for (const batcher of batchers) batcher.resume();
        }),
      )
      .subscribe();
    inject(DestroyRef).onDestroy(() => flow.unsubscribe());
    return true;
  },
});
