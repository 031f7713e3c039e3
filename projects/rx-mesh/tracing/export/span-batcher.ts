import {
  type Clock,
  type Diagnostics,
  type RandomSource,
  type StateStore,
  exponentialBackoff,
} from 'rx-mesh/kernel';
import { Subscription } from 'rxjs';
import type { TraceSpan } from '../trace-span';
import { ExportLedger, type ExportStatus } from './export-ledger';
import { type KeepaliveBudget, sendBatch } from './export-request';
import type { SpanExporter, TraceFetch, TraceResource } from './span-exporter';
import { MOST_QUEUED, type SpanBatch, SpanQueue } from './span-queue';

const COLLECT = 5000; // ms
const ANSWER = 10_000; // ms
const MOST_TRIES = 5;
const MOST_WAIT = 2_147_483_647; // ms: what a platform can wait

/** What a {@link SpanBatcher} needs of the world. */
export interface BatcherPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
  readonly fetch: TraceFetch;
  readonly budget: KeepaliveBudget;
}

/**
 * Collects spans for one exporter and sends them in batches, one request at a time. Each wait and each buffer has a
 * bound; what is lost is counted. Nothing ticks before the first span, nor after {@link SpanBatcher.stop}.
 */
export class SpanBatcher {
  readonly #exporter: SpanExporter;
  readonly #ports: BatcherPorts;
  readonly #ledger: ExportLedger;
  readonly #queue: SpanQueue;
  readonly #backoff = exponentialBackoff({
    initial: 1000,
    factor: 1.5,
    max: 5000,
    jitter: 'proportional',
  });
  readonly #timers = new Subscription();
  // What failed at the end of a page that then went on.
  readonly #returned: SpanBatch[] = [];
  #collecting: Subscription | undefined;
  #loop: Promise<void> | undefined;
  #leaving: Promise<unknown> = Promise.resolve();
  #paused: { readonly batch: SpanBatch; readonly wake: () => void } | undefined;
  #flying = 0;
  #due = false;
  #stopped = false;

  constructor(exporter: SpanExporter, resource: TraceResource, ports: BatcherPorts) {
    this.#exporter = exporter;
    this.#ports = ports;
    this.#ledger = new ExportLedger(exporter.name, ports.diagnostics);
    this.#queue = new SpanQueue(exporter, resource, this.#ledger);
  }

  /** How it is doing, as a stream and as a signal. */
  get status(): Pick<StateStore<ExportStatus>, 'changes$' | 'signal'> {
    return this.#ledger.status;
  }

  /** Takes a span. It goes out with the next batch: after five seconds, or when there is enough for one. */
  add(span: TraceSpan): void {
    if (!span.sampled || this.#stopped) return;
    this.#queue.add(span);
    if (this.#queue.isFull) void this.#run();
    else this.#collect();
  }

  /** Sends what is there now. Resolves when it is sent or lost, all tries included. */
  async flush(): Promise<void> {
    this.#due ||= this.#queue.size > 0;
    await Promise.all([this.#run(), this.#leaving]);
    // What failed on leaving is back.
    await this.#run();
  }

  /**
   * Sends what is there at once, by requests that outlive the page as far as a browser has room for them. A receiver
   * that asked to be left alone is left alone.
   */
  leave(): void {
    if (this.#paused?.batch.asked) return;
    this.#endCollecting();
    const last = [...this.#returned.splice(0), ...this.#queue.takeAll()];
    this.#leaving = Promise.all([this.#leaving, ...last.map((batch) => this.#sendLast(batch))]);
    if (this.#paused) this.#paused.batch.plain = false;
    this.#paused?.wake();
  }

  /** Sends what is there once more, waits for nothing, and takes no more. */
  stop(): void {
    this.#stopped = true;
    this.leave();
    // Only a receiver that asked to be left alone leaves some behind.
    const left = [...this.#returned.splice(0), ...this.#queue.takeAll()];
    this.#ledger.gaveUp(left.reduce((sum, { spans }) => sum + spans, 0));
    this.#endCollecting();
    this.#paused?.wake();
    this.#timers.unsubscribe();
  }

  #collect(): void {
    if (this.#collecting || this.#loop || this.#stopped || this.#queue.size === 0) return;
    this.#collecting = this.#after(COLLECT, () => {
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
    for (let batch = this.#next(); batch; batch = this.#next()) await this.#deliver(batch);
    this.#loop = undefined;
    this.#collect();
  }

  #next(): SpanBatch | undefined {
    const returned = this.#returned.shift();
    if (returned) return returned;
    const batch = this.#due || this.#queue.isFull ? this.#queue.take() : undefined;
    if (!batch) this.#due = false;
    return batch;
  }

  async #deliver(batch: SpanBatch): Promise<void> {
    do {
      if (batch.wait > 0) await this.#pause(batch);
      if (this.#stopped && batch.asked) {
        this.#ledger.gaveUp(batch.spans);
        return;
      }
    } while (await this.#send(batch));
  }

  async #sendLast(batch: SpanBatch): Promise<void> {
    batch.plain = false;
    if (!(await this.#send(batch))) return;
    this.#returned.push(batch);
    const kept = this.#returned.reduce((sum, { spans }) => sum + spans, 0);
    const oldest = kept > MOST_QUEUED ? this.#returned.shift() : undefined;
    if (oldest) this.#ledger.dropped(oldest.spans, 'there were too many for the queue');
    void this.#run();
  }

  // Tells whether the batch may be sent again.
  async #send(batch: SpanBatch): Promise<boolean> {
    const { budget, clock, fetch, random } = this.#ports;
    const { bytes, spans, text } = batch;
    const keepalive = !batch.plain && budget.take(bytes);
    const abort = new AbortController();
    const limit = this.#after(ANSWER, () =>
      abort.abort(new Error(`The receiver did not answer within ${ANSWER} ms.`)),
    );
    batch.tries++;
    this.#flying++;
    this.#tellState();
    const { signal } = abort;
    const verdict = await sendBatch(fetch, clock, this.#exporter, text, { keepalive, signal });
    this.#cancel(limit);
    if (keepalive) budget.give(bytes);
    this.#flying--;
    if (verdict.type === 'sent') {
      const { count = 0, reason = '' } = verdict.rejected ?? {};
      this.#ledger.sent(spans, Math.min(spans, Math.ceil(count)), reason);
      this.#tellState();
      return false;
    }
    const { again, error, pause, silent } = verdict;
    this.#ledger.failed(error);
    if (!again || batch.tries >= MOST_TRIES || this.#stopped) {
      this.#ledger.gaveUp(spans);
      this.#tellState();
      return false;
    }
    batch.plain = keepalive && silent;
    batch.asked = pause > 0;
    batch.wait = Math.min(MOST_WAIT, Math.max(pause, this.#backoff(batch.tries - 1, random, 0)));
    return true;
  }

  async #pause(batch: SpanBatch): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = this.#after(batch.wait, () => this.#paused?.wake());
      this.#paused = {
        batch,
        wake: () => {
          this.#paused = undefined;
          this.#cancel(timer);
          this.#tellState();
          resolve();
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

  #cancel(timer: Subscription): void {
    timer.unsubscribe();
    this.#timers.remove(timer);
  }
}
