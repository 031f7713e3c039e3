import type { StateStore } from 'rx-mesh/kernel';
import { Subscription } from 'rxjs';
import type { TraceSpan } from '../trace-span';
import type { BatcherPorts } from './batcher-ports';
import { ExportLedger, type ExportStatus } from './export-ledger';
import { MOST_SILENCE, sendBatch, silenceError, waitAfter } from './export-request';
import type { SpanExporter, TraceResource } from './span-exporter';
import type { SpanKeeper } from './span-keeper';
import { type SpanBatch, SpanQueue } from './span-queue';

const COLLECT = 5000; // ms
const MOST_TRIES = 5;

/**
 * Collects spans for one exporter and sends them in batches, one request at a time. Each wait and each buffer has a
 * bound; what is lost is counted. Nothing ticks before the first span, nor after {@link SpanBatcher.stop}.
 */
export class SpanBatcher {
  readonly #exporter: SpanExporter;
  readonly #ports: BatcherPorts;
  readonly #ledger: ExportLedger;
  readonly #queue: SpanQueue;
  readonly #keeper: SpanKeeper | undefined;
  readonly #timers = new Subscription();
  #collecting: Subscription | undefined;
  #loop: Promise<void> | undefined;
  #leaving: Promise<unknown> = Promise.resolve();
  #paused: { readonly batch: SpanBatch; readonly wake: (early?: boolean) => void } | undefined;
  #hurry: ((at: undefined) => void) | undefined;
  #flying = 0;
  #quietUntil = -Infinity;
  #due = false;
  #stopped = false;

  constructor(exporter: SpanExporter, resource: TraceResource, ports: BatcherPorts) {
    this.#exporter = exporter;
    this.#ports = ports;
    this.#ledger = new ExportLedger(exporter.name, ports.diagnostics);
    this.#queue = new SpanQueue(exporter, resource, this.#ledger);
    this.#keeper = ports.keeper?.(exporter, this.#ledger);
  }

  /** How it is doing, as a stream and as a signal. */
  get status(): Pick<StateStore<ExportStatus>, 'changes$' | 'signal'> {
    return this.#ledger.status;
  }

