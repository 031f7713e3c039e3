import { isCommandRefusedError } from '../commands/command-errors';
import { type BookPorts, waitsOf } from './book-ports';
import type { OutboxMirror } from './outbox-mirror';
import type { Outcome, Sent } from './outbox-steps';

/** What is not tried before its time. */
export interface Waiting {
  /** Until when, by the monotonic clock. */
  readonly due: number;
  /** The waits after further failures. */
  readonly waits: Generator<number, never>;
}

/** Whether nobody on this page handles the type of a command; another tab may. */
export function isUnhandled(outcome: Outcome): boolean {
  return outcome.verdict === 'retry' && isCommandRefusedError(outcome.error) && outcome.error.reason === 'no-handler'; // prettier-ignore
}

/**
 * What this page leaves alone for a while: aggregates after a failure, and types of commands that have no handler here. It
 * outlives a turn of sending, so that who gives the lead up for others does not begin at once with what he has just tried.
 */
export class OutboxRest {
  /** The aggregates, by id. One whose next command is of such a type waits for the very object of the type. */
  readonly lanes = new Map<string, Waiting>();
  readonly #ports: BookPorts;
  readonly #types = new Map<string, Waiting>();

  constructor(ports: BookPorts) {
    this.#ports = ports;
  }

  /** Whether something waits that another tab may be able to send. */
  get isForOthers(): boolean {
    if (this.#types.size === 0) return false;
    const types = new Set(this.#types.values());
    return [...this.lanes.values()].some((waiting) => types.has(waiting));
  }

  /** When there may be something to send again, by the monotonic clock; infinite when nothing waits. */
  get due(): number {
    const now = this.#ports.clock.monotonic();
    let next = Infinity;
    for (const { due } of [...this.lanes.values(), ...this.#types.values()]) {
      if (due > now) next = Math.min(next, due);
    }
    return next;
  }

  /** A wait from now on. */
  later(waits = waitsOf(this.#ports.settings, this.#ports.random)): Waiting {
    return { due: this.#ports.clock.monotonic() + waits.next().value, waits };
  }

  /** What an aggregate has to wait for after an answer. */
  after(last: Sent | undefined, waits: Waiting['waits'] | undefined): Waiting {
    const isForOthers = last && isUnhandled(last.outcome);
    return isForOthers ? this.unhandled(last.sent.command.type) : this.later(waits);
  }

  /** A type has no handler here: what waits for it. */
  unhandled(type: string): Waiting {
    const known = this.#types.get(type);
    if (known && known.due > this.#ports.clock.monotonic()) return known;
    const waiting = this.later(known?.waits);
    this.#types.set(type, waiting);
    return waiting;
  }

  /** What an aggregate waits for because of the type of its next command; `undefined`: nothing. */
  typeOf(mirror: OutboxMirror, lane: string): Waiting | undefined {
    if (this.#types.size === 0) return undefined;
    const waiting = this.#types.get(typeIn(mirror, lane));
    return waiting && waiting.due > this.#ports.clock.monotonic() ? waiting : undefined;
  }

  /** A type does not wait any more, nor does what has waited for it. Returns whether it did. */
  free(type: string): boolean {
    const waiting = this.#types.get(type);
    if (!waiting) return false;
    this.#types.delete(type);
    for (const [lane, one] of [...this.lanes]) if (one === waiting) this.lanes.delete(lane);
    return true;
  }

  /** An aggregate is to be tried at once. */
  hurry(mirror: OutboxMirror, lane: string): void {
    this.lanes.delete(lane);
    this.free(typeIn(mirror, lane));
  }

  /** Whether there is something that may be sent by now. */
  hasWork(mirror: OutboxMirror): boolean {
    const now = this.#ports.clock.monotonic();
    for (const lane of mirror.sendable) {
      const waiting = this.lanes.get(lane);
      if ((!waiting || waiting.due <= now) && !this.typeOf(mirror, lane)) return true;
    }
    return false;
  }

  /** Nothing waits any more. */
  clear(): void {
    this.lanes.clear();
    this.#types.clear();
  }
}

function typeIn(mirror: OutboxMirror, lane: string): string {
  return mirror.lane(lane)[0]?.command.type ?? '';
}
