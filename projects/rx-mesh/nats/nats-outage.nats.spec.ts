import { TestBed } from '@angular/core/testing';
import { exponentialBackoff, systemClock } from 'rx-mesh/kernel';
import { MESSAGE_TRANSPORT, type MessageTransport } from 'rx-mesh/messaging';
import { lastValueFrom } from 'rxjs';
import { setTimeout as wait } from 'node:timers/promises';
import { aMessage } from '../spec-support/contracts/message-transport';
import { NatsWorld } from '../spec-support/nats-world';
import { NatsConnection } from './nats-connection';
import { NatsTransport } from './nats-transport';
import { type NatsTransportOptions, withNatsTransport } from './with-nats-transport';

const world = new NatsWorld();
const quick = { reconnect: exponentialBackoff({ initial: 50, max: 300 }) };

beforeAll(async () => {
  await world.start();
  await world.stream('KILLED', ['killed.>']);
});
afterAll(() => world.dispose());

afterEach(() => {
  TestBed.resetTestingModule();
});

const setUp = (options: NatsTransportOptions) => {
  const application = world.application([...withNatsTransport(options).ɵproviders], quick);
  const transport = application.get(MESSAGE_TRANSPORT);
  return { nats: application.get(NatsConnection), transport };
};

const listen = (transport: MessageTransport) => {
  const got: number[] = [];
  transport.receive('>').subscribe(({ payload }) => got.push(payload as number));
  return got;
};

const send = (transport: MessageTransport, payload: number): Promise<unknown> =>
  lastValueFrom(transport.send(aMessage('a', { payload })), { defaultValue: payload });

describe(`${NatsTransport.name} while the server is away`, () => {
  it('keeps messages until it is back, and tells none as sent before', async () => {
    const { nats, transport } = setUp({ prefix: 'away' });
    const states: string[] = [];
    nats.state$.subscribe((state) => states.push(state));
    const got = listen(transport);
    await send(transport, 0);
    await world.server.stop('SIGKILL');
    const sent: unknown[] = [];
    for (let i = 1; i <= 500; i++) void send(transport, i).then((n) => sent.push(n));
    await wait(1200);

    expect([sent, got]).toEqual([[], [0]]);

    await world.server.start();
    await world.until(() => got.length >= 501);

    expect(got).toEqual(Array.from({ length: 501 }, (_, i) => i));
    expect(sent).toHaveLength(500);
    expect(states.filter((state) => state === 'connected')).toHaveLength(2);
    expect(states.every((state, i) => state !== states[i + 1])).toBe(true);
  });

  it('tells nothing as sent that a frozen server has not read', async () => {
    const { transport } = setUp({ prefix: 'frozen' });
    const got = listen(transport);
    await send(transport, 0);
    await world.server.freeze(true);
    const sent: unknown[] = [];
    for (let i = 1; i <= 100; i++) void send(transport, i).then((n) => sent.push(n));
    await wait(500);

    expect([sent, got]).toEqual([[], [0]]);

    await world.server.freeze(false);
    await world.until(() => sent.length === 100);
    await world.until(() => got.length === 101);

    expect(got).toEqual(Array.from({ length: 101 }, (_, i) => i));
  });

  it('loses, repeats and reorders nothing in a stream, though the server is killed twice', async () => {
    const { transport } = setUp({ prefix: 'killed', durable: { stream: 'KILLED' } });
    const got = listen(transport);
    await wait(300);
    const acknowledged: unknown[] = [];
    const running = { yes: true };
    const publishing = (async () => {
      for (let i = 0; running.yes;) {
        // Four at once, so that some are under way at any time.
        const burst = Array.from({ length: 4 }, () => send(transport, i++));
        for (const one of burst) acknowledged.push(await one);
      }
    })();
    const times: number[] = [];
    for (const [signal, away] of [
      ['SIGKILL', 1500],
      ['SIGKILL', 300],
      ['SIGTERM', 700],
    ] as const) {
      await wait(700);
      await world.server.stop(signal);
      await wait(away);
      const before = got.length;
      await world.server.start();
      const start = systemClock.monotonic();
      await world.until(() => got.length > before);
      times.push(Math.round(systemClock.monotonic() - start));
    }
    await wait(500);
    running.yes = false;
    await publishing;
    await world.until(() => got.length >= acknowledged.length);
    await wait(300);

    expect(acknowledged.length).toBeGreaterThan(500);
    expect(got).toEqual(acknowledged);
    expect(got).toEqual(Array.from({ length: got.length }, (_, i) => i));
    expect(Math.max(...times)).toBeLessThan(8000);
  });
});
