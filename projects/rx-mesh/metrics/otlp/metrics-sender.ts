import type { Clock, Diagnostics, RandomSource, StateStore } from 'rx-mesh/kernel';
import { Subscription } from 'rxjs';
import type { MetricSeries } from '../metric-data';
import type { MetricsFetch } from '../metrics-fetch';
import { type DeltaChange, DeltaState } from './delta-state';
import { ExportLedger, type MetricsExportStatus } from './export-ledger';
import type { MetricsExporter } from './metrics-exporter';
import { type MetricsResource, otlpMetricsBodies } from './otlp-metrics-json';
import { type KeepaliveBudget, MOST_BODY, sendOtlp, waitAfter } from './otlp-request';

const ANSWER = 10_000; // ms
const MOST_TRIES = 5;

/** What a {@link MetricsSender} needs of the world. */
export interface SenderPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
  readonly fetch: MetricsFetch;
  readonly budget: KeepaliveBudget;
  readonly collect: () => readonly MetricSeries[];
}

interface Body {
  readonly text: string;
  readonly bytes: number;
  readonly changes: readonly DeltaChange[];
  /** Whether it goes out by a request of the page only: one that would outlive it got no answer. */
  plain: boolean;
}

/**
 * Exports metrics to one receiver, one request at a time. It keeps no bodies: what was not taken is part of the next export.
 * Nothing ticks but the limit of a request and the wait for its next try, and nothing after {@link MetricsSender.stop}.
 */
export class MetricsSender {
  readonly #exporter: MetricsExporter;
  readonly #resource: MetricsResource;
  readonly #ports: SenderPorts;
  readonly #ledger: ExportLedger;
  readonly #deltas = new DeltaState();
  readonly #timers = new Subscription();
  #loop: Promise<void> | undefined;
  #leaving: Promise<unknown> = Promise.resolve();
  #wake: (() => void) | undefined;
  #taken: readonly MetricSeries[] | undefined;
  #quietUntil = -Infinity;
  #flying = 0;
  #round = 0;
  #due = false;
  #stopped = false;

  constructor(exporter: MetricsExporter, resource: MetricsResource, ports: SenderPorts) {
    this.#exporter = exporter;
    this.#resource = resource;
    this.#ports = ports;
    this.#ledger = new ExportLedger(exporter.name, ports.diagnostics);
  }

  /** How it is doing, as a stream and as a signal. */
  get status(): Pick<StateStore<MetricsExportStatus>, 'changes$' | 'signal'> {
    return this.#ledger.status;
  }

  /** The rest between two exports, in milliseconds. */
  get period(): number {
    return this.#exporter.period;
  }

