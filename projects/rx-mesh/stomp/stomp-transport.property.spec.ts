import fc from 'fast-check';
import { exponentialBackoff } from 'rx-mesh/kernel';
import { aMessage } from '../spec-support/contracts/message-transport';
import { watched } from '../spec-support/socket-world';
import { stompWorld } from '../spec-support/stomp-world';
import { StompTransport } from './stomp-transport';

const setUp = (maxInFlight: number, durable: boolean) =>
  stompWorld({
    maxInFlight,
    queue: () => (durable ? 'q' : undefined),
    backoff: exponentialBackoff({ initial: 50, max: 400 }),
    connectTimeout: 200,
    stableAfter: 500,
    heartbeat: { outgoing: 600, incoming: 150 },
    receiptTimeout: 1_000_000,
  });

type World = ReturnType<typeof setUp>;

const aStep = fc.oneof(
  fc.constantFrom<(world: World) => void>(
    ({ broker }) => broker.all.at(-1)?.lose(),
    ({ broker }) => broker.all.at(-1)?.lose(1000, 'STOMP died'),
    ({ broker }) => broker.all.at(-1)?.lose(1001),
    ({ broker }) => broker.all.at(-1)?.receive('\n'),
    ({ broker }) => broker.deafen(),
    ({ page }) => page.goOffline(),
    ({ page }) => page.goOnline(),
    ({ events }) => events.next('away'),
    ({ events }) => events.next('back'),
    ({ events }) => events.next('seen'),
    (world) => {
      world.broker.acknowledges = !world.broker.acknowledges;
    },
  ),
  fc.nat({ max: 300 }).map((ms) => (world: World) => world.clock.advance(ms)),
);
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('send' as const, 'rest' as const) },
    { weight: 3, arbitrary: aStep },
    { weight: 1, arbitrary: fc.constantFrom('join' as const, 'leave' as const) },
  ),
  { maxLength: 50 },
);

describe(`${StompTransport.name} under any sequence of events`, () => {
  it('has each message stored at least once, in order but for copies, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        steps,
        async (maxInFlight, durable, sequence) => {
          const world = setUp(maxInFlight, durable);
          const { broker, clock, come, events, page, states, transport } = world;
          const sends: ReturnType<typeof watched>[] = [];
          const got: number[] = [];
          const receivers: { unsubscribe(): void }[] = [];
          const join = () =>
            receivers.push(transport.receive('a').subscribe(({ id }) => got.push(Number(id))));
          if (durable) join();
          // From then on there is a queue.
          await come();
          for (const step of sequence) {
            const id = String(sends.length);
            if (step === 'send') sends.push(watched(transport.send(aMessage('a', { id }))));
            else if (step === 'rest') await come();
            else if (step === 'join') join();
            else if (step === 'leave') receivers.pop()?.unsubscribe();
            else step(world);

            expect(broker.open).toBeLessThanOrEqual(1);
          }
          page.goOnline();
          events.next('back');
          broker.acknowledges = true;
          broker.all.at(-1)?.lose();
          if (receivers.length === 0) join();
          for (let turn = 0; turn < 30; turn++) await come(100);

          // A message is refused when it was alone under way at two deaths of the broker: it is a suspect then.
          const refused = sends.flatMap(({ heard }, at) => (heard[0] === 'completed' ? [] : [at]));
          const firsts = [...new Set(broker.stored.map(Number))];

          expect(sends.map(({ heard }) => heard.length)).toEqual(sends.map(() => 1));
          expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
          expect(sends.map((_, at) => at).filter((at) => !firsts.includes(at))).toEqual(
            refused.filter((at) => !firsts.includes(at)),
          );

          const missed = durable ? firsts.filter((each) => !got.includes(each)) : [];

          expect(missed).toEqual([]);

          for (const receiver of receivers) receiver.unsubscribe();

          expect([clock.pending, broker.open, states.at(-1)]).toEqual([0, 0, 'disconnected']);
          expect(events.observed).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
