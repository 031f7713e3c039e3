import { describeSharedMessageTransport } from '../spec-support/contracts/message-transport';
import { settled } from '../spec-support/settled';
import { stompWorld } from '../spec-support/stomp-world';
import { StompTransport } from './stomp-transport';

describe.each([
  ['with queues that go with it', () => undefined],
  ['with durable queues', (whose: string) => (pattern: string) => `${whose} of ${pattern}`],
])('a transport %s', (_name, queueOf) => {
  describeSharedMessageTransport(StompTransport.name, () => {
    const { broker, transport, peer } = stompWorld({ queue: queueOf('own') });
    return {
      transport,
      peer: peer({ queue: queueOf('peer') }),
      settle: settled,
      open: () => broker.open,
      malformed: () => broker.publish('a', '{"topic":"a"}'),
    };
  });
});
