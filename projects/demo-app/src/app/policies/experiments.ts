import {
  AdaptiveThrottle,
  Bulkhead,
  type ChaosOptions,
  CircuitBreaker,
  LastAnswers,
  type PolicyFactory,
  RetryBudget,
  adaptiveThrottlePolicy,
  aimdLimit,
  bulkheadPolicy,
  circuitBreakerPolicy,
  composePolicies,
  constantBackoff,
  fallbackPolicy,
  gcraLimiter,
  hedgePolicy,
  rateLimitPolicy,
  retryPolicy,
  singleFlightPolicy,
  stalePolicy,
  timeoutPolicy,
} from 'rx-mesh';

/** One policy, and the weather in which it can be seen at work. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  /** What it does, in one sentence. */
  readonly what: string;
  /** What goes wrong meanwhile, as people read it. */
  readonly weather: string;
  readonly faults: ChaosOptions;
  /** How many calls one press sends, and the pause between them in milliseconds. */
  readonly calls: number;
  readonly gap: number;
  /** What is the same call; without it none is. */
  readonly key?: string;
  readonly policy: PolicyFactory;
}

const TIMEOUT = 400; // milliseconds
const limit: PolicyFactory = (ports) => timeoutPolicy(ports, { limit: TIMEOUT });

/** Every policy of the library, each by itself but for what it needs to be seen. */
export const EXPERIMENTS: readonly Experiment[] = [
  {
    id: 'retry',
    title: 'Retry with a budget',
    what: 'Tries failed calls again, while successes pay for it.',
    weather: 'half of the answers are 503',
    faults: { errorRate: 0.5 },
    calls: 20,
    gap: 60,
    policy: (ports) =>
      retryPolicy(ports, {
        retries: 3,
        backoff: constantBackoff(80, 'equal'),
        budget: new RetryBudget({ initial: 5, ratio: 0.5 }),
      }),
  },
  {
    id: 'timeout',
    title: 'Time-out',
    what: `Ends what takes longer than ${TIMEOUT} ms, and aborts the request.`,
    weather: 'a third of the answers take a second',
    faults: { latencyRate: 0.33, latency: 1000 },
    calls: 12,
    gap: 40,
    policy: limit,
  },
  {
    id: 'breaker',
    title: 'Circuit breaker',
    what: 'Sends nothing for a while after three failures in a row, then probes.',
    weather: 'eight of ten answers are 503',
    faults: { errorRate: 0.8 },
    calls: 30,
    gap: 60,
    policy: (ports, name) =>
      circuitBreakerPolicy(
        new CircuitBreaker(name, ports, { consecutiveFailures: 3, openWait: 500, probes: 1 }),
      ),
  },
  {
    id: 'bulkhead',
    title: 'Bulkhead',
    what: 'Runs two at once, lets six wait, and refuses the rest.',
    weather: 'every answer takes 300 ms',
    faults: { latencyRate: 1, latency: 300 },
    calls: 16,
    gap: 0,
    policy: (ports, name) =>
      bulkheadPolicy(new Bulkhead(name, ports, { limit: 2, queue: 6, maxWait: 5000 })),
  },
  {
    id: 'adaptive',
    title: 'Adaptive concurrency',
    what: 'Finds out by itself how many may run at once (AIMD).',
    weather: 'a third of the answers take 600 ms',
    faults: { latencyRate: 0.33, latency: 600 },
    calls: 30,
    gap: 20,
    policy: (ports, name) =>
      bulkheadPolicy(
        new Bulkhead(name, ports, {
          limit: aimdLimit({ initial: 8, slow: 300, decrease: 0.7 }),
          queue: 4,
          maxWait: 1000,
        }),
      ),
  },
  {
    id: 'rate',
    title: 'Rate limit',
    what: 'Lets five a second through after a burst of three; who is too early waits a little.',
    weather: 'none',
    faults: {},
    calls: 16,
    gap: 60,
    policy: (ports) =>
      rateLimitPolicy(ports, gcraLimiter(ports, { limit: 5, burst: 3 }), { maxWait: 500 }),
  },
  {
    id: 'throttle',
    title: 'Adaptive throttle',
    what: 'Spares an overloaded service part of the calls, by lot.',
    weather: 'half of the answers take longer than the time-out',
    faults: { latencyRate: 0.5, latency: 900 },
    calls: 40,
    gap: 60,
    policy: (ports, name) =>
      composePolicies(
        adaptiveThrottlePolicy(new AdaptiveThrottle(ports, { limit: TIMEOUT })),
        limit(ports, name),
      ),
  },
  {
    id: 'hedge',
    title: 'Hedging',
    what: 'Sends a second request after 150 ms, takes the first answer and aborts the other.',
    weather: 'a third of the answers take a second',
    faults: { latencyRate: 0.33, latency: 1000 },
    calls: 12,
    gap: 80,
    policy: (ports) => hedgePolicy(ports, { delay: 150 }),
  },
  {
    id: 'fallback',
    title: 'Fallback',
    what: 'Answers in place of what failed.',
    weather: 'half of the answers are 503',
    faults: { errorRate: 0.5 },
    calls: 12,
    gap: 60,
    policy: () => fallbackPolicy({ use: () => [{ standIn: true }] }),
  },
  {
    id: 'stale',
    title: 'Last good answer',
    what: 'Answers with an earlier answer of the same call.',
    weather: 'two of three answers are 503',
    faults: { errorRate: 0.66 },
    calls: 12,
    gap: 60,
    key: 'orders',
    policy: (ports) => stalePolicy(new LastAnswers(ports)),
  },
  {
    id: 'flight',
    title: 'Single flight',
    what: 'Sends one request for all who ask for the same at the same time.',
    weather: 'every answer takes 200 ms',
    faults: { latencyRate: 1, latency: 200 },
    calls: 12,
    gap: 0,
    key: 'orders',
    policy: () => singleFlightPolicy(),
  },
];
