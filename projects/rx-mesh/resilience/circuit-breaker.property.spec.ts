import fc from 'fast-check';
import { ManualClock, SeededRandom } from 'rx-mesh/testing';
import { CircuitBreaker } from './circuit-breaker';
import type { CircuitBreakerEvent } from './circuit-breaker-events';
import type { CircuitPermit } from './circuit-permit';

const OPTIONS = {
  windowLength: 1000,
  minimumCalls: 4,
  consecutiveFailures: 3,
  slowCall: 200,
  openWait: 500,
  maxOpenWait: 4000,
  jitter: 0.2,
  probes: 2,
  probeDeadline: 700,
} as const;

/** What the outside remembers of a permit: when it was given out, in which epoch, and whether it was settled. */
interface Given {
  readonly permit: CircuitPermit;
  readonly epoch: number;
  readonly at: number;
  settled: boolean;
}

/** A breaker in the hands of somebody who checks it at every step, knowing only what it tells. */
class Watch {
  readonly clock = new ManualClock();
  readonly breaker: CircuitBreaker;
  readonly given: Given[] = [];
  readonly releases: (() => void)[] = [];
  readonly held = new Set<() => void>();
  /** What it did that it must not do. */
  readonly faults: string[] = [];
  epoch = 0;
  until = 0;
  rejected = 0;
  settled = 0;

  constructor(seed: number) {
    const ports = { clock: this.clock, random: new SeededRandom(seed) };
    this.breaker = new CircuitBreaker('orders', ports, OPTIONS);
    this.breaker.events$.subscribe((event) => this.hear(event));
  }

  acquire(): void {
    const { phase } = this.breaker;
    const now = this.clock.monotonic();
    const overdue = this.isProbeOverdue();
    const probing = phase === 'half-open' && this.probes().length > 0;
    const permit = this.breaker.tryAcquire();
    if (permit) this.given.push({ permit, epoch: this.epoch, at: now, settled: false });
    else this.rejected++;
    // An overdue one has opened in the past, for a wait that only it knows; `check` sees the rest.
    if (overdue) return;
    const admits = {
      closed: true,
      open: now >= this.until,
      'half-open': !probing,
      isolated: false,
      'metrics-only': true,
      disabled: true,
    };
    this.demand((permit !== undefined) === admits[phase], `${phase} admits ${admits[phase]}`);
  }

  settle(which: number, how: 'success' | 'failure' | 'release'): void {
    const one = this.given.at(which % Math.max(1, this.given.length));
    if (!one) return;
    const { settled } = this;
    const isRepeat = one.settled;
    const isStale = one.epoch !== this.epoch && !this.isProbeOverdue();
    const before = JSON.stringify(this.breaker.snapshot);
    one.settled = true;
    one.permit[how]();
    this.demand(this.settled - settled === (isRepeat ? 0 : 1), 'each permit is settled once');
    if (isRepeat || isStale) {
      this.demand(JSON.stringify(this.breaker.snapshot) === before, 'nothing moves it late');
    }
  }

  isolate(): void {
    const release = this.breaker.isolate();
    this.releases.push(release);
    this.held.add(release);
  }

  /** Of any holder, also of one that has let go before. */
  release(which: number): void {
    const release = this.releases.at(which % Math.max(1, this.releases.length));
    if (!release) return;
    this.held.delete(release);
    release();
  }

  check(): void {
    const { phase, retryAfter, snapshot } = this.breaker;
    const { calls, consecutiveFailures, failureCount, failureRate, slowRate, successCount } =
      snapshot;
    const counts = [calls, consecutiveFailures, failureCount, successCount, retryAfter];
    this.demand(
      counts.every((count) => count >= 0),
      `no count is negative: ${counts.join()}`,
    );
    for (const rate of [failureRate, slowRate]) {
      this.demand(rate >= 0 && rate <= 1, `a rate is a share: ${rate}`);
    }
    this.demand(calls === successCount + failureCount, 'a call fails or succeeds');
    this.demand(snapshot.rejectedCount === this.rejected, 'it counts whom it turns away');
    this.demand((phase === 'isolated') === this.held.size > 0, 'it is isolated while it is held');
    this.demand(phase !== 'closed' || retryAfter === 0, 'a closed one lets nobody wait');
    this.demand(phase !== 'half-open' || this.probes().length < 2, 'there is one probe at a time');
    this.demand(this.clock.pending === 0, 'it holds no timer');
  }

