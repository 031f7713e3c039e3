import { createOptions, fraction } from 'rx-mesh/kernel';
import { Observable, type ObservableInput, from } from 'rxjs';
import { pause } from './pause';
import {
  type CallContext,
  type ResiliencePolicy,
  type ResiliencePorts,
  definePolicy,
} from './policy';

/** Options of {@link chaosPolicy}. Of several faults, each is drawn by itself. */
export interface ChaosOptions {
  /** The share of work that is delayed, from 0 to 1. @default 0 */
  readonly latencyRate?: number | undefined;
  /** How long a delay is, in milliseconds: a number, or drawn each time. @default 1000 */
  readonly latency?: number | (() => number) | undefined;
  /** The share of work that fails before it runs, from 0 to 1. @default 0 */
  readonly errorRate?: number | undefined;
  /** What it fails with. @default a {@link ChaosError}, which looks like an answer of status 503 */
  readonly error?: ((context: CallContext) => unknown) | undefined;
  /** The share of work that is answered without running, from 0 to 1. @default 0 */
  readonly outcomeRate?: number | undefined;
  /** What is answered then. @default an empty stream */
  readonly outcome?: ((context: CallContext) => ObservableInput<unknown>) | undefined;
}

/** The options of {@link chaosPolicy} with a value for each. */
export type ChaosValues = {
  readonly [K in keyof ChaosOptions]-?: NonNullable<ChaosOptions[K]>;
};

/**
 * A fault that was made on purpose. It is no error of rx-mesh, for it stands for one of a server: judges and retries go by
 * its status.
 */
export class ChaosError extends Error {
  /** `ChaosError`. */
  override readonly name = 'ChaosError';

  constructor(
    /** What was called. */
    readonly call: string,
    /** The status of the answer that it stands for. */
    readonly status = 503,
  ) {
    super(`${call} failed on purpose: a chaos policy is at work. Remove it, or lower its rate.`);
  }
}

const CHAOS = /* @__PURE__ */ createOptions<ChaosValues>(
  'ChaosOptions',
  {
    latencyRate: 0,
    latency: 1000,
    errorRate: 0,
    error: ({ name }) => new ChaosError(name),
    outcomeRate: 0,
    outcome: () => [],
  },
  { latencyRate: fraction, errorRate: fraction, outcomeRate: fraction },
);

/**
 * Makes faults by chance, to see what the application does with them: delays, failures and wrong answers. A seeded
 * source of chance makes the same faults again. It is in no bundle that does not use it; do not ship it.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const chaos = chaosPolicy({ clock, random: seededRandom(7) }, { errorRate: 0.1, latencyRate: 0.2 });
 * ```
 */
export function chaosPolicy(ports: ResiliencePorts, options: ChaosOptions = {}): ResiliencePolicy {
  const { error, errorRate, latency, latencyRate, outcome, outcomeRate } = CHAOS.resolve(options);
  const { random } = ports;
  return definePolicy(
    'chaos',
    <T>(source: Observable<T>, context: CallContext) =>
      new Observable<T>((out) => {
        // Drawn together, so that one kind of fault does not change the luck of another.
        const [delays, fails, answers] = [random.next(), random.next(), random.next()];
        const run = (): void => {
          try {
            if (fails < errorRate) {
              out.error(error(context));
              return;
            }
            const stream$ =
              answers < outcomeRate ? (from(outcome(context)) as Observable<T>) : source;
            out.add(stream$.subscribe(out));
          } catch (bug) {
            out.error(bug);
          }
        };
        if (delays >= latencyRate) {
          run();
          return;
        }
        const wait = typeof latency === 'number' ? latency : latency();
        out.add(pause(Math.max(0, wait), ports, run));
      }),
  );
}
