import { MESSAGE_TRANSPORT } from 'rx-mesh/messaging';
import { describeSharedMessageTransport } from '../spec-support/contracts/message-transport';
import { NatsWorld } from '../spec-support/nats-world';
import { NatsConnection } from './nats-connection';
import { NatsTransport } from './nats-transport';
import { type NatsTransportOptions, withNatsTransport } from './with-nats-transport';

const world = new NatsWorld();

beforeAll(async () => {
  await world.start();
  await world.stream(
    'MESSAGES',
    Array.from({ length: 40 }, (_, i) => `d${i}.>`),
  );
});
afterAll(() => world.dispose());

const counter = { of: 0 };

const harness = (options: NatsTransportOptions, time: number) => () => {
  const prefix = `${options.durable ? 'd' : 't'}${counter.of++}`;
  const own = world.application([...withNatsTransport({ ...options, prefix }).ɵproviders]);
  const others = world.peer([...withNatsTransport({ ...options, prefix }).ɵproviders]);
  const stranger = world.peer().get(NatsConnection);
  const connections = [own, others].map((injector) => injector.get(NatsConnection));
  const states = connections.map(({ state$ }) => {
    const state = { of: 'idle' };
    state$.subscribe((is) => (state.of = is));
    return state;
  });
  return {
    transport: own.get(MESSAGE_TRANSPORT),
    peer: others.get(MESSAGE_TRANSPORT),
    settle: async () => {
      await world.until(() => !states.some((state) => state.of === 'connecting'));
      await world.quiet(time);
    },
    open: () => states.filter(({ of }) => of !== 'idle' && of !== 'closed').length,
    malformed: () => {
      stranger
        .run((client) => {
          client.publish(`${prefix}.a`, 'junk');
          return client.flush();
        })
        .subscribe();
    },
  };
};

describeSharedMessageTransport(NatsTransport.name, harness({}, 50));
describeSharedMessageTransport(
  `${NatsTransport.name} with a stream`,
  harness({ durable: { stream: 'MESSAGES' } }, 150),
);
