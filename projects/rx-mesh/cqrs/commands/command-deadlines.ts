import type { Clock } from 'rx-mesh/kernel';
import type { Subscription } from 'rxjs';
import { type CommandFlight, FlightList, type FlightTimes } from './command-flight';

/**
 * Tells which commands of a type have taken too long. All of them may take as long, so the first that has begun is the first
 * that is late, and one timer does for all: it aims at that one, and there is none while nothing is under way.
 */
export class CommandDeadlines implements FlightTimes {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #late: (flight: CommandFlight) => void;
  readonly #running = new FlightList();
  #timer: Subscription | undefined;

  /**
   * @param limit How long a command may take, in milliseconds.
   * @param late Is told of each one that has taken longer.
   */
  constructor(clock: Clock, limit: number, late: (flight: CommandFlight) => void) {
    this.#clock = clock;
    this.#limit = limit;
    this.#late = late;
  }

  /** From now on the time of a command is measured. */
  add(flight: CommandFlight): void {
    flight.due = this.#clock.monotonic() + this.#limit;
    this.#running.push(flight);
    if (!this.#timer) this.#arm(this.#limit);
  }

  /** The time of a command is not measured any more, if it was. */
  remove(flight: CommandFlight): void {
    if (flight.list !== this.#running) return;
    this.#running.remove(flight);
    if (!this.#running.isEmpty) return;
    this.#timer?.unsubscribe();
    this.#timer = undefined;
  }

  #arm(wait: number): void {
    this.#timer = this.#clock.scheduler.schedule(() => this.#look(), wait);
  }

  #look(): void {
    const now = this.#clock.monotonic();
    let first = this.#running.first;
    while (first && first.due <= now) {
      this.#running.remove(first);
      this.#late(first);
      first = this.#running.first;
    }
    // Others may have been begun and have ended meanwhile, and this timer with them.
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    if (first) this.#arm(Math.max(0, first.due - this.#clock.monotonic()));
  }
}
