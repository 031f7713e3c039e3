import { TestBed } from '@angular/core/testing';
import type { MsgHdrs } from '@nats-io/nats-core';
import { MESSAGE_TRANSPORT } from 'rx-mesh/messaging';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { aMessage } from '../spec-support/contracts/message-transport';
import { FakeNats, natsFailure } from '../spec-support/fake-nats';
import { settled } from '../spec-support/settled';
import { withNats } from './nats-connection';
import { DurableHandover } from './nats-durable';
import { NATS_MODULES } from './nats-modules';
import { withNatsTransport } from './with-nats-transport';

interface Publish {
  readonly subject: string;
  readonly msgID: string;
  readonly expect: object;
}

/** A stream whose answers a test gives, and consumers that a test feeds. */
class FakeStream {
  readonly published: Publish[] = [];
  readonly answers: (() => Promise<object>)[] = [];
  readonly consumers: { options: object; consume: object; end: (error?: Error) => void }[] = [];
  readonly deleted: string[] = [];
  lastSequence = 40;
  infoFailure: Error | undefined;
  #callback: ((msg: object) => void) | undefined;

  readonly manager = {
    streams: {
      info: async () => {
        if (this.infoFailure) throw this.infoFailure;
        return Promise.resolve({ state: { last_seq: this.lastSequence } });
      },
    },
  };

  readonly js = {
    publish: async (subject: string, _data: string, { msgID, expect }: Publish) => {
      this.published.push({ subject, msgID, expect });
      return (this.answers.shift() ?? (async () => Promise.resolve({ seq: 1 })))();
    },
    consumers: {
      get: async (name: string, options: object) => Promise.resolve(this.#consumer(name, options)),
    },
  };

  /** Gives a message to the newest consumer. */
  feed(seq: number, payload: unknown, subject = 'p.a'): void {
    const text = JSON.stringify({ v: 1, ...aMessage('a', { payload }) });
    const headers = undefined as MsgHdrs | undefined;
    this.#callback?.({
      seq,
      subject,
      data: new TextEncoder().encode(text),
      headers,
      string: () => text,
    });
  }

  #consumer(name: string, options: object): object {
    return {
      delete: async () => Promise.resolve(this.deleted.push(name)),
      consume: async (consume: { callback: (msg: object) => void }) => {
        this.#callback = consume.callback;
        const closed = new Promise<Error | undefined>((end) => {
          this.consumers.push({ options, consume, end });
        });
        return Promise.resolve({ stop: () => undefined, closed: async () => closed });
      },
    };
  }
}

const setUp = (patience = 5000) => {
  const nats = new FakeNats();
  const stream = new FakeStream();
  nats.makeJetStream = () => stream.js;
  nats.manager = stream.manager;
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withNats({ servers: ['wss://nats.test'], linger: 0 }).ɵproviders,
      ...withNatsTransport({ prefix: 'p', durable: { stream: 'S', patience } }).ɵproviders,
      { provide: NATS_MODULES, useValue: nats },
    ],
  });
  const transport = TestBed.inject(MESSAGE_TRANSPORT);
  const clock = TestBed.inject(ManualClock);
  const send = (id: string, payload: unknown = null) => {
    const told: unknown[] = [];
    const subscription = transport.send(aMessage('a', { id, payload })).subscribe({
      error: (error: unknown) => told.push(error),
      complete: () => told.push('sent'),
    });
    return { told, stop: () => subscription.unsubscribe() };
  };
  const pass = async (time: number) => {
    await settled();
    clock.advance(time);
    await settled();
  };
  const ids = () => stream.published.map(({ msgID }) => msgID);
  return { nats, stream, transport, clock, send, pass, ids };
};

const failing =
  (name: string, more: object = {}) =>
  async (): Promise<object> =>
    Promise.reject(natsFailure(name, name, more));

