import { EnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { exponentialBackoff } from 'rx-mesh/kernel';
import { MessageBrokerService } from 'rx-mesh/messaging';
import { setTimeout as wait } from 'node:timers/promises';
import { aMessage } from '../spec-support/contracts/message-transport';
import { RabbitMq } from '../spec-support/rabbitmq';
import { WatchedSockets, stompApplication } from '../spec-support/stomp-application';
import { StompTransport } from './stomp-transport';

const broker = new RabbitMq();
const COUNT = 3000;
const ROUND = 1000; // messages with a kill among them

beforeAll(async () => {
  await Promise.all([broker.start(), import('@stomp/rx-stomp'), import('@stomp/stompjs')]);
});
afterAll(() => broker.dispose());

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await wait(10);
};
const numbers = Array.from({ length: COUNT }, (_, n) => n);

describe(`${StompTransport.name} while RabbitMQ is killed and started again`, () => {
  it('loses nothing that was acknowledged, keeps the order, and has copies with the same id only', async () => {
    const sockets = new WatchedSockets();
    const application = (queue?: string) =>
      stompApplication(
        TestBed.inject(EnvironmentInjector),
        {
          url: broker.url,
          queue: () => queue,
          prefetch: 20,
          maxOutbox: COUNT,
          receiptTimeout: 300_000,
          backoff: exponentialBackoff({ initial: 100, max: 1000 }),
          connectTimeout: 5000,
        },
        sockets,
      );
    const [publisher, consumer, witness] = [
      application(),
      application('consumed'),
      application('witnessed'),
    ];
    // One consumer as applications have it, with its window of known ids; one that sees all copies.
    const handled: number[] = [];
    consumer.injector
      .get(MessageBrokerService)
      .consume<number>('kill.>', ({ payload }) => void handled.push(payload), {
        dedupeWindow: 300_000,
        queueLimit: COUNT,
      })
      .subscribe();
    const seen: { readonly id: string; readonly n: number }[] = [];
    witness.transport
      .receive('kill.>')
      .subscribe(({ id, payload }) => seen.push({ id, n: Number(payload) }));
    await sockets.quiet();

    const acknowledged: number[] = [];
    const failed: unknown[] = [];
    let back: Promise<void> = Promise.resolve();
    let afterKills = 0;
    for (const n of numbers) {
      publisher.transport
        .send(aMessage('kill.a', { id: `n${n}`, key: 'k', payload: n }))
        .subscribe({
          complete: () => acknowledged.push(n),
          error: (error: unknown) => failed.push(error),
        });
      if (n % 10 === 0) await wait(5);
      // Under load, without a pause for those who send.
      if (n % ROUND === 300) {
        const before = acknowledged.length;
        back = broker.kill().then(() => broker.restart());
        afterKills += n - before;
      }
      if (n % ROUND < ROUND - 1) continue;
      await back;
      await until(() => acknowledged.length > n - 100);
    }
    await until(() => acknowledged.length + failed.length === COUNT);
    await until(() => handled.length >= COUNT && new Set(seen.map(({ n }) => n)).size === COUNT);
    await sockets.quiet();

    const firsts = [...new Set(seen.map(({ n }) => n))];

    expect(failed).toEqual([]);
    expect(acknowledged).toEqual(numbers);
    expect(firsts).toEqual(numbers);
    expect(seen.every(({ id, n }) => id === `n${n}`)).toBe(true);
    expect(handled).toEqual(numbers);

    process.stdout.write(
      `${COUNT} sent, ${acknowledged.length} acknowledged, ${COUNT / ROUND} kills with ${afterKills} waiting or under way, ${seen.length - COUNT} copies seen, ${handled.length} handled\n`,
    );
    for (const { injector } of [publisher, consumer, witness]) injector.destroy();
    await wait(200);

    expect(sockets.open).toBe(0);
  }, 400_000);

  it('blames no message for a broker that is stopped in peace', async () => {
    const sockets = new WatchedSockets();
    const { injector, transport, diagnostics } = stompApplication(
      TestBed.inject(EnvironmentInjector),
      { url: broker.url, receiptTimeout: 120_000, maxOutbox: COUNT },
      sockets,
    );
    const done: unknown[] = [];
    for (let n = 0; n < 500; n++) {
      transport.send(aMessage('peace.a', { payload: n })).subscribe({
        complete: () => done.push(n),
        error: (error: unknown) => done.push(error),
      });
      if (n % 10 === 0) await wait(5);
      if (n === 250) broker.ctl('stop_app');
    }
    broker.ctl('start_app');
    await until(() => done.length === 500);
    injector.destroy();

    expect(done).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(diagnostics.codes).toContain('RXM418');
  });
});
