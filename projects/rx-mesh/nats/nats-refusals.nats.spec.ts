import { TestBed } from '@angular/core/testing';
import {
  MESSAGE_TRANSPORT,
  MessageTooLargeError,
  NoResponderError,
  type Message,
} from 'rx-mesh/messaging';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { lastValueFrom, toArray } from 'rxjs';
import { aMessage } from '../spec-support/contracts/message-transport';
import { NatsWorld } from '../spec-support/nats-world';
import { NatsConnection } from './nats-connection';
import { NatsConnectionError, NatsRequestError } from './nats-errors';
import type { NatsOptions } from './nats-options';
import { NatsTransport } from './nats-transport';
import { type NatsTransportOptions, withNatsTransport } from './with-nats-transport';

const world = new NatsWorld();

beforeAll(() =>
  world.start({
    config: `authorization {
  users = [
    { user: "all", password: "p" }
    { user: "some", password: "p", permissions: {
      publish: { deny: ["p.secret"] }
      subscribe: { deny: ["p.hidden"] }
    } }
  ]
}`,
  }),
);
afterAll(() => world.dispose());
afterEach(() => {
  TestBed.resetTestingModule();
});

const setUp = (options: NatsTransportOptions = {}, login: Partial<NatsOptions> = {}) => {
  const feature = withNatsTransport({ prefix: 'p', ...options });
  const application = world.application([...feature.ɵproviders], {
    user: 'some',
    password: 'p',
    ...login,
  });
  const transport = application.get(MESSAGE_TRANSPORT);
  const send = async (message: Message): Promise<unknown> =>
    lastValueFrom(transport.send(message), { defaultValue: 'sent' }).catch((e: unknown) => e);
  return { transport, send, application };
};

describe(`${NatsTransport.name} at a real server that refuses`, () => {
  it('says that the user may not send, though the server says it aside', async () => {
    const { send } = setUp();
    const ends = await Promise.all([
      send(aMessage('open')),
      send(aMessage('secret')),
      send(aMessage('open')),
    ]);

    expect([ends[0], ends[2]]).toEqual(['sent', 'sent']);
    expect(ends[1]).toBeInstanceOf(NatsRequestError);
    expect(ends[1]).toMatchObject({ failure: 'denied' });
  });

  it('completes for who may not hear, and tells it', async () => {
    const { transport } = setUp();
    const got = await lastValueFrom(transport.receive('hidden').pipe(toArray()), {
      defaultValue: [],
    });

    expect(got).toEqual([]);
    expect(TestBed.inject(RecordingDiagnostics).records).toMatchObject([
      { code: 'RXM421', severity: 'error', cause: { failure: 'denied' } },
    ]);
  });

  it('gives up when the credentials are wrong', async () => {
    const { send, application } = setUp({}, { password: 'wrong' });
    const error = await send(aMessage('open'));

    expect(error).toBeInstanceOf(NatsConnectionError);
    expect(error).toMatchObject({ failure: 'authentication' });
    expect(
      await lastValueFrom(application.get(NatsConnection).client$, { defaultValue: 'none' }).catch(
        (e: unknown) => e,
      ),
    ).toMatchObject({ failure: 'authentication' });
  });

  it('knows when nobody responds, and when somebody does', async () => {
    const { transport, send } = setUp();
    const nobody = await send(aMessage('ask', { replyTo: 'answers' }));
    const hearing = transport.receive('ask').subscribe();
    const somebody = await Promise.all([
      send(aMessage('ask', { replyTo: 'answers' })),
      send(aMessage('other', { replyTo: 'answers' })),
      send(aMessage('other')),
    ]);
    hearing.unsubscribe();

    expect(nobody).toEqual(new NoResponderError('ask'));
    expect(somebody).toEqual(['sent', new NoResponderError('other'), 'sent']);
  });

  it('refuses before it sends what is too large for the server', async () => {
    const { send } = setUp({ maxMessageSize: 10_000_000 });
    const tooLarge = await send(aMessage('open', { payload: 'x'.repeat(1_048_576) }));

    expect(tooLarge).toBeInstanceOf(MessageTooLargeError);
    expect(await send(aMessage('open', { payload: 'x'.repeat(1_000_000) }))).toBe('sent');
  });

  it('takes what other clients send, if it is told to', async () => {
    const { transport, application } = setUp({ plain: true });
    const got: Message[] = [];
    transport.receive('>').subscribe((message) => got.push(message));
    const core = await import('@nats-io/nats-core');
    await lastValueFrom(
      application.get(NatsConnection).run((client) => {
        const headers = core.headers();
        headers.set('Traceparent', '00-1-2-01');
        headers.set('Nats-Msg-Id', 'theirs');
        client.publish('p.a.b', '{"n":1}', { headers });
        client.publish('p.a.c');
        return client.flush();
      }),
      { defaultValue: undefined },
    );
    await world.until(() => got.length === 2);

    expect(got).toMatchObject([
      { topic: 'a.b', id: 'theirs', payload: { n: 1 }, headers: { traceparent: '00-1-2-01' } },
      { topic: 'a.c', payload: null, headers: {} },
    ]);
  });
});
