import type { Clock } from 'rx-mesh/kernel';
import type { Subscription } from 'rxjs';
import { type CommandFlight, FlightList } from './command-flight';

// How long commands are begun in one go while others wait: the page must be able to paint in between.
const SLICE = 10;

/**
 * Whose turn it is. Commands of one aggregate come one after the other, in the order in which they were sent; of one type,
 * no more at once than its handler says. Of commands that wait for a type, each aggregate has one in the row, so none of
 * them can keep the others back.
 */
export class CommandLanes {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #run: (flight: CommandFlight) => void;
  readonly #lanes = new Map<string, FlightList>();
  // The one that is added just now: its lane is not in the map, for most are over before they would be.
  #added: CommandFlight | undefined;
  // Its lane, empty again.
  #spare: FlightList | undefined;
  // Those that have their place, and are begun one after the other: not inside of each other, which would end the stack.
  readonly #due = new FlightList();
  #waiting = 0;
  #beginning = false;
  #sliceSince = 0;
  #slice: Subscription | undefined;
  #paused = false;
  #closed = false;

  /** @param limit How many may wait. */
  constructor(limit: number, clock: Clock, run: (flight: CommandFlight) => void) {
    this.#limit = limit;
    this.#clock = clock;
    this.#run = run;
  }

  /** How many commands wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether nothing is begun any more. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** From now on nothing is begun. */
  close(): void {
    this.#closed = true;
    this.#endSlice();
  }

  /** Takes a command. Returns `false`, and does nothing, when it would have to wait and too many do. */
  add(flight: CommandFlight): boolean {
    const { command, entry } = flight;
    const { orderedBy, concurrency } = entry.values;
    const isOrdered = orderedBy === 'aggregate';
    const lane = isOrdered ? this.#laneOf(command.aggregateId) : undefined;
    if (this.#waiting >= this.#limit && (lane || this.#paused || entry.running >= concurrency)) {
      return false;
    }
    if (lane) {
      flight.lane = lane;
      this.#wait(lane, flight);
      return true;
    }
    if (isOrdered) {
      flight.lane = this.#spare ?? new FlightList();
      this.#spare = undefined;
      if (this.#added) this.#lanes.set(command.aggregateId, flight.lane);
      else this.#added = flight;
    }
    this.#admit(flight);
    this.#begin();
    if (this.#added === flight) this.#keepAdded();
    return true;
  }

  #laneOf(aggregateId: string): FlightList | undefined {
    const added = this.#added;
    return added?.command.aggregateId === aggregateId ? added.lane : this.#lanes.get(aggregateId);
  }

  #keepAdded(): void {
    const added = this.#added;
    if (added?.lane) this.#lanes.set(added.command.aggregateId, added.lane);
    this.#added = undefined;
  }

  /** A command that was begun has ended, or one that waits is not wanted any more. */
  release(flight: CommandFlight): void {
    const { list, lane, entry } = flight;
    if (list) {
      list.remove(flight);
      this.#waiting--;
    }
    // Behind another one of its aggregate it kept nobody back.
    if (list === undefined || list !== lane) {
      if (list !== entry.ready) {
        entry.running--;
        const next = entry.ready.shift();
        if (next) {
          this.#waiting--;
          this.#admit(next);
        }
      }
      this.#advance(flight);
    }
    this.#begin();
  }

  #advance({ lane, command }: CommandFlight): void {
    if (!lane) return;
    const next = lane.shift();
    if (next) {
      if (this.#added?.lane === lane) this.#keepAdded();
      this.#waiting--;
      this.#admit(next);
    } else if (this.#added?.lane === lane) {
      this.#added = undefined;
      this.#spare = lane;
    } else {
      this.#lanes.delete(command.aggregateId);
    }
  }

  #admit(flight: CommandFlight): void {
    const { entry } = flight;
    if (entry.running >= entry.values.concurrency) {
      this.#wait(entry.ready, flight);
      return;
    }
    entry.running++;
    this.#wait(this.#due, flight);
  }

  #wait(list: FlightList, flight: CommandFlight): void {
    list.push(flight);
    this.#waiting++;
  }

  #begin(): void {
    if (this.#waiting === 0) this.#endSlice();
    if (this.#closed || this.#beginning || this.#paused) return;
    this.#beginning = true;
    while (!this.isClosed && !this.#due.isEmpty && !this.#isSliceOver()) {
      const flight = this.#due.shift();
      if (!flight) break;
      this.#waiting--;
      this.#run(flight);
    }
    this.#beginning = false;
    if (this.#waiting === 0) this.#endSlice();
  }

  // Promises that are fulfilled one after the other never let the page breathe, so the time counts from the last timer on.
  #isSliceOver(): boolean {
    if (this.#waiting <= 1) return false;
    const now = this.#clock.monotonic();
    if (!this.#slice) {
      this.#sliceSince = now;
      this.#slice = this.#clock.scheduler.schedule(() => {
        this.#endSlice();
        this.#begin();
      }, 0);
    }
    this.#paused = now - this.#sliceSince >= SLICE;
    return this.#paused;
  }

  #endSlice(): void {
    this.#slice?.unsubscribe();
    this.#slice = undefined;
    this.#paused = false;
  }
}
