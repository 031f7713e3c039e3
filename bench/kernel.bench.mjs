// The stores, windows and sketches of the kernel, each against the usual way to do the same.
import {
  CountWindow,
  KeyedStore,
  QuantileSketch,
  TimeWindow,
  schedulerClock,
} from 'rx-mesh/kernel';
import { BehaviorSubject, VirtualTimeScheduler } from 'rxjs';

const clock = schedulerClock(new VirtualTimeScheduler());

/** One write at a size, unseen by anybody. */
function write(size) {
  const store = new KeyedStore();
  const copied = new BehaviorSubject(new Map());
  for (let key = 0; key < size; key++) {
    store.set(key, 0);
    copied.value.set(key, 0);
  }
  let value = 0;
  return {
    what: `write one of ${size} keys, nobody looks`,
    ours: ['KeyedStore.set', () => store.set(value % size, ++value)],
    peer: [
      'copied Map in a BehaviorSubject',
      () => copied.next(new Map(copied.value).set(value % size, ++value)),
    ],
  };
}

/** One outcome added and the rate read, over the last hundred. */
function countWindow() {
  const window = new CountWindow(100);
  let outcomes = [];
  let i = 0;
  return {
    what: 'add an outcome and read the failure rate, of the last 100',
    ours: [
      'CountWindow',
      () => {
        window.record({ failed: ++i % 3 === 0 });
        return window.totals().failureRate;
      },
    ],
    peer: [
      'array, sliced and filtered',
      () => {
        outcomes = [...outcomes.slice(-99), ++i % 3 === 0];
        return outcomes.filter(Boolean).length / outcomes.length;
      },
    ],
  };
}

function timeWindow() {
  const window = new TimeWindow(clock, { length: 10_000 });
  let outcomes = [];
  let i = 0;
  return {
    what: 'add an outcome to the last 10 s, 1000 are in there',
    ours: ['TimeWindow.record', () => window.record({ failed: ++i % 3 === 0, duration: 12 })],
    peer: [
      'array of time stamps, filtered',
      () => {
        const at = ++i * 10;
        outcomes = outcomes.filter((one) => one.at > at - 10_000);
        outcomes.push({ at, failed: i % 3 === 0 });
      },
    ],
  };
}

function quantile() {
  const sketch = new QuantileSketch();
  const values = [];
  for (let i = 0; i < 10_000; i++) {
    const value = 20 + ((i * 7919) % 997);
    sketch.record(value);
    values.push(value);
  }
  return {
    what: 'p99 of 10,000 values',
    ours: ['QuantileSketch.quantile', () => sketch.quantile(0.99)],
    peer: ['sorted copy', () => values.toSorted((a, b) => a - b)[9899]],
  };
}

export const pairs = [write(10), write(100), write(1000), countWindow(), timeWindow(), quantile()];
