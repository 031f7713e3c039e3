import fc from 'fast-check';
import { constantBackoff, seededRandom } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { Subscription, tap, timer } from 'rxjs';
import { aMessage } from '../spec-support/contracts/message-transport';
import { CONSUMER, type ConsumerOptions } from './consumer-options';
import { DeliveryQueue, type OpenDelivery } from './delivery-queue';

type Act = 'ack' | 'nak' | 'nak now' | 'fail' | 'term' | 'never' | 'late' | 'twice';

interface Step {
  /** What is sent before the clock moves: the keys of the messages. */
  readonly send: readonly (string | undefined)[];
  readonly advance: number;
}

const anAct = fc.record({
  act: fc.constantFrom<Act>(
    'ack',
    'ack',
    'nak',
    'nak now',
    'fail',
    'term',
    'never',
    'late',
    'twice',
  ),
  /** After how many milliseconds; 0: before the handler returns. */
  after: fc.constantFrom(0, 0, 1, 5, 20),
});
const aStep: fc.Arbitrary<Step> = fc.record({
  send: fc.array(fc.constantFrom('a', 'b', 'c', undefined), { maxLength: 4 }),
  advance: fc.nat(30),
});
const aRun = {
  steps: fc.array(aStep, { minLength: 1, maxLength: 12 }),
  acts: fc.array(anAct, { minLength: 1, maxLength: 40 }),
  maxInFlight: fc.integer({ min: 1, max: 4 }),
  maxDeliver: fc.integer({ min: 1, max: 4 }),
};

/** A queue whose handler acts by a script, with all that became of each message. */
class World {
  readonly clock = new ManualClock();
  readonly ends = new Map<string, string[]>();
  readonly acked: string[] = [];
  readonly begun: { readonly id: string; readonly key: string | undefined }[] = [];
  readonly keys = new Map<string, string | undefined>();
  readonly torn: string[] = [];
  readonly busy = new Map<string, string>();
  readonly faults: string[] = [];
  readonly queue: DeliveryQueue;
  mostInFlight = 0;
  mostWaiting = 0;
  calls = 0;
  #sent = 0;

  constructor(
    private readonly acts: readonly { readonly act: Act; readonly after: number }[],
    options: ConsumerOptions,
  ) {
    const end = (id: string, how: string) => {
      this.ends.set(id, [...(this.ends.get(id) ?? []), how]);
      for (const [key, holder] of this.busy) if (holder === id) this.busy.delete(key);
    };
    this.queue = new DeliveryQueue(
      CONSUMER.resolve({ backoff: constantBackoff(7), ackWait: 15, ...options }),
      { clock: this.clock, random: seededRandom(1), contextOf: () => undefined },
      {
        deliver: (delivery) => this.#handle(delivery),
        acked: ({ id }) => {
          end(id, 'acked');
          this.acked.push(id);
        },
        gaveUp: ({ id }) => end(id, 'dead'),
        dropped: ({ id }) => end(id, 'dropped'),
        duplicate: ({ id }) => end(id, 'duplicate'),
        retrying: () => undefined,
        ended: () => undefined,
      },
    );
  }

  send(key: string | undefined): void {
    const id = String(this.#sent++).padStart(4, '0');
    this.keys.set(id, key);
    this.queue.accept(aMessage('t', { id, key }));
    this.look();
  }

  look(): void {
    this.mostInFlight = Math.max(this.mostInFlight, this.queue.inFlight);
    this.mostWaiting = Math.max(this.mostWaiting, this.queue.waiting);
  }

  /** The ids of what was sent, by key. */
  ofKey(ids: readonly string[], key: string): string[] {
    return ids.filter((id) => this.keys.get(id) === key);
  }

  #handle(delivery: OpenDelivery): Subscription {
    const { id, key } = delivery.message;
    const holder = key === undefined ? undefined : this.busy.get(key);
    if (holder !== undefined && holder !== id) this.faults.push(`${id} overtook ${holder}`);
    if (key !== undefined) this.busy.set(key, id);
    if (delivery.attempt === 1) this.begun.push({ id, key });
    this.look();
    const { act, after } = this.acts[this.calls++ % this.acts.length] ?? { act: 'ack', after: 0 };
    const work = new Subscription(() => this.torn.push(id));
    if (after === 0) doIt(act, delivery);
    else {
      work.add(
        timer(after, this.clock.scheduler)
          .pipe(tap(() => doIt(act, delivery)))
          .subscribe(),
      );
    }
    return work;
  }
}