  /** Everybody lets go, every call ends, and the other side is well: so it has to close. */
  heal(): void {
    for (const index of this.releases.keys()) this.release(index);
    for (const index of this.given.keys()) this.settle(index, 'release');
    this.clock.advance(OPTIONS.maxOpenWait * (1 + OPTIONS.jitter));
    for (let i = 0; i < OPTIONS.probes; i++) {
      this.acquire();
      this.check();
      this.settle(this.given.length - 1, 'success');
    }
    this.demand(this.breaker.phase === 'closed', 'it closes in the end');
    this.demand(this.settled === this.given.length, 'no permit stays taken');
  }

  /** The probes that were let through in the present half-open phase and have not ended. */
  private probes(): readonly Given[] {
    return this.given.filter(({ epoch, settled }) => epoch === this.epoch && !settled);
  }

  private isProbeOverdue(): boolean {
    const [probe] = this.probes();
    const waited = this.clock.monotonic() - (probe?.at ?? Infinity);
    return this.breaker.phase === 'half-open' && waited >= OPTIONS.probeDeadline;
  }

  private hear(event: CircuitBreakerEvent): void {
    if (event.type === 'settled') this.settled++;
    if (event.type === 'reset' || event.type === 'transition') this.epoch++;
    if (event.type !== 'transition') return;
    this.demand(event.from !== event.to, 'a transition leads elsewhere');
    if (event.to !== 'open') return;
    const wait = this.breaker.retryAfter;
    this.demand(wait < OPTIONS.maxOpenWait * (1 + OPTIONS.jitter), `no wait is that long: ${wait}`);
    this.until = this.clock.monotonic() + wait;
  }

  private demand(isSo: boolean, what: string): void {
    if (!isSo) this.faults.push(what);
  }
}

type Step = (watch: Watch) => void;

const aWhich = fc.nat({ max: 20 });
const anEnd = fc.constantFrom('success', 'failure', 'failure', 'release');
const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>((watch) => watch.acquire()) },
  {
    weight: 5,
    arbitrary: fc.tuple(aWhich, anEnd).map(
      ([which, how]): Step =>
        (watch) =>
          watch.settle(which, how),
    ),
  },
  {
    // A call that ends at once: without it, chance hardly ever gets through a half-open phase.
    weight: 5,
    arbitrary: anEnd.map((how): Step => (watch) => {
      watch.acquire();
      watch.settle(watch.given.length - 1, how);
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(0, 1, 150, 499, 500, 699, 700, 1000, 5000).map(
      (ms): Step =>
        (watch) =>
          watch.clock.advance(ms),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((watch) => watch.isolate()) },
  {
    weight: 2,
    arbitrary: aWhich.map(
      (which): Step =>
        (watch) =>
          watch.release(which),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((watch) => watch.breaker.reset()) },
);

describe(`${CircuitBreaker.name} under any sequence of events`, () => {
  it('keeps its promises, and can close again in the end', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(aStep, { maxLength: 40 }), (seed, steps) => {
        const watch = new Watch(seed);
        for (const step of steps) {
          step(watch);
          watch.check();
        }
        watch.heal();

        expect(watch.faults).toEqual([]);
      }),
      { numRuns: 10_000 },
    );
  });

  it('closes for any options, once a probe after the wait succeeds as often as asked', () => {
    const anOption = fc.record({
      consecutiveFailures: fc.integer({ min: 1, max: 5 }),
      openWait: fc.integer({ min: 1, max: 10_000 }),
      jitter: fc.double({ min: 0, max: 0.99, noNaN: true }),
      probes: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.nat(), anOption, fc.nat({ max: 20 }), (seed, options, opened) => {
        const clock = new ManualClock();
        const ports = { clock, random: new SeededRandom(seed) };
        const breaker = new CircuitBreaker('orders', ports, options);
        for (let i = 0; i <= opened; i++) {
          do breaker.tryAcquire()?.failure();
          while (breaker.retryAfter === 0);
          // One more, since the sum of a time and a wait is rounded.
          clock.advance(breaker.retryAfter + 1);
        }
        for (let i = 0; i < options.probes; i++) breaker.tryAcquire()?.success();

        expect(breaker.phase).toBe('closed');
      }),
    );
  });
});
