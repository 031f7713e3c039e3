import fc from 'fast-check';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import type { TraceSpan } from '../trace-span';
import { TailSampler } from './tail-sampler';
import type { WaitingLimits } from './waiting-traces';

const aSpan = (spanId: string, changes: Partial<TraceSpan>): TraceSpan => ({
  traceId: '0',
  spanId,
  sampled: false,
  operationName: 'work',
  kind: 'internal',
  startTime: new Date(0),
  tags: {},
  logs: [],
  links: [],
  status: 'ok',
  droppedTags: 0,
  droppedLogs: 0,
  droppedLinks: 0,
  ...changes,
});

interface Step {
  readonly trace: number;
  readonly isRoot: boolean;
  readonly sampled: boolean;
  readonly status: 'ok' | 'error' | 'timeout';
  readonly duration: number;
  readonly wait: number;
}

const isBad = ({ status, duration, isRoot }: Step): boolean =>
  status !== 'ok' || (isRoot && duration >= 2000);

const aStep = (traces: number): fc.Arbitrary<Step> =>
  fc.record({
    trace: fc.integer({ min: 1, max: traces }),
    isRoot: fc.boolean(),
    sampled: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
    status: fc.oneof(
      { weight: 8, arbitrary: fc.constant('ok' as const) },
      fc.constantFrom('error' as const, 'timeout' as const),
    ),
    duration: fc.oneof({ weight: 8, arbitrary: fc.constant(5) }, fc.constant(2000)),
    wait: fc.oneof(fc.constant(0), fc.integer({ min: -30, max: 60 })),
  });

const someLimits = fc.record({
  maxTraces: fc.integer({ min: 1, max: 4 }),
  maxSpansPerTrace: fc.integer({ min: 1, max: 5 }),
  maxSpans: fc.integer({ min: 1, max: 8 }),
  maxAge: fc.integer({ min: 1, max: 100 }),
  settle: fc.integer({ min: 0, max: 120 }),
});

const spanOf = (step: Step, index: number): TraceSpan =>
  aSpan(String(index), {
    traceId: String(step.trace),
    parentSpanId: step.isRoot ? undefined : 'p',
    sampled: step.sampled,
    status: step.status,
    duration: step.duration,
  });

const idsOf = (spans: readonly TraceSpan[]): string[] => spans.map(({ spanId }) => spanId);

interface Waiting {
  readonly trace: number;
  readonly ids: readonly string[];
  readonly at: number;
  readonly isOver: boolean;
}

// The same in the plainest words: lists that are searched and filtered, the silent ones first.
class Model {
  readonly #limits: WaitingLimits;
  #waiting: readonly Waiting[] = [];
  #kept: readonly { readonly trace: number; readonly at: number }[] = [];
  #now = -Infinity;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  get waiting(): number {
    return this.#waiting.flatMap(({ ids }) => ids).length;
  }

  select(step: Step, id: string, now: number): string[] {
    const { trace, sampled, isRoot } = step;
    const { maxTraces, maxSpansPerTrace, maxSpans, maxAge, settle } = this.#limits;
    this.#now = Math.max(this.#now, now);
    const isYoung = ({ at, isOver }: { at: number; isOver?: boolean }): boolean =>
      this.#now - at < (isOver === true ? Math.min(settle, maxAge) : maxAge);
    this.#waiting = this.#waiting.filter(isYoung);
    this.#kept = this.#kept.filter(isYoung);
    const own = this.#waiting.find((one) => one.trace === trace);
    const others = this.#waiting.filter((one) => one !== own);
    const isKept = this.#kept.some((one) => one.trace === trace);
    if (isKept || isBad(step)) {
      const rest = this.#kept.filter((one) => one.trace !== trace);
      this.#kept = [...rest, { trace, at: this.#now }].slice(-maxTraces);
      this.#waiting = others;
      return [...(own?.ids ?? []), id];
    }
    const most = Math.min(maxSpansPerTrace, maxSpans);
    const ids = [...(own?.ids ?? []), ...(sampled ? [] : [id])].slice(-most);
    if (ids.length > 0) {
      this.#waiting = others;
      while (this.#waiting.length >= maxTraces || this.waiting + ids.length > maxSpans) {
        const first = this.#waiting.find(({ isOver }) => isOver) ?? this.#waiting[0];
        this.#waiting = this.#waiting.filter((one) => one !== first);
      }
      const isOver = isRoot || own?.isOver === true;
      this.#waiting = [...this.#waiting, { trace, ids, at: this.#now, isOver }];
    }
    return sampled ? [id] : [];
  }
}

