import { type ServiceCallEvent } from 'rx-mesh/communication';
import { type Clock, QuantileSketch } from 'rx-mesh/kernel';

/** What the calls of the last minute looked like, of one service or of all. */
export interface CallSummary {
  /** How many ended, a second, over the last ten seconds. */
  readonly perSecond: number;
  /** How many ended. */
  readonly calls: number;
  /** The share of them that failed, or that only a fallback answered; absent without calls. */
  readonly failureShare: number | undefined;
  /** How many needed more than one request. */
  readonly retried: number;
  /** Durations in milliseconds of those that sent a request; absent without any. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

/** {@link CallSummary} of one service, with its course and with who answered. */
export interface ServiceSummary extends CallSummary {
  /** The p95 for each second of the last minute, oldest first; a gap while nothing ended. */
  readonly series: readonly (number | undefined)[];
  /** Of the requests of the last ten seconds, the share that each instance got, by its id. */
  readonly shares: ReadonlyMap<string, number>;
}

/** Everything at one moment. */
export interface CallPicture {
  readonly total: CallSummary;
  /** By name; services that were not called are absent. */
  readonly services: ReadonlyMap<string, ServiceSummary>;
}

/** What ended within one second. */
interface Cell {
  readonly second: number;
  readonly durations: QuantileSketch;
  readonly requests: Map<string, number>;
  calls: number;
  failures: number;
  retried: number;
}

const MINUTE = 60;
const RECENT = 10;
// A second has few calls of one service: its p95 would jump. A point of the line looks back over some seconds.
const SMOOTH = 5;

/**
 * Counts the calls of the last minute by service and second. There is no timer: old seconds are forgotten when new ones
 * are written or all are read. Quantiles are those of merged sketches, so they are true for any stretch of time.
 */
export class CallStats {
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #services = new Map<string, Cell[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#origin = clock.monotonic();
  }

  /** Takes note of an event, if it is the end of a request or of a call that somebody waited for. */
  record(event: ServiceCallEvent): void {
    if (event.type !== 'attempt-settled' && event.type !== 'call-settled') return;
    if (event.outcome === 'cancelled') return;
    const cell = this.#cell(event.service);
    if (event.type === 'attempt-settled') {
      const { id } = event.instance;
      cell.requests.set(id, (cell.requests.get(id) ?? 0) + 1);
      return;
    }
    cell.calls++;
    if (event.outcome !== 'success') cell.failures++;
    if (event.attempts > 1) cell.retried++;
    // A call that was turned away at once says nothing of how fast the service is.
    if (event.attempts > 0) cell.durations.record(event.duration);
  }

  /** What is known now. */
  read(): CallPicture {
    const elapsed = (this.#clock.monotonic() - this.#origin) / 1000;
    const now = Math.floor(elapsed);
    // The present second is not over, and in the beginning there were no ten.
    const span = Math.max(1, Math.min(elapsed, RECENT - 1 + (elapsed - now)));
    const all = [...this.#services].map(([name, cells]) => {
      const minute = cells.filter(({ second }) => second > now - MINUTE);
      return { name, minute, summary: summaryOf(minute, now, span) };
    });
    return {
      total: summaryOf(
        all.flatMap(({ minute }) => minute),
        now,
        span,
      ),
      services: new Map(
        all.map(({ name, minute, summary }) => [
          name,
          { ...summary, series: seriesOf(minute, now), shares: sharesOf(minute, now) },
        ]),
      ),
    };
  }

  #cell(service: string): Cell {
    const second = Math.floor((this.#clock.monotonic() - this.#origin) / 1000);
    const cells = this.#services.get(service) ?? [];
    const last = cells.at(-1);
    if (last?.second === second) return last;
    const cell: Cell = {
      second,
      durations: new QuantileSketch(),
      requests: new Map(),
      calls: 0,
      failures: 0,
      retried: 0,
    };
    const kept = cells.filter((one) => one.second > second - MINUTE);
    this.#services.set(service, [...kept, cell]);
    return cell;
  }
}

function summaryOf(minute: readonly Cell[], now: number, span: number): CallSummary {
  const calls = sum(minute, (cell) => cell.calls);
  const recent = minute.filter(({ second }) => second > now - RECENT);
  const durations = merged(minute);
  return {
    perSecond: sum(recent, (cell) => cell.calls) / span,
    calls,
    failureShare: calls === 0 ? undefined : sum(minute, (cell) => cell.failures) / calls,
    retried: sum(minute, (cell) => cell.retried),
    p50: durations.quantile(0.5),
    p95: durations.quantile(0.95),
  };
}

function seriesOf(minute: readonly Cell[], now: number): (number | undefined)[] {
  return Array.from({ length: MINUTE }, (_, i) => {
    const until = now - MINUTE + 1 + i;
    const cells = minute.filter(({ second }) => second > until - SMOOTH && second <= until);
    return merged(cells).quantile(0.95);
  });
}

function sharesOf(minute: readonly Cell[], now: number): ReadonlyMap<string, number> {
  const requests = new Map<string, number>();
  for (const cell of minute.filter(({ second }) => second > now - RECENT)) {
    for (const [id, count] of cell.requests) requests.set(id, (requests.get(id) ?? 0) + count);
  }
  const total = sum([...requests.values()], (count) => count);
  return new Map([...requests].map(([id, count]) => [id, count / total]));
}

function merged(cells: readonly Cell[]): QuantileSketch {
  return cells.reduce((all, { durations }) => all.merge(durations), new QuantileSketch());
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
