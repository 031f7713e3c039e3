import { type Clock, QuantileSketch, TimeWindow } from 'rx-mesh/kernel';
import type { LeaseOutcome } from '../balancing/instance-lease';

/** The calls of one part of the application to one service, in numbers of the last minute. */
export interface CallEdge {
  /** Who calls: a part of the application, or its name. */
  readonly from: string;
  /** The service that is called. */
  readonly to: string;
  /** How many calls have ended a second. */
  readonly rate: number;
  /** The share of calls that failed, from 0 to 1. */
  readonly errorRate: number;
  /** How long calls took, in milliseconds; 0 while none has been timed. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** How many calls have ended since somebody began to watch. */
  readonly calls: number;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly since: number;
  readonly window: TimeWindow;
  /** Latencies of this half minute and of the one before. */
  sketches: readonly [QuantileSketch, QuantileSketch];
  turnedAt: number;
  calls: number;
}

const MINUTE = 60_000;
// Who calls is a text of the application: without a bound a careless one would fill the memory.
const MOST_EDGES = 500;

/** Adds up who calls whom. Bounded: beyond 500 pairs, calls of new ones are not counted. */
export class CallGraph {
  readonly #clock: Clock;
  readonly #edges = new Map<string, Edge>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of a call that is over. One that was left says nothing of the service. */
  record(from: string, to: string, outcome: LeaseOutcome, took: number | undefined): void {
    if (outcome === 'cancelled') return;
    const now = this.#clock.monotonic();
    const edge = this.#edgeOf(from, to, now);
    if (!edge) return;
    edge.calls++;
    edge.window.record({ failed: outcome === 'failure' }, now);
    if (now - edge.turnedAt >= MINUTE / 2) {
      const old = now - edge.turnedAt >= MINUTE ? new QuantileSketch() : edge.sketches[0];
      edge.sketches = [new QuantileSketch(), old];
      edge.turnedAt = now;
    }
    if (took !== undefined) edge.sketches[0].record(took);
  }

  /** The calls of the last minute by pair, in the order of their names. */
  edges(): readonly CallEdge[] {
    const now = this.#clock.monotonic();
    const edges = [...this.#edges.values()].map((edge) => toCallEdge(edge, now));
    return edges.sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to));
  }

  #edgeOf(from: string, to: string, now: number): Edge | undefined {
    const key = JSON.stringify([from, to]);
    const known = this.#edges.get(key);
    if (known || this.#edges.size >= MOST_EDGES) return known;
    const window = new TimeWindow(this.#clock, { length: MINUTE, buckets: 12 });
    const sketches = [new QuantileSketch(), new QuantileSketch()] as const;
    const edge = { from, to, since: now, window, sketches, turnedAt: now, calls: 0 };
    this.#edges.set(key, edge);
    return edge;
  }
}

function toCallEdge(
  { calls, from, since, sketches, to, turnedAt, window }: Edge,
  now: number,
): CallEdge {
  const { count, failures } = window.totals(now);
  // A pair that has called for ten seconds has a rate of these ten seconds.
  const span = Math.min(MINUTE, Math.max(1000, now - since));
  const both = new QuantileSketch();
  // The first one is of the half minute from `turnedAt`, the second one of that before.
  const age = now - turnedAt;
  if (age < 1.5 * MINUTE) both.merge(sketches[0]);
  if (age < MINUTE / 2) both.merge(sketches[1]);
  const at = (q: number): number => both.quantile(q) ?? 0;
  return {
    from,
    to,
    rate: (count * 1000) / span,
    errorRate: count === 0 ? 0 : failures / count,
    latency: { p50: at(0.5), p95: at(0.95), p99: at(0.99) },
    calls,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