describe('TailSampler under any sequence of spans', () => {
  it('does as its model does, stays within its bounds, and loses count of nothing', () => {
    fc.assert(
      fc.property(someLimits, fc.array(aStep(6), { maxLength: 60 }), (limits, steps) => {
        const tail = new TailSampler(limits, new RecordingDiagnostics());
        const model = new Model(limits);
        let now = 0;
        let unsampled = 0;
        for (const [index, step] of steps.entries()) {
          now += step.wait;
          if (!step.sampled) unsampled++;
          const out = idsOf(tail.select(spanOf(step, index), now));
          const { waiting, waitingTraces, keptTraces, kept, forgotten, settled } = tail.statistics;

          expect(out).toEqual(model.select(step, String(index), now));
          expect(waiting).toBe(model.waiting);
          expect(waiting).toBeLessThanOrEqual(
            Math.min(limits.maxSpans, waitingTraces * limits.maxSpansPerTrace),
          );
          expect(waitingTraces).toBeLessThanOrEqual(limits.maxTraces);
          expect(keptTraces).toBeLessThanOrEqual(limits.maxTraces);
          expect(waiting + kept + forgotten + settled).toBe(unsampled);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('lets no span out twice, and none that it was not given', () => {
    fc.assert(
      fc.property(someLimits, fc.array(aStep(4), { maxLength: 80 }), (limits, steps) => {
        const tail = new TailSampler(limits, new RecordingDiagnostics());
        let now = 0;
        const out = steps.flatMap((step, index) =>
          idsOf(tail.select(spanOf(step, index), (now += step.wait))),
        );

        expect(new Set(out).size).toBe(out.length);
        expect(steps.map((_, index) => String(index))).toEqual(expect.arrayContaining(out));
      }),
    );
  });

  it('lets out all spans of a trace that is kept, in order, and of others those that are sampled', () => {
    fc.assert(
      fc.property(fc.array(aStep(5), { maxLength: 60 }), (steps) => {
        const tail = new TailSampler({}, new RecordingDiagnostics());
        const out = steps.flatMap((step, index) => tail.select(spanOf(step, index), 0));
        for (const trace of [1, 2, 3, 4, 5]) {
          const isKept = steps.some((step) => step.trace === trace && isBad(step));
          const due = steps.flatMap((step, index) =>
            step.trace === trace && (isKept || step.sampled) ? [String(index)] : [],
          );
          const came = idsOf(out.filter(({ traceId }) => traceId === String(trace)));

          // Sampled ones do not wait, and may overtake.
          expect([...came].sort()).toEqual([...due].sort());
        }
        const unsampled = out.filter(({ sampled }) => !sampled);
        expect(unsampled.every(({ tags }) => 'rx_mesh.sampled_by' in tags)).toBe(true);
        for (const { traceId } of unsampled) {
          const came = unsampled.filter((one) => one.traceId === traceId).map((one) => +one.spanId);
          expect(came).toEqual([...came].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('holds no more after a million spans than after a thousand', () => {
    const tail = new TailSampler({}, new RecordingDiagnostics());
    const most = { waiting: 0, waitingTraces: 0, keptTraces: 0 };
    let out = 0;
    for (let index = 0; index < 1_000_000; index++) {
      // Traces of 40 spans, 30 of them at once; one in 50 fails; every third has no root here.
      const trace = Math.floor(index / 1200) * 30 + (index % 30);
      const isLast = index % 1200 >= 1170;
      const changes: Partial<TraceSpan> = {
        traceId: String(trace),
        parentSpanId: isLast && trace % 3 > 0 ? undefined : 'p',
        status: isLast && trace % 50 === 0 ? 'error' : 'ok',
        duration: 1,
      };
      out += tail.select(aSpan(String(index), changes), index / 10).length;
      const { waiting, waitingTraces, keptTraces } = tail.statistics;
      most.waiting = Math.max(most.waiting, waiting);
      most.waitingTraces = Math.max(most.waitingTraces, waitingTraces);
      most.keptTraces = Math.max(most.keptTraces, keptTraces);
    }
    const { waiting, kept, forgotten, settled } = tail.statistics;

    expect(most.waiting).toBeLessThanOrEqual(2048);
    expect(most.waitingTraces).toBeLessThanOrEqual(100);
    expect(most.keptTraces).toBeLessThanOrEqual(100);
    expect(out).toBe(kept);
    expect(kept).toBeGreaterThan(15_000);
    expect(waiting + kept + forgotten + settled).toBe(1_000_000);
  }, 30_000);
});