  /** The export of a period: cumulative numbers go out each time, differences only if there are any. */
  async next(): Promise<void> {
    if (this.#isQuiet) return;
    if (this.#exporter.temporality === 'cumulative' || this.#hasNews) await this.#run();
  }

  /** Sends what there is now. Resolves when it was sent or given up, all tries included. */
  async flush(): Promise<void> {
    this.#due = true;
    await Promise.all([this.#run(), this.#leaving]);
  }

  /**
   * Sends what is new at once, by requests that outlive the page as far as a browser has room for them; none is tried
   * again. A receiver that asked to be left alone is left alone.
   */
  leave(): void {
    if (this.#isQuiet || this.#stopped) return;
    // What waits for its next try is part of what is sent now.
    this.#round++;
    this.#wake?.();
    if (!this.#hasNews) return;
    const series = this.#ports.collect();
    const sending = this.#bodies(series).map(async (body) => this.#send(body));
    this.#taken = series;
    this.#leaving = Promise.all([this.#leaving, ...sending]);
  }

  /** Sends what is new once more, waits for nothing, and takes no more. */
  stop(): void {
    this.leave();
    this.#stopped = true;
    this.#round++;
    this.#wake?.();
    this.#timers.unsubscribe();
  }

  get #hasMore(): boolean {
    return this.#due && !this.#stopped;
  }

  get #isQuiet(): boolean {
    return this.#ports.clock.monotonic() < this.#quietUntil;
  }

  // The list is the same as long as nothing was recorded.
  get #hasNews(): boolean {
    const series = this.#ports.collect();
    return series.length > 0 && series !== this.#taken;
  }

  async #run(): Promise<void> {
    return (this.#loop ??= this.#export());
  }

  async #export(): Promise<void> {
    // First of all, for whoever hears of a request may record something.
    await Promise.resolve();
    do {
      this.#due = false;
      const round = ++this.#round;
      const series = this.#ports.collect();
      const bodies = this.#stopped ? [] : this.#bodies(series);
      if (bodies.length === 0) this.#taken = series;
      for (const [i, body] of bodies.entries()) {
        // From here on, all of it is on its way.
        if (i === bodies.length - 1) this.#taken = series;
        if (!(await this.#deliver(body, round)) || round !== this.#round) break;
      }
    } while (this.#hasMore);
    this.#loop = undefined;
    this.#tellState();
  }

  #bodies(series: readonly MetricSeries[]): readonly Body[] {
    const { temporality } = this.#exporter;
    const now = new Date(this.#ports.clock.now());
    const changes: readonly DeltaChange[] =
      temporality === 'delta'
        ? this.#deltas.changes(series, now)
        : series.map((whole) => ({ series: whole, whole, count: 0, entry: undefined, until: now }));
    const options = { resource: this.#resource, temporality, now };
    const shown = changes.map((change) => change.series);
    return otlpMetricsBodies(shown, options, MOST_BODY).map(({ text, bytes, places }) => ({
      text,
      bytes,
      changes: places.flatMap((place) => changes[place] ?? []),
      plain: false,
    }));
  }

  // Tells whether the next body may go out.
  async #deliver(body: Body, round: number): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const wait = await this.#send(body, tries);
      if (wait === 0 || wait === undefined) return wait === 0;
      if (round === this.#round) await this.#pause(wait);
      if (round !== this.#round) return false;
    }
  }

  // Tells for how long to wait until the next try: 0 when there is none to be, `undefined` when it is given up.
  async #send(body: Body, tries = MOST_TRIES): Promise<number | undefined> {
    const { budget, clock, fetch, random } = this.#ports;
    const { headers, url } = this.#exporter;
    const { bytes, changes, text } = body;
    const keepalive = !body.plain && budget.take(bytes);
    const abort = new AbortController();
    const limit = this.#after(ANSWER, () =>
      abort.abort(new Error(`The receiver did not answer within ${ANSWER} ms.`)),
    );
    this.#deltas.send(changes);
    this.#flying++;
    this.#tellState();
    const options = { keepalive, signal: abort.signal };
    const verdict = await sendOtlp(fetch, clock, url, headers, text, options);
    limit.unsubscribe();
    if (keepalive) budget.give(bytes);
    this.#flying--;
    const points = changes.length;
    if (verdict.type === 'sent') {
      this.#deltas.acknowledge(changes);
      this.#ledger.sent(points, verdict.rejected);
      this.#tellState();
      return 0;
    }
    const { error, pause, retry, silent } = verdict;
    this.#ledger.failed(error);
    if (pause > 0) this.#quietUntil = clock.monotonic() + pause;
    if (retry === 'never') {
      this.#deltas.acknowledge(changes);
      this.#ledger.dropped(points, error.message);
      this.#tellState();
      return 0;
    }
    this.#deltas.giveBack(changes);
    this.#taken = undefined;
    body.plain = keepalive && silent;
    if (retry === 'again' && tries < MOST_TRIES && !this.#stopped) {
      return waitAfter(tries, pause, random);
    }
    this.#ledger.gaveUp();
    this.#tellState();
    return undefined;
  }

  async #pause(wait: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        timer.unsubscribe();
        this.#wake = undefined;
        this.#tellState();
        resolve();
      };
      const timer = this.#after(wait, wake);
      this.#wake = wake;
      this.#tellState();
    });
  }

  #tellState(): void {
    this.#ledger.becomes(this.#flying > 0 ? 'sending' : this.#wake ? 'waiting' : 'idle');
  }

  #after(wait: number, work: () => void): Subscription {
    const timer = this.#ports.clock.scheduler.schedule(work, wait);
    this.#timers.add(timer);
    return timer;
  }
}
