import { EVENT_LOG, EventStoreService } from 'rx-mesh/event-sourcing';
import { setTimeout as wait } from 'node:timers/promises';
import { NatsWorld } from '../spec-support/nats-world';
import { anEvent } from '../spec-support/contracts/event-log';
import { withJetStream } from './with-jetstream';

const world = new NatsWorld();

beforeAll(async () => world.start());
afterAll(async () => world.dispose());

const STREAMS = 4;

describe(withJetStream.name, () => {
  it('loses nothing, stores nothing twice and keeps the order while the server is killed twice', async () => {
    const features = withJetStream({ stream: 'EVENTS', subject: 'shop.events' }).ɵproviders;
    const options = { requestTimeout: 1000, reconnect: () => 100, linger: 1000 };
    const app = world.application(features, options);
    const log = app.get(EVENT_LOG);
    const reader = world.peer(features).get(EventStoreService);
    const seen: string[] = [];
    const reading = reader.subscribeToAll().subscribe((item) => {
      if (item.type === 'event') seen.push(item.event.id);
    });
    const acked: string[] = [];
    const tries = { all: 0, repeated: 0 };
    const state = { isOver: false };

    // One writer for each of some streams and one for all of them, each of which repeats what it does not know, in order.
    const write = async (writer: number): Promise<void> => {
      for (let at = 0; !state.isOver; at++) {
        const stream = writer === STREAMS ? 'all' : `order-${writer}`;
        const events = [anEvent(`${writer}.${at}.a`), anEvent(`${writer}.${at}.b`)];
        const expected = writer % 2 === 0 ? at * 2 : 'any';
        for (;;) {
          tries.all++;
          const result = await log
            .append({ stream, events, timestamp: at }, expected)
            .catch((error: unknown) => error as { code: string });
          if ('code' in result) {
            // Anything else would be a wrong answer.
            if (result.code !== 'RXM505') throw new Error(`writer ${writer}: ${result.code}`);
            await wait(20);
            continue;
          }
          if (result.duplicate) tries.repeated++;
          if (result.version !== at * 2 + 2) throw new Error(`${stream} is at ${result.version}`);
          acked.push(...events.map(({ id }) => id));
          break;
        }
      }
    };
    const writers = Array.from({ length: STREAMS + 1 }, async (_, writer) => write(writer));
    const down = async (pause: number): Promise<void> => {
      const before = acked.length;
      await world.until(() => acked.length > before + 1000);
      await world.server.stop('SIGKILL');
      await wait(pause);
      await world.server.start();
    };
    await down(1500);
    await down(300);
    const before = acked.length;
    await world.until(() => acked.length > before + 1000);
    state.isOver = true;
    await Promise.all(writers);
    const stored: string[] = [];
    const versions = new Map<string, number[]>();
    let after = 0;
    for (let isOver = false; !isOver;) {
      const page = await log.readAll({ after, max: 1000 });
      for (const { id, stream, version } of page.events) {
        stored.push(id);
        versions.set(stream, [...(versions.get(stream) ?? []), version]);
      }
      [after, isOver] = [page.next, page.end];
    }
    await world.until(() => seen.length >= stored.length);
    reading.unsubscribe();

    expect(stored).toHaveLength(acked.length);
    expect(new Set(stored)).toEqual(new Set(acked));
    expect(new Set(stored).size).toBe(stored.length);
    expect(seen).toEqual(stored);
    for (const list of versions.values()) expect(list).toEqual(list.map((_, at) => at + 1));
    expect(tries.all).toBeGreaterThan(acked.length / 2);
    // What it has run with, for whoever reads the report.
    process.stdout.write(`kill test: ${JSON.stringify({ acked: acked.length, stored: stored.length, seen: seen.length, ...tries })}\n`); // prettier-ignore
  }, 120_000);

  it('does not wait for ever for a server that is not there', async () => {
    await world.server.stop('SIGKILL');
    const log = world.application(withJetStream({ stream: 'OTHERS' }).ɵproviders).get(EVENT_LOG);
    await expect(log.head()).rejects.toMatchObject({ code: 'RXM505' });
    await world.server.start();
    await expect(log.head()).resolves.toMatchObject({ position: 0 });
  }, 60_000);
});
