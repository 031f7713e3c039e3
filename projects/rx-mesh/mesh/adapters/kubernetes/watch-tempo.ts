import type { Clock, RandomSource } from 'rx-mesh/kernel';
import type { LongPollSlots } from '../registry/long-poll-slots';
import type { KubernetesValues } from './kubernetes-options';

/** One watch, from its request to its end. */
export interface WatchRun {
  /** How long the server is asked to keep it open, in seconds. */
  readonly seconds: number;
  /** After how long without a byte it is given up, in milliseconds. */
  readonly idle: number;
  /** When it began, by the monotonic clock. */
  readonly began: number;
  /** When its first byte came, by the monotonic clock. */
  first: number | undefined;
  /** How many events it had, bookmarks not counted. */
  changes: number;
}

/** How a watch ended. */
export interface WatchEnd {
  /** Whether it ended as soon as it began. */
  readonly short: boolean;
  /** Whether all that it had to say came at its end, as from a proxy that buffers. */
  readonly buffered: boolean;
}

/** What {@link WatchTempo} needs. */
export interface TempoPorts {
  readonly options: KubernetesValues;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly slots: LongPollSlots;
}

// The advice of Kubernetes, and what its own clients do: spread, so that not all come back at once.
const SHORTEST = 300_000;
const LONGEST = 600_000;
const IDLE_MARGIN = 30_000;
/** The longest watch, in seconds, while others wait for its connection. */
const SHARED = 30;
/** A watch that stood that long, in milliseconds, proves that there is a server. */
const STOOD = 10_000;
const SECOND = 1000;
/** How soon after its first byte the end of a watch comes that was held back, in milliseconds. */
const BURST = 100;

/** How long the word of the source holds, in milliseconds: the longest watch, its silence and a try more. */
export function leaseOf({ watchTimeout = LONGEST, idleTimeout = 0 }: KubernetesValues): number {
  return Math.max(watchTimeout + IDLE_MARGIN, idleTimeout) + IDLE_MARGIN;
}

/** When the next watch begins and how long it lasts, by what became of those before. */
export class WatchTempo {
  readonly #ports: TempoPorts;
  /** How many watches in a row ended as soon as they began. */
  #short = 0;
  /** How many watches in a row were given up since they were silent. */
  #silent = 0;
  #pause = 0;
  /** The longest watch that gets through, in seconds. */
  #most = Infinity;

  constructor(ports: TempoPorts) {
    this.#ports = ports;
  }

  /** The rest before what comes next, in milliseconds; then it is 0. */
  takePause(): number {
    const pause = this.#pause;
    this.#pause = 0;
    return pause;
  }

  /** A watch begins. @param url Where: others may wait for a connection there. */
  begin(url: string): WatchRun {
    const { clock, options, random, slots } = this.#ports;
    const wanted = options.watchTimeout ?? SHORTEST + random.next() * (LONGEST - SHORTEST);
    const shared = slots.waitingFor(url) > 0 ? SHARED : Infinity;
    const seconds = Math.min(Math.ceil(wanted / SECOND), shared, this.#most);
    const idle = options.idleTimeout ?? seconds * SECOND + IDLE_MARGIN;
    return { seconds, idle, began: clock.monotonic(), first: undefined, changes: 0 };
  }

  /** Bytes came. */
  heard(run: WatchRun): void {
    run.first ??= this.#ports.clock.monotonic();
    this.#silent = 0;
  }

  /** It came to an end that is no failure. */
  ended(run: WatchRun): WatchEnd {
    const now = this.#ports.clock.monotonic();
    const short = now - run.began < SECOND;
    this.#short = short ? this.#short + 1 : 0;
    // The first time is no trouble: a server that restarts, a version that it has forgotten. Again and again is a loop.
    if (this.#short > 1) this.#pause = this.#backoff(this.#short - 2);
    const { first = run.began, changes, seconds } = run;
    const late = first - run.began >= (seconds - 1) * SECOND;
    return { short, buffered: late && !short && changes > 0 && now - first <= BURST };
  }

  /**
   * The connection was lost, or given up.
   *
   * @param silent Whether nothing was heard for too long.
   * @returns Whether to begin anew: some servers say nothing at all after a version that they do not know.
   */
  lost(run: WatchRun, silent: boolean): boolean {
    this.#silent = silent && run.first === undefined ? this.#silent + 1 : 0;
    return this.#silent > 1;
  }

  /** Whether a watch that was lost stood long enough to be taken up again as if it had ended, after a rest. */
  resumes(run: WatchRun): boolean {
    if (this.#ports.clock.monotonic() - run.began < STOOD) return false;
    this.#pause = this.#backoff(0);
    return true;
  }

  /** A proxy has given up on it: the next one is shorter. */
  cutOff({ began }: WatchRun): void {
    const stood = (this.#ports.clock.monotonic() - began) / SECOND;
    if (stood >= 2) this.#most = Math.max(1, Math.floor(stood * 0.8));
  }

  #backoff(attempt: number): number {
    return this.#ports.options.backoff(attempt, this.#ports.random, 0);
  }
}
