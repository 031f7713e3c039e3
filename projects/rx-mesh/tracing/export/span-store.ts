import { InjectionToken } from '@angular/core';

declare const ngDevMode: boolean;

/** What is known of a batch in a {@link SpanStore} without its text. Holds no headers and no URL. */
export interface StoredHead {
  /** The name of the exporter that made it. */
  readonly exporter: string;
  /** A hash of the URL of the receiver: what was meant for one must not go to another. */
  readonly receiver: string;
  /** How many spans it has, at least 1. */
  readonly spans: number;
  /** The size of its text in UTF-8, at least 1. */
  readonly bytes: number;
  /** The wall time at which it was put there, in milliseconds since the epoch. */
  readonly at: number;
}

/** A batch in a {@link SpanStore}. */
export interface StoredBatch extends StoredHead {
  /** The body of the request. */
  readonly text: string;
}

/** A head as it was found: nobody has checked it. */
export interface FoundHead {
  /** The place in the store. A later batch has a higher one. */
  readonly id: number;
  /** A {@link StoredHead}, if all is well. */
  readonly head: unknown;
}

/**
 * Where batches wait that could not be sent: all of one origin, so its tabs share it. Each method is one transaction, and
 * rejects when that failed; then nothing of it has happened.
 */
export interface SpanStore {
  /**
   * Puts a batch at the end, or back to its place. Resolves with the place. The write begins at once, for the page may be
   * about to end.
   */
  put(batch: StoredBatch, id?: number): Promise<number>;
  /** What is there, oldest first. */
  list(): Promise<readonly FoundHead[]>;
  /** A batch, which stays there, as it was found; `undefined` when there is none. */
  read(id: number): Promise<unknown>;
  /** A batch, which is removed, as it was found: of several tabs one gets it; `undefined` when there is none. */
  take(id: number): Promise<unknown>;
  /** Removes batches. Resolves with the places of those that were there. */
  remove(ids: readonly number[]): Promise<readonly number[]>;
  /** Lets go of what it holds open, once all calls are over. A later call opens it anew. */
  close(): void;
}

/** What is known of a batch without its text. */
export function headOf({ exporter, receiver, spans, bytes, at }: StoredBatch): StoredHead {
  return { exporter, receiver, spans, bytes, at };
}

/** Where `offlineSpans` keeps batches. @default the memory of the page, which keeps nothing beyond it */
export const SPAN_STORE = new InjectionToken<SpanStore>(ngDevMode ? 'rx-mesh SPAN_STORE' : '', {
  providedIn: 'root',
  factory: () => memorySpanStore(),
});

/**
 * A store in memory, for tests: hand the same one to several applications, and they are tabs of one origin.
 *
 * @usageNotes
 * ```ts
 * const store = memorySpanStore();
 * TestBed.configureTestingModule({
 *   providers: [provideRxMesh(withTracing({}, exporter, offlineSpans())), { provide: SPAN_STORE, useValue: store }],
 * });
 * ```
 */
export function memorySpanStore(): SpanStore {
  const batches = new Map<number, StoredBatch>();
  let last = 0;
  return {
    put: async (batch, id = last + 1) => {
      last = Math.max(last, id);
      batches.set(id, batch);
      return Promise.resolve(id);
    },
    list: async () => {
      const found = Array.from(batches, ([id, batch]) => ({ id, head: headOf(batch) }));
      return Promise.resolve(found.sort((a, b) => a.id - b.id));
    },
    read: async (id) => Promise.resolve(batches.get(id)),
    take: async (id) => {
      const batch = batches.get(id);
      batches.delete(id);
      return Promise.resolve(batch);
    },
    remove: async (ids) => Promise.resolve(ids.filter((id) => batches.delete(id))),
    close: () => undefined,
  };
}