  /** Takes a span. It goes out after five seconds (a minute without a network), or when there is enough for a batch. */
  add(span: TraceSpan): void {
    if (this.#stopped) return;
    this.#queue.add(span);
    if (this.#queue.isFull) void this.#run();
    else this.#collect();
  }

  /** Sends what is there now, and what is kept. Resolves when it is sent, kept or lost, all tries included. */
  async flush(): Promise<void> {
    this.#due ||= this.#queue.size > 0;
    if (!this.#paused?.batch.asked) this.#paused?.wake();
    this.#keeper?.wake();
    await Promise.all([this.#run(), this.#leaving]);
    // What failed on leaving is back.
    await this.#run();
  }

  /** Sends what is kept: there is a network, as far as the page knows. */
  resume(): void {
    this.#keeper?.wake();
    void this.#run();
  }

  /**
   * Sends what is there at once, by requests that outlive the page as far as a browser has room for them; the rest is
   * kept if it can be. A receiver that asked to be left alone is left alone.
   */
  leave(): void {
    this.#hurry?.(undefined);
    const asked = this.#quiet > 0;
    if (asked && !this.#keeper) return;
    this.#endCollecting();
    const sending = this.#queue.takeAll().map((batch) => this.#sendLast(batch, asked));
    this.#leaving = Promise.all([this.#leaving, ...sending]);
    this.#paused?.wake(true);
  }

  /** Sends what is there once more, waits for nothing, and takes no more. */
  stop(): void {
    this.#stopped = true;
    this.leave();
    // Only a receiver that asked to be left alone leaves some behind.
    this.#ledger.gaveUp(this.#queue.takeAll().reduce((sum, { spans }) => sum + spans, 0));
    this.#endCollecting();
    this.#paused?.wake();
    this.#timers.unsubscribe();
  }

  #collect(): void {
    if (this.#collecting || this.#loop || this.#stopped || this.#queue.size === 0) return;
    // What is kept is counted by batches, so they should be large.
    const wait = this.#keeper?.cutOff ? 12 * COLLECT : COLLECT;
    this.#collecting = this.#after(wait, () => {
      this.#due = true;
      void this.#run();
    });
  }

  #endCollecting(): void {
    this.#collecting?.unsubscribe();
    this.#collecting = undefined;
  }

  #run(): Promise<void> {
    this.#endCollecting();
    return (this.#loop ??= this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    // First of all, for whoever hears of a request may end a span.
    await Promise.resolve();
    const send = async (batch: SpanBatch): Promise<boolean> => this.#send(batch, false);
    do {
      for (let batch = this.#next(); batch; batch = this.#next()) await this.#deliver(batch);
    } while (
      this.#keeper &&
      !this.#stopped &&
      ((await this.#keeper.sendNext(send)) || this.#hasMore)
    );
    this.#loop = undefined;
    this.#tellState();
    this.#collect();
  }

  get #hasMore(): boolean {
    return this.#queue.hasReturned || this.#due || this.#queue.isFull;
  }

  // For how long the receiver asked to be left alone.
  get #quiet(): number {
    return this.#quietUntil - this.#ports.clock.monotonic();
  }

  #next(): SpanBatch | undefined {
    const batch = this.#queue.takeReturned() ?? (this.#hasMore ? this.#queue.take() : undefined);
    if (!batch) this.#due = false;
    return batch;
  }

  async #deliver(batch: SpanBatch): Promise<void> {
    let last = false;
    // What was asked for on account of one batch holds for all.
    if (this.#quiet > batch.wait) Object.assign(batch, { wait: this.#quiet, asked: true });
    do {
      if (batch.wait > 0) last = await this.#pause(batch);
      if (last && !batch.asked) batch.plain = false;
    } while (await this.#try(batch, last));
  }

  async #sendLast(batch: SpanBatch, asked: boolean): Promise<void> {
    batch.plain = false;
    batch.asked = asked;
    if (!(await this.#try(batch, true))) return;
    this.#queue.takeBack(batch);
    void this.#run();
  }

  // Sends a batch once, or keeps it if that is better. Tells whether it is to be tried again.
  async #try(batch: SpanBatch, last: boolean): Promise<boolean> {
    const alone = batch.asked && (last || this.#stopped);
    if ((alone || this.#keeper?.cutOff) && (await this.#keep(batch))) return false;
    if (!alone) {
      if (!(await this.#send(batch, last))) return false;
      if (last && (await this.#keep(batch))) return false;
    }
    if (batch.tries < MOST_TRIES && !this.#stopped) return true;
    if (!(await this.#keep(batch))) this.#ledger.gaveUp(batch.spans);
    this.#tellState();
    return false;
  }

  async #keep(batch: SpanBatch): Promise<boolean> {
    const kept = this.#keeper ? await this.#keeper.keep(batch) : false;
    if (kept) this.#tellState();
    return kept;
  }

  // Tells whether the batch may be sent again.
  async #send(batch: SpanBatch, last: boolean): Promise<boolean> {
    const { budget, clock, fetch, random } = this.#ports;
    const { bytes, spans } = batch;
    const keepalive = !batch.plain && budget.take(bytes);
    if (last && !keepalive && this.#keeper && (await this.#keep(batch))) return false;
    const abort = new AbortController();
    const limit = this.#after(MOST_SILENCE, () => abort.abort(silenceError()));
    const packs = this.#exporter.compression && !last && bytes > 1024;
    const hurry = packs ? new Promise<undefined>((go) => (this.#hurry = go)) : undefined;
    batch.tries++;
    this.#flying++;
    this.#tellState();
    const options = { keepalive, signal: abort.signal };
    const verdict = await sendBatch(fetch, clock, this.#exporter, batch.text, options, hurry);
    limit.unsubscribe();
    if (keepalive) budget.give(bytes);
    this.#flying--;
    if (verdict.type === 'sent') {
      this.#ledger.sent(spans, verdict.rejected);
      this.#keeper?.sent();
    } else {
      const { again, error, pause, silent } = verdict;
      this.#ledger.failed(error);
      if (again) {
        batch.plain = keepalive && silent;
        batch.asked = pause > 0;
        batch.wait = waitAfter(batch.tries, pause, random);
        if (batch.asked) this.#quietUntil = clock.monotonic() + batch.wait;
        return true;
      }
      this.#ledger.gaveUp(spans);
    }
    this.#tellState();
    return false;
  }

  // Tells whether the end of the page has cut it short.
  async #pause(batch: SpanBatch): Promise<boolean> {
    if (this.#stopped) return false;
    return new Promise((resolve) => {
      const timer = this.#after(batch.wait, () => this.#paused?.wake());
      this.#paused = {
        batch,
        wake: (early = false) => {
          this.#paused = undefined;
          timer.unsubscribe();
          this.#tellState();
          resolve(early);
        },
      };
      this.#tellState();
    });
  }

  #tellState(): void {
    this.#ledger.becomes(this.#flying > 0 ? 'sending' : this.#paused ? 'waiting' : 'idle');
  }

  #after(wait: number, work: () => void): Subscription {
    const timer = this.#ports.clock.scheduler.schedule(work, wait);
    this.#timers.add(timer);
    return timer;
  }
}
