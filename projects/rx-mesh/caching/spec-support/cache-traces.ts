import type { EvictionPolicy } from '../policy/eviction-policy';
import { PolicyNode } from '../policy/node-list';

/** Which keys are asked for, one after another. */
export type Trace = Int32Array;

/** A source of chance: 0 to 1. */
export type Chance = () => number;

/** Draws keys of which the k-th most popular comes up in proportion to k^-skew. */
export function zipf(chance: Chance, keys: number, skew: number): () => number {
  const sums = new Float64Array(keys);
  let sum = 0;
  for (let k = 0; k < keys; k++) sums[k] = sum += (k + 1) ** -skew;
  return () => {
    const drawn = chance() * sum;
    let low = 0;
    for (let high = keys - 1; low < high;) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** The kinds of traces, each of about `length` requests over about `keys` keys. */
export const TRACES = {
  'Zipf 0.9': (chance: Chance, length: number, keys: number): Trace =>
    fill(length, zipf(chance, keys, 0.9)),
  'Zipf 1.0': (chance: Chance, length: number, keys: number): Trace =>
    fill(length, zipf(chance, keys, 1)),
  'Zipf 1.1': (chance: Chance, length: number, keys: number): Trace =>
    fill(length, zipf(chance, keys, 1.1)),
  'scan + Zipf': (chance: Chance, length: number, keys: number): Trace => {
    const draw = zipf(chance, keys, 0.9);
    let fresh = keys;
    return fill(length, () => (chance() < 1 / 3 ? fresh++ : draw()));
  },
  'scans in Zipf': (chance: Chance, length: number, keys: number): Trace => {
    // Now and then somebody walks through 1,000 keys in a row.
    const draw = zipf(chance, keys, 1);
    let end = 0;
    let first = 0;
    return fill(length, (at) => {
      if (at >= end && chance() < 1 / 3000) {
        end = at + 1000;
        first = keys + Math.floor(chance() * keys) - at;
      }
      return at < end ? first + at : draw();
    });
  },
  'drifting Zipf': (chance: Chance, length: number, keys: number): Trace => {
    const draw = zipf(chance, keys, 1);
    return fill(length, (at) => (draw() + Math.floor(at / 200)) % keys);
  },
  'loop of 1011': (_chance: Chance, length: number): Trace => fill(length, (at) => at % 1011),
  recency: (chance: Chance, length: number): Trace => {
    // One in ten is new, the others were asked for within the last few dozen.
    let fresh = 0;
    const draw = zipf(chance, 60, 0.7);
    const last: number[] = [];
    return fill(length, () => {
      const depth = draw();
      const isNew = depth >= last.length || chance() < 0.1;
      const [key = 0] = isNew ? [fresh++] : last.splice(last.length - 1 - depth, 1);
      last.push(key);
      if (last.length > 60) last.shift();
      return key;
    });
  },
  'twice, gap 30': (_chance: Chance, length: number): Trace => twice(length, 30),
  'twice, gap 100': (_chance: Chance, length: number): Trace => twice(length, 100),
  'twice, gap 200': (_chance: Chance, length: number): Trace => twice(length, 200),
};

/** Each key is asked for twice, the second time when so many others came between. */
function twice(length: number, gap: number): Trace {
  return fill(length, (at) => (at & 1 ? Math.max(0, (at >> 1) - gap) : at >> 1));
}

function fill(length: number, key: (at: number) => number): Trace {
  return Int32Array.from({ length }, (_, at) => key(at));
}

/** Which share of the requests a policy has an entry for. */
export function hitRatio(policy: EvictionPolicy, trace: Trace): number {
  const nodes = new Map<number, PolicyNode>();
  let hits = 0;
  for (const id of trace) {
    const known = nodes.get(id);
    if (known) {
      hits++;
      policy.touch(known);
      continue;
    }
    const node = new PolicyNode(`/orders/${id}`, 1);
    nodes.set(id, node);
    policy.add(node);
    for (let gone = policy.evict(); gone; gone = policy.evict()) {
      nodes.delete(Number(gone.key.slice(8)));
    }
  }
  return hits / trace.length;
}

/** The hit ratio of who knows the future (Belady): keeps what is asked for soonest. */
export function optimum(size: number, trace: Trace): number {
  const next = new Int32Array(trace.length);
  const seen = new Map<number, number>();
  for (let at = trace.length - 1; at >= 0; at--) {
    const key = numberAt(trace, at);
    // The moment of the next request is unique: it stands for the entry.
    next[at] = seen.get(key) ?? trace.length + at;
    seen.set(key, at);
  }
  // A heap, the farthest moment first. What was hit since is still in it, but its moment is over: it never comes to the top
  // before those that are ahead.
  const heap: number[] = [];
  const kept = new Set<number>();
  let hits = 0;
  next.forEach((moment, now) => {
    if (kept.delete(now)) hits++;
    kept.add(moment);
    rise(heap, moment);
    if (kept.size > size) kept.delete(sink(heap));
  });
  return hits / trace.length;
}

function numberAt(list: ArrayLike<number>, at: number): number {
  return list[at] ?? -1;
}

function rise(heap: number[], value: number): void {
  let at = heap.length;
  for (
    let parent = (at - 1) >> 1;
    at > 0 && numberAt(heap, parent) < value;
    parent = (at - 1) >> 1
  ) {
    heap[at] = numberAt(heap, parent);
    at = parent;
  }
  heap[at] = value;
}

function sink(heap: number[]): number {
  const top = numberAt(heap, 0);
  const value = heap.pop() ?? -1;
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (numberAt(heap, child + 1) > numberAt(heap, child)) child++;
    if (numberAt(heap, child) <= value) break;
    heap[at] = numberAt(heap, child);
    at = child;
  }
  if (heap.length) heap[at] = value;
  return top;
}
