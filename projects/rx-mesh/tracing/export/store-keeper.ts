import type { Clock, PageState } from 'rx-mesh/kernel';
import type { ExportLedger } from './export-ledger';
import type { SpanExporter } from './span-exporter';
import type { SpanKeeper } from './span-keeper';
import type { SpanLocks } from './span-locks';
import type { SpanBatch } from './span-queue';
import type { StoreGuard } from './store-guard';
import { type StoredPlace, hashOf, readBatch } from './stored-batches';

/** What a {@link StoreKeeper} needs of the world. */
export interface KeeperPorts {
  readonly guard: StoreGuard;
  readonly clock: Clock;
  readonly page: PageState;
  readonly locks: SpanLocks | undefined;
  /** The name of the store, for that of the lock. */
  readonly name: string;
}

type Send = (batch: SpanBatch) => Promise<boolean>;

/** Keeps the batches of one exporter in the store, and gets them out again, one at a time and oldest first. */
export class StoreKeeper implements SpanKeeper {
  readonly #ports: KeeperPorts;
  readonly #ledger: ExportLedger;
  readonly #of: { readonly exporter: string; readonly receiver: string };
  // What a receiver took, but the store would not let go of.
  readonly #taken = new Set<number>();
  #due = false;
  #quietUntil = 0;

  constructor({ name, url }: SpanExporter, ledger: ExportLedger, ports: KeeperPorts) {
    this.#of = { exporter: name, receiver: hashOf(url) };
    this.#ledger = ledger;
    this.#ports = ports;
    ports.guard.countBy(ledger, this.#of);
  }

  get cutOff(): boolean {
    const { guard, page } = this.#ports;
    return guard.works && !page.online;
  }

  async keep({ text, bytes, spans }: SpanBatch): Promise<boolean> {
    const { clock, guard } = this.#ports;
    const kept = await guard.put({ ...this.#of, spans, bytes, at: clock.now(), text });
    if (kept) await guard.places();
    return kept;
  }

  wake(): void {
    this.#due = true;
  }

  sent(): void {
    this.#due ||= this.#ledger.status.snapshot.stored > 0;
  }

  async sendNext(send: Send): Promise<boolean> {
    const { clock, guard, locks, name, page } = this.#ports;
    if (!this.#due || !page.online || clock.monotonic() < this.#quietUntil) return false;
    this.#due = false;
    if (!locks) return this.#sendOldest(send, false);
    const lock = `rx-mesh ${name} ${this.#of.exporter} ${this.#of.receiver}`;
    try {
      // Whoever has it sends all there is.
      return await locks.request(lock, { ifAvailable: true }, async (held) =>
        held === null ? false : this.#sendOldest(send, true),
      );
    } catch (error) {
      guard.failed(error);
      return false;
    }
  }

  async #sendOldest(send: Send, held: boolean): Promise<boolean> {
    const { guard } = this.#ports;
    const place = await this.#oldest();
    const found =
      place &&
      (await guard.call(async (store) => (held ? store.read(place.id) : store.take(place.id))));
    if (!found) return false;
    const batch = readBatch(found[0], place);
    if (batch) {
      const sending = { ...batch, tries: 0, wait: 0, asked: false, plain: false };
      if (await send(sending)) {
        if (sending.asked) this.#quietUntil = this.#ports.clock.monotonic() + sending.wait;
        if (!held && !(await guard.put(batch, place.id))) {
          this.#ledger.gaveUp(batch.spans);
          await guard.places();
        }
        return false;
      }
      if (held) await this.#remove(place.id);
    } else if (!(await this.#discard(place, held, found[0]))) return false;
    return (this.#due = true);
  }

  async #oldest(): Promise<StoredPlace | undefined> {
    for (const id of this.#taken) await this.#remove(id);
    const { exporter, receiver } = this.#of;
    const places = await this.#ports.guard.places();
    return places?.find(
      (place) =>
        place.exporter === exporter && place.receiver === receiver && !this.#taken.has(place.id),
    );
  }

  async #remove(id: number): Promise<void> {
    this.#taken.add(id);
    if (await this.#ports.guard.call(async (store) => store.remove([id]))) this.#taken.delete(id);
  }

  // What is no batch is removed, unless another tab had it first. Tells whether the store is fit for more.
  async #discard(place: StoredPlace, held: boolean, found: unknown): Promise<boolean> {
    const { guard } = this.#ports;
    const removed = await guard.call(async (store) => store.remove([place.id]));
    if (found !== undefined || (held && removed?.[0].length)) {
      guard.unreadable();
      this.#ledger.dropped(place.spans, 'they could not be read from the store');
    }
    return removed !== undefined;
  }
}