describe(DurableHandover.name, () => {
  it('tells a message as sent when the stream has it, one after the other', async () => {
    const { stream, send, pass } = setUp();
    const acknowledge: (() => void)[] = [];
    stream.answers.push(async () => new Promise((stored) => acknowledge.push(() => stored({}))));
    const [one, two] = [send('1'), send('2')];
    await settled();

    expect([one.told, two.told, stream.published]).toEqual([
      [],
      [],
      [{ subject: 'p.a', msgID: '1>a', expect: { streamName: 'S' } }],
    ]);

    acknowledge[0]?.();
    await pass(0);

    expect([one.told, two.told, stream.published.length]).toEqual([['sent'], ['sent'], 2]);
  });

  it('sends again with the same id, and nothing behind it before', async () => {
    const { stream, send, pass, ids } = setUp();
    stream.answers.push(failing('TimeoutError'), failing('TimeoutError'));
    const ends = [send('1'), send('2'), send('3')];
    await pass(250);
    await pass(250);
    await pass(250);

    expect(ids()).toEqual(['1>a', '1>a', '1>a', '2>a', '3>a']);
    expect(ends.map(({ told }) => told)).toEqual([['sent'], ['sent'], ['sent']]);
  });

  it('does not wait for an answer that a lost connection cannot bring', async () => {
    const { nats, stream, send, pass, ids } = setUp();
    stream.answers.push(async () => new Promise(() => undefined));
    const { told } = send('1');
    await settled();
    nats.drop();
    await settled();

    expect([ids(), told]).toEqual([['1>a'], []]);

    nats.restore();
    await pass(250);

    expect([ids(), told]).toEqual([['1>a', '1>a'], ['sent']]);
  });

  it('has patience with a stream that is missing, but not for ever', async () => {
    const { stream, send, pass } = setUp(1000);
    const missing = failing('JetStreamNotEnabled');
    stream.answers.push(missing, missing);
    const first = send('1');
    await pass(250);
    await pass(250);

    expect(first.told).toEqual(['sent']);

    stream.answers.push(...Array.from({ length: 9 }, () => missing));
    const second = send('2');
    for (let i = 0; i < 6; i++) await pass(250);

    expect(second.told).toMatchObject([{ code: 'RXM421', failure: 'no-jetstream' }]);
  });

  it('fails a message that the stream refuses, and goes on with the next', async () => {
    const { stream, send } = setUp();
    stream.answers.push(failing('JetStreamApiError', { code: 10_060 }));
    const ends = [send('1'), send('2'), send('3', 'x'.repeat(10_000))];
    await settled();

    expect(ends.map(({ told }) => told)).toMatchObject([
      [{ code: 'RXM421', failure: 'refused', apiCode: 10_060 }],
      ['sent'],
      [{ code: 'RXM400', limit: 10_000 }],
    ]);
  });

  it('does not send what was taken back', async () => {
    const { stream, send, pass, ids } = setUp();
    stream.answers.push(failing('TimeoutError'));
    const [one, two] = [send('1'), send('2')];
    await settled();
    one.stop();
    await pass(250);

    expect([ids(), two.told]).toEqual([['1>a', '2>a'], ['sent']]);
  });
});

describe('a transport with a stream', () => {
  const listen = () => {
    const world = setUp();
    const got: unknown[] = [];
    const subscription = world.transport.receive('a').subscribe({
      next: ({ payload }) => got.push(payload),
      complete: () => got.push('end'),
    });
    return { ...world, got, stop: () => subscription.unsubscribe() };
  };

  it('begins behind the last message that is there, and is quick to see that a server is back', async () => {
    const { stream, got, stop } = listen();
    await settled();
    stream.feed(40, 'old');
    stream.feed(41, 'new');
    stop();
    await settled();

    expect(got).toEqual(['new']);
    expect(stream.consumers).toMatchObject([
      {
        options: { filter_subjects: 'p.a', opt_start_seq: 41 },
        consume: { expires: 5000, idle_heartbeat: 1000 },
      },
    ]);
    expect(stream.deleted).toEqual(['S']);
  });

  it('goes on behind the last one when its consumer has ended', async () => {
    const { stream, got, pass } = listen();
    await settled();
    stream.feed(41, 1);
    stream.consumers[0]?.end();
    await pass(1000);
    stream.feed(41, 1);
    stream.feed(42, 2);
    stream.consumers[1]?.end(natsFailure('TimeoutError'));
    await pass(1000);
    stream.feed(42, 2);
    stream.feed(44, 4);

    expect(got).toEqual([1, 2, 4]);
    expect(stream.consumers.map(({ options }) => options)).toMatchObject([
      { opt_start_seq: 41 },
      { opt_start_seq: 42 },
      { opt_start_seq: 43 },
    ]);
  });

  it('ends when the stream is missing for long', async () => {
    const { stream, got, pass } = listen();
    stream.infoFailure = natsFailure('StreamNotFoundError');
    for (let i = 0; i < 6; i++) await pass(1000);

    expect(got).toEqual(['end']);
    expect(TestBed.inject(RecordingDiagnostics).records).toMatchObject([
      { code: 'RXM421', cause: { failure: 'not-found' } },
    ]);
  });

  it('makes no consumer when it was left meanwhile', async () => {
    const { stream, stop, nats } = listen();
    await Promise.resolve();
    stop();
    await settled();

    expect([stream.consumers, nats.open]).toEqual([[], 0]);
  });
});