function doIt(act: Act, delivery: OpenDelivery): void {
  if (act === 'ack' || act === 'twice') delivery.ack();
  if (act === 'nak' || act === 'twice') delivery.nak();
  if (act === 'nak now') delivery.nak(0);
  if (act === 'fail' || act === 'twice') delivery.fail('why');
  if (act === 'term') delivery.term('why');
}

const play = (world: World, steps: readonly Step[]) => {
  for (const { send, advance } of steps) {
    for (const key of send) world.send(key);
    world.clock.advance(advance);
    world.look();
  }
};

describe(DeliveryQueue.name, () => {
  it('gives every message one end, whatever handlers do, and keeps the order of keys', () => {
    fc.assert(
      fc.property(fc.record(aRun), ({ steps, acts, ...options }) => {
        const world = new World(acts, options);
        play(world, steps);
        world.clock.advance(100_000);
        const ids = [...world.keys.keys()];
        const begun = world.begun.map(({ id }) => id);

        expect(ids.map((id) => world.ends.get(id)?.length)).toEqual(ids.map(() => 1));
        expect(
          [...world.ends.values()].flat().filter((end) => end !== 'acked' && end !== 'dead'),
        ).toEqual([]);
        expect(world.faults).toEqual([]);
        expect(world.mostInFlight).toBeLessThanOrEqual(options.maxInFlight);
        expect(world.calls).toBeLessThanOrEqual(ids.length * options.maxDeliver);
        expect(world.torn).toHaveLength(world.calls);
        expect([world.queue.waiting, world.queue.inFlight, world.clock.pending]).toEqual([0, 0, 0]);

        for (const key of ['a', 'b', 'c']) {
          expect(world.ofKey(world.acked, key)).toEqual(world.ofKey(world.acked, key).sort());
          expect(world.ofKey(begun, key)).toEqual(world.ofKey(ids, key));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps its bounds, and counts what gave way as an end', () => {
    const overflow = fc.constantFrom('drop-oldest' as const, 'drop-newest' as const);
    const queueLimit = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(fc.record({ ...aRun, overflow, queueLimit }), ({ steps, acts, ...options }) => {
        const world = new World(acts, options);
        play(world, steps);
        world.clock.advance(100_000);
        const ids = [...world.keys.keys()];

        expect(ids.map((id) => world.ends.get(id)?.length)).toEqual(ids.map(() => 1));
        expect(world.faults).toEqual([]);
        expect(world.mostInFlight).toBeLessThanOrEqual(options.maxInFlight);
        expect(world.mostWaiting).toBeLessThanOrEqual(options.queueLimit + 1);
        expect([world.queue.waiting, world.queue.inFlight, world.clock.pending]).toEqual([0, 0, 0]);

        for (const key of ['a', 'b', 'c']) {
          expect(world.ofKey(world.acked, key)).toEqual(world.ofKey(world.acked, key).sort());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leaves nothing running, whenever it is closed', () => {
    fc.assert(
      fc.property(fc.record(aRun), ({ steps, acts, ...options }) => {
        const world = new World(acts, options);
        play(world, steps);
        world.queue.close();
        const before = [world.calls, world.ends.size];

        expect(world.clock.pending).toBe(0);
        expect(world.torn).toHaveLength(world.calls);

        world.send('a');
        world.clock.advance(100_000);

        expect([world.calls, world.ends.size]).toEqual(before);
      }),
    );
  });

  it('ends when no more comes and all have their end', () => {
    fc.assert(
      fc.property(fc.record(aRun), fc.boolean(), ({ steps, acts, ...options }, early) => {
        const clock = new ManualClock();
        let ended = 0;
        let open = 0;
        const queue = new DeliveryQueue(
          CONSUMER.resolve({ backoff: constantBackoff(7), ackWait: 15, ...options }),
          { clock, random: seededRandom(1), contextOf: () => undefined },
          {
            deliver: (delivery) => doIt(acts[open % acts.length]?.act ?? 'ack', delivery),
            acked: () => open--,
            gaveUp: () => open--,
            dropped: () => undefined,
            duplicate: () => undefined,
            retrying: () => undefined,
            ended: () => {
              ended++;

              expect(open).toBe(0);
            },
          },
        );
        let id = 0;
        for (const key of steps.flatMap(({ send }) => send)) {
          open++;
          queue.accept(aMessage('t', { id: `${id++}`, key }));
        }
        if (!early) clock.advance(100_000);
        queue.complete();
        clock.advance(100_000);

        expect([ended, clock.pending]).toEqual([1, 0]);
      }),
    );
  });
});
