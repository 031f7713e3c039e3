import fc from 'fast-check';
import { BoundedQueue, type BoundedQueueOptions, type DropPolicy } from './bounded-queue';

interface Parcel {
  readonly id: number;
  readonly weight: number;
}

type Step = (
  queue: Pick<BoundedQueue<Parcel>, 'push' | 'shift' | 'drain' | 'clear'>,
  id: number,
) => unknown;

const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.integer({ min: -1, max: 14 }).map(
      (weight): Step =>
        (queue, id) =>
          queue.push({ id, weight }),
    ),
  },
  { weight: 3, arbitrary: fc.constant<Step>((queue) => queue.shift()) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(6), fc.nat(20)).map(
      ([max, maxWeight]): Step =>
        (queue) =>
          queue.drain(max, maxWeight),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((queue) => queue.clear()) },
);

describe(BoundedQueue.name, () => {
  it('is empty at first', () => {
    const queue = new BoundedQueue<string>();

    expect([queue.size, queue.weight, queue.dropped]).toEqual([0, 0, 0]);
    expect([queue.peek(), queue.shift(), queue.drain(), queue.toArray()]).toEqual([
      undefined,
      undefined,
      [],
      [],
    ]);
  });

  it('gives items back in the order in which they came', () => {
    const queue = filled(['a', 'b', 'c']);

    expect([queue.peek(), queue.shift(), queue.shift(), queue.peek()]).toEqual([
      'a',
      'a',
      'b',
      'c',
    ]);
    expect([queue.size, queue.weight]).toEqual([1, 1]);
  });

  it('holds a thousand by default, and then drops the oldest', () => {
    const queue = filled(Array.from({ length: 1500 }, (_, i) => i));

    expect([queue.size, queue.dropped, queue.peek()]).toEqual([1000, 500, 500]);
  });

  it('drops the oldest and tells of it', () => {
    const dropped: string[] = [];
    const queue = new BoundedQueue<string>({ capacity: 2, onDrop: (item) => dropped.push(item) });

    expect(['a', 'b', 'c', 'd'].map((item) => queue.push(item))).toEqual([true, true, true, true]);
    expect([queue.toArray(), dropped, queue.dropped]).toEqual([['c', 'd'], ['a', 'b'], 2]);
  });

  it('drops the newest and tells of it', () => {
    const dropped: string[] = [];
    const queue = new BoundedQueue<string>({
      capacity: 2,
      policy: 'drop-newest',
      onDrop: (item) => dropped.push(item),
    });

    expect(['a', 'b', 'c', 'd'].map((item) => queue.push(item))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([queue.toArray(), dropped, queue.dropped]).toEqual([['a', 'b'], ['c', 'd'], 2]);
  });

  it('holds undefined and null as items', () => {
    const queue = filled([undefined, null, undefined]);

    expect([queue.size, queue.toArray()]).toEqual([3, [undefined, null, undefined]]);
    expect([queue.shift(), queue.drain()]).toEqual([undefined, [null, undefined]]);
  });

  it('keeps the order when it grows from a ring that has gone round', () => {
    const queue = new BoundedQueue<number>({ capacity: 100 });
    const out: (number | undefined)[] = [];
    for (let i = 0; i < 60; i++) {
      queue.push(i);
      if (i % 3 === 0) out.push(queue.shift());
    }

    expect([...out, ...queue.toArray()]).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect([queue.size, queue.dropped]).toEqual([40, 0]);
  });

  it('goes round at a capacity that is no power of two', () => {
    const queue = filled('abcdefghijklmnopqrstuvwxyz'.split(''), { capacity: 11 });

    expect(queue.toArray().join('')).toBe('pqrstuvwxyz');
  });

  it('holds one item at a capacity of one', () => {
    const queue = filled(['a', 'b', 'c'], { capacity: 1 });

    expect([queue.toArray(), queue.dropped]).toEqual([['c'], 2]);
  });

  describe('by weight', () => {
    const weigh = (item: string) => item.length;

    it('lets as many old items go as a heavy one needs', () => {
      const dropped: string[] = [];
      const onDrop = (item: string) => dropped.push(item);
      const queue = filled(['a', 'bb', 'ccc'], { maxWeight: 6, weigh, onDrop });

      expect(queue.weight).toBe(6);
      expect(queue.push('ddd')).toBe(true);
      expect([queue.toArray(), queue.weight, dropped]).toEqual([['ccc', 'ddd'], 6, ['a', 'bb']]);
    });

    it('lets a light item in where a heavy one was refused', () => {
      const queue = new BoundedQueue<string>({ maxWeight: 6, weigh, policy: 'drop-newest' });

      expect(['aaaa', 'bbb', 'cc', 'd'].map((item) => queue.push(item))).toEqual([
        true,
        false,
        true,
        false,
      ]);
      expect([queue.toArray(), queue.weight, queue.dropped]).toEqual([['aaaa', 'cc'], 6, 2]);
    });

    it('refuses what could never fit, and keeps what is there', () => {
      const dropped: string[] = [];
      const onDrop = (item: string) => dropped.push(item);
      const queue = filled(['a', 'b'], { maxWeight: 3, weigh, onDrop });

      expect(queue.push('cccc')).toBe(false);
      expect([queue.toArray(), dropped, queue.dropped]).toEqual([['a', 'b'], ['cccc'], 1]);
    });

    it.each([NaN, -1, Infinity, -Infinity])('refuses an item of weight %p', (weight) => {
      const queue = new BoundedQueue<number>({ weigh: (item) => item });
      queue.push(2);

      expect(queue.push(weight)).toBe(false);
      expect([queue.push(3), queue.shift(), queue.weight, queue.dropped]).toEqual([true, 2, 3, 1]);
    });

    it('holds items of no weight up to its capacity', () => {
      const queue = filled(['', '', ''], { capacity: 2, maxWeight: 1, weigh });

      expect([queue.size, queue.weight, queue.dropped]).toEqual([2, 0, 1]);
    });

    it('weighs an item once, though it may change while it waits', () => {
      const weighed = jest.fn((item: { size: number }) => item.size);
      const queue = new BoundedQueue<{ size: number }>({ maxWeight: 10, weigh: weighed });
      const item = { size: 4 };
      queue.push(item);
      queue.push({ size: 5 });
      item.size = 100;
      queue.shift();
      queue.toArray();

      expect([queue.weight, weighed.mock.calls.length]).toEqual([5, 2]);
    });

    it('weighs nothing when it is empty, whatever fractions went through', () => {
      const queue = new BoundedQueue<number>({ capacity: 3, weigh: (item) => item });
      for (let i = 0; i < 1000; i++) queue.push(i / 10);
      queue.drain();

      expect(queue.weight).toBe(0);
    });

    it('adds nothing and drops nothing when weighing fails', () => {
      const weighing = jest.fn(() => 1);
      const queue = filled(['a'], { weigh: weighing });
      weighing.mockImplementationOnce(() => {
        throw new Error('a bug in a weight');
      });

      expect(() => queue.push('b')).toThrow('a bug in a weight');
      expect([queue.toArray(), queue.weight, queue.dropped]).toEqual([['a'], 1, 0]);
    });
  });

  it('stays sound when a listener empties it as it is told of a drop', () => {
    const queue = new BoundedQueue<string>({ capacity: 2, onDrop: () => queue.clear() });
    for (const item of ['a', 'b', 'c', 'd']) queue.push(item);

    expect([queue.toArray(), queue.size, queue.weight]).toEqual([['c', 'd'], 2, 2]);
  });

  it('stays sound when a listener throws', () => {
    const onDrop = () => {
      throw new Error('a bug in a listener');
    };
    const queue = filled(['a', 'b'], { capacity: 2, onDrop });

    expect(() => queue.push('c')).toThrow('a bug in a listener');
    expect([queue.toArray(), queue.size, queue.weight, queue.dropped]).toEqual([['b'], 1, 1, 1]);
    expect([queue.push('d'), queue.toArray()]).toEqual([true, ['b', 'd']]);
  });

  describe('drain', () => {
    const weigh = (item: string) => item.length;
    const queue = () => filled(['aa', 'b', 'ccc', '', 'd'], { weigh });

    it('takes everything by default, and drops nothing', () => {
      const all = queue();

      expect(all.drain()).toEqual(['aa', 'b', 'ccc', '', 'd']);
      expect([all.size, all.weight, all.dropped, all.drain()]).toEqual([0, 0, 0, []]);
    });

    it.each([
      [2, ['aa', 'b'], 4],
      [99, ['aa', 'b', 'ccc', '', 'd'], 0],
      [0, [], 7],
      [-1, [], 7],
      [NaN, [], 7],
    ])('takes at most %p items', (max, taken, left) => {
      const some = queue();

      expect([some.drain(max), some.weight]).toEqual([taken, left]);
    });

    it.each([
      [3, ['aa', 'b']],
      [5, ['aa', 'b']],
      [6, ['aa', 'b', 'ccc', '']],
      [7, ['aa', 'b', 'ccc', '', 'd']],
      [1, ['aa']],
      [0, ['aa']],
    ])('takes at most a weight of %p, but one item at least', (maxWeight, taken) => {
      expect(queue().drain(Infinity, maxWeight)).toEqual(taken);
    });

    it('keeps to both bounds', () => {
      expect([queue().drain(1, 6), queue().drain(3, 3)]).toEqual([['aa'], ['aa', 'b']]);
    });
  });

  it('takes everything out when it is cleared, without a drop, and goes on', () => {
    const dropped: string[] = [];
    const queue = filled(['a', 'b', 'c'], { capacity: 2, onDrop: (item) => dropped.push(item) });
    queue.clear();

    expect([queue.size, queue.weight, queue.dropped, queue.peek()]).toEqual([0, 0, 1, undefined]);

    queue.push('d');

    expect([queue.toArray(), dropped]).toEqual([['d'], ['a']]);
  });

  it('gives a copy that it does not touch', () => {
    const queue = filled(['a', 'b']);
    const copy = queue.toArray();
    queue.shift();
    copy.push('c');

    expect([copy, queue.toArray()]).toEqual([['a', 'b', 'c'], ['b']]);
  });

  it('agrees with a plain array after any operations', () => {
    const aPolicy = fc.constantFrom<DropPolicy>('drop-oldest', 'drop-newest');
    const aCapacity = fc.integer({ min: 1, max: 40 });
    const aMaximum = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(Infinity));
    const steps = fc.array(aStep, { maxLength: 150, size: 'max' });
    fc.assert(
      fc.property(aPolicy, aCapacity, aMaximum, steps, (policy, capacity, maxWeight, way) => {
        const told: Parcel[] = [];
        const queue = new BoundedQueue<Parcel>({
          policy,
          capacity,
          maxWeight,
          weigh: ({ weight }) => weight,
          onDrop: (parcel) => told.push(parcel),
        });
        const model = new ArrayQueue(policy, capacity, maxWeight);
        way.forEach((step, id) => {
          expect(step(queue, id)).toEqual(step(model, id));
          expect(queue.toArray()).toEqual(model.items);
          expect([queue.size, queue.weight]).toEqual([model.items.length, weightOf(model.items)]);
          expect(queue.peek()).toEqual(model.items[0]);
          expect([queue.dropped, told]).toEqual([model.dropped.length, model.dropped]);
        });
      }),
    );
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses a capacity of %p', (capacity) => {
    expect(() => new BoundedQueue({ capacity })).toThrow(
      `BoundedQueueOptions.capacity is ${capacity}, but must be a whole number of at least 1.`,
    );
  });

  it.each([0, -1, NaN, -Infinity])('refuses a maximum weight of %p', (maxWeight) => {
    expect(() => new BoundedQueue({ maxWeight })).toThrow(
      `BoundedQueueOptions.maxWeight is ${maxWeight}, but must be a number above 0.`,
    );
  });

  it('refuses a policy that it does not know', () => {
    const policy = 'drop-all' as DropPolicy;

    expect(() => new BoundedQueue({ policy })).toThrow(
      `BoundedQueueOptions.policy is "drop-all", but must be one of 'drop-oldest', 'drop-newest'.`,
    );
  });
});

