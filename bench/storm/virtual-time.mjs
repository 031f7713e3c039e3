// Time that stands still until somebody waits: a scheduler of RxJS over a binary heap. The VirtualTimeScheduler of RxJS
// sorts all its actions at each new one, which takes too long for thousands of clients.
import { Subscription } from 'rxjs';

// Not 0: a policy that takes 0 for "never" would otherwise be right by chance.
const START = 1_000_000;

export class VirtualTime {
  #now = START;
  #order = 0;
  #heap = [];

  now() {
    return this.#now;
  }

  /** As in SchedulerLike: the work sees its action as `this` and may schedule it again. */
  schedule(work, delay = 0, state) {
    return new Action(this, work).schedule(state, delay);
  }

  /** Calls `run` in `delay` milliseconds. Returns the entry; `entry.run = undefined` calls it off. */
  after(delay, run) {
    const entry = { at: this.#now + Math.max(0, delay || 0), order: this.#order++, run };
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    return entry;
  }

  /** Runs what is due, in order, until nothing waits. */
  flush() {
    while (this.step());
  }

  /** Runs the next entry that was not called off. Returns whether there was one. */
  step() {
    for (let entry = this.#take(); entry; entry = this.#take()) {
      if (!entry.run) continue;
      this.#now = entry.at;
      entry.run();
      return true;
    }
    return false;
  }

  #take() {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length > 0) {
      heap[0] = last;
      this.#down(0);
    }
    return first;
  }

  #up(at) {
    const heap = this.#heap;
    const entry = heap[at];
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  #down(at) {
    const heap = this.#heap;
    const entry = heap[at];
    for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (!isBefore(heap[child], entry)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }
}

class Action extends Subscription {
  #time;
  #work;
  #entry;

  constructor(time, work) {
    super();
    this.#time = time;
    this.#work = work;
  }

  schedule(state, delay = 0) {
    if (this.closed) return this;
    if (this.#entry) this.#entry.run = undefined;
    const entry = this.#time.after(delay, () => {
      this.#work(state);
      if (this.#entry === entry) this.unsubscribe(); // not scheduled again
    });
    this.#entry = entry;
    return this;
  }

  unsubscribe() {
    if (this.#entry) this.#entry.run = undefined;
    super.unsubscribe();
  }
}

/** The clock that the policies of rx-mesh take. */
export function virtualClock(time) {
  const read = () => time.now();
  return { scheduler: time, now: read, monotonic: read };
}

function isBefore(one, other) {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
