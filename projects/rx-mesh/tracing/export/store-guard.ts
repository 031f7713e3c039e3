import type { Clock, Diagnostics } from 'rx-mesh/kernel';
import { Subscription } from 'rxjs';
import type { ExportLedger } from './export-ledger';
import type { SpanStore, StoredBatch, StoredHead } from './span-store';
import { type StoreBounds, type StoredPlace, auditStore } from './stored-batches';

const MOST_WAIT = 5000; // ms

/**
 * Stands between the exporters and the store: nothing that goes wrong there rejects or hangs, and each kind is told once.
 * Keeps the bounds, and counts what they cost.
 */
export class StoreGuard {
  readonly #store: SpanStore;
  readonly #bounds: StoreBounds;
  readonly #clock: Clock;
  readonly #diagnostics: Diagnostics;
  readonly #ledgers = new Map<string, ExportLedger>();
  readonly #told = new Set<string>();
  #works = true;
  #hangs = false;

  constructor(store: SpanStore, bounds: StoreBounds, clock: Clock, diagnostics: Diagnostics) {
    this.#store = store;
    this.#bounds = bounds;
    this.#clock = clock;
    this.#diagnostics = diagnostics;
  }

  /** Whether the last call went well. */
  get works(): boolean {
    return this.#works;
  }

  /** Where the spans of a receiver are counted. */
  countBy(ledger: ExportLedger, of: Pick<StoredHead, 'exporter' | 'receiver'>): void {
    this.#ledgers.set(keyOf(of), ledger);
  }

  /** Calls the store. Resolves with what it said, in a list; `undefined` when it failed or took too long. */
  async call<T>(work: (store: SpanStore) => Promise<T>): Promise<readonly [T] | undefined> {
    // A database that never answers is a known state of browsers: each further call would wait for nothing.
    if (this.#hangs) return undefined;
    const limit = new Subscription();
    const late = new Promise<never>((_resolve, reject) => {
      const giveUp = (): void => {
        this.#hangs = true;
        reject(new Error(`The store did not answer within ${MOST_WAIT} ms.`));
      };
      limit.add(this.#clock.scheduler.schedule(giveUp, MOST_WAIT));
    });
    try {
      const said = await Promise.race([work(this.#store), late]);
      this.#works = true;
      return [said];
    } catch (error) {
      this.failed(error);
      return undefined;
    } finally {
      limit.unsubscribe();
    }
  }

  /** Puts a batch, or puts it back. Resolves whether it is there now. */
  async put(batch: StoredBatch, id?: number): Promise<boolean> {
    // It would push all others out, and then itself.
    if (batch.bytes > this.#bounds.maxBytes) return false;
    let waits = true;
    const put = await this.call(async (store) => {
      const place = await store.put(batch, id);
      // Whoever asked has been told that it failed, and has done something else with the batch.
      if (!waits) await store.remove([place]);
    });
    waits = false;
    return put !== undefined;
  }

  /** What is there, oldest first, when all that has to go is gone; `undefined` when the store failed. */
  async places(): Promise<readonly StoredPlace[] | undefined> {
    const audited = await this.call(async (store) =>
      auditStore(await store.list(), this.#bounds, this.#clock.now()),
    );
    if (!audited) return undefined;
    const [{ kept, old, over, broken }] = audited;
    const going = [...broken, ...[...old, ...over].map(({ id }) => id)];
    if (going.length > 0) {
      const removed = await this.call(async (store) => store.remove(going));
      // What another tab has removed, that has counted.
      const gone = new Set(removed?.[0]);
      const isGone = ({ id }: StoredPlace): boolean => gone.has(id);
      this.#dropped(old.filter(isGone), 'they waited in the store for too long');
      this.#dropped(over.filter(isGone), 'there was no room for them in the store');
      if (broken.some((id) => gone.has(id))) this.unreadable();
    }
    for (const [key, ledger] of this.#ledgers) {
      ledger.stores(sumOf(kept.filter((place) => keyOf(place) === key)));
    }
    return kept;
  }

  /** The store, or what guards it, has failed. */
  failed(cause: unknown): void {
    this.#works = false;
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    this.#tellOnce(
      `Spans cannot be kept beyond the page (${why}), so they are sent as without offlineSpans. A private window or blocked site data leaves no store, and a full disk no room: free some, or lower maxBytes.`,
      'store',
      cause,
    );
  }

  /** Something in the store is no batch, and was removed. */
  unreadable(): void {
    this.#tellOnce(
      'The store of spans held something that is no batch; it was removed. If something else writes to that IndexedDB, give offlineSpans another name.',
      'record',
    );
  }

  #dropped(places: readonly StoredPlace[], why: string): void {
    for (const place of places) {
      // What an exporter has left that is no more, is counted by one that is.
      const ledger = this.#ledgers.get(keyOf(place)) ?? this.#ledgers.values().next().value;
      ledger?.dropped(place.spans, why);
    }
  }

  #tellOnce(message: string, what: string, cause?: unknown): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#diagnostics.report({
      code: 'RXM805',
      severity: 'warning',
      source: 'tracing',
      message,
      cause,
    });
  }
}

function keyOf({ exporter, receiver }: Pick<StoredHead, 'exporter' | 'receiver'>): string {
  return `${exporter} ${receiver}`;
}

function sumOf(places: readonly StoredPlace[]): number {
  return places.reduce((sum, { spans }) => sum + spans, 0);
}