function filled<T>(items: readonly T[], options?: BoundedQueueOptions<T>): BoundedQueue<T> {
  const queue = new BoundedQueue<T>(options);
  for (const item of items) queue.push(item);
  return queue;
}

const weightOf = (items: readonly Parcel[]) => items.reduce((sum, { weight }) => sum + weight, 0);

class ArrayQueue {
  items: Parcel[] = [];
  readonly dropped: Parcel[] = [];

  constructor(
    readonly policy: DropPolicy,
    readonly capacity: number,
    readonly maxWeight: number,
  ) {}

  push(parcel: Parcel): boolean {
    const fits = (items: Parcel[]) =>
      items.length < this.capacity && weightOf(items) + parcel.weight <= this.maxWeight;
    const possible = parcel.weight >= 0 && fits([]);
    if (!possible || (this.policy === 'drop-newest' && !fits(this.items))) {
      this.dropped.push(parcel);
      return false;
    }
    // The longest tail that leaves room.
    const gone = this.items.findIndex((_, i) => fits(this.items.slice(i)));
    this.dropped.push(...this.items.splice(0, gone < 0 ? this.items.length : gone));
    this.items.push(parcel);
    return true;
  }

  shift(): Parcel | undefined {
    return this.items.shift();
  }

  clear(): void {
    this.items = [];
  }

  drain(max = Infinity, maxWeight = Infinity): Parcel[] {
    let taken = Math.min(max, this.items.length);
    while (taken > 1 && weightOf(this.items.slice(0, taken)) > maxWeight) taken--;
    return this.items.splice(0, taken);
  }
}
