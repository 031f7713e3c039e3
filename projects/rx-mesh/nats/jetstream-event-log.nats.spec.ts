import { headers } from '@nats-io/nats-core';
import { seededRandom, systemClock } from 'rx-mesh/kernel';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { anEvent, append, describeEventLog, readLog, readWhole } from '../spec-support/contracts/event-log'; // prettier-ignore
import { denseLog } from '../spec-support/dense-log';
import { type JetStreamClient, jetStreamClient } from '../spec-support/jetstream-client';
import { type NatsServer, startNatsServer } from '../spec-support/nats-server';
import { JetStreamEventLog } from './jetstream-event-log';
import { JETSTREAM_LOG, type JetStreamOptions } from './jetstream-options';

const world = {} as { server: NatsServer; client: JetStreamClient; other: JetStreamClient };
const streams: string[] = [];
const diagnostics = new RecordingDiagnostics();

beforeAll(async () => {
  world.server = await startNatsServer();
  world.client = await jetStreamClient(world.server.url);
  world.other = await jetStreamClient(world.server.url);
});
beforeEach(() => diagnostics.clear());
afterAll(async () => {
  await world.client.close();
  await world.other.close();
  await world.server.dispose();
});

const open = (options: Partial<JetStreamOptions> = {}, by = world.client) => {
  const stream = options.stream ?? `LOG${streams.push('')}`;
  const core = async () => Promise.resolve({ headers, wsconnect: undefined as never });
  const values = JETSTREAM_LOG.resolve({ storage: 'memory', subject: stream, ...options, stream });
  const { access } = by;
  return new JetStreamEventLog(values, { access, modules: { core }, clock: systemClock, random: seededRandom(1), diagnostics }); // prettier-ignore
};
const firstOf = (position: number) => Math.floor(position / 1024) * 1024;

describeEventLog(JetStreamEventLog.name, () => ({ log: denseLog(open(), firstOf) }));

describe(JetStreamEventLog.name, () => {
  it('says what it is', () => {
    expect(open({ stream: 'EVENTS', truncate: false })).toMatchObject({
      name: 'EVENTS',
      durability: 'server',
      capabilities: { crossTab: true, crossClient: true, backwardRead: true, truncate: false, unit: 'commit' }, // prettier-ignore
    });
  });

  it('gives positions by the sequence of the message', async () => {
    const log = open();
    const first = await append(log, 's', ['a', 'b']);
    const second = await append(log, 's', ['c']);

    expect([first.position, second.position]).toEqual([1025, 2048]);
    expect((await readLog(log)).map(({ position }) => position)).toEqual([1024, 1025, 2048]);
    expect(await readLog(log, 1)).toHaveLength(3);
  });

  it('lets two clients append at once without a gap, a double or a loss', async () => {
    const logs = [open(), open({ stream: `LOG${streams.length}` }, world.other)];
    const ends = await Promise.allSettled(
      Array.from({ length: 60 }, async (_, at) => append(logs[at % 2] ?? open(), 's', [`e${at}`, `f${at}`])), // prettier-ignore
    );
    const events = await readWhole(logs[0] ?? open(), 's');

    expect(ends.map(({ status }) => status)).toEqual(ends.map(() => 'fulfilled'));
    expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 120 }, (_, at) => at + 1)); // prettier-ignore
    expect(new Set(events.map(({ id }) => id)).size).toBe(120);
  });

  it('lets one of two clients win that expect the same', async () => {
    const log = open();
    const rival = open({ stream: log.name }, world.other);
    await append(log, 's', ['a']);
    const ends = await Promise.allSettled(
      Array.from({ length: 20 }, async (_, at) => append(at % 2 ? log : rival, 's', [`b${at}`], 1)),
    );
    const refusals = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as object] : [])); // prettier-ignore

    expect(refusals).toHaveLength(19);
    expect(refusals).toEqual(refusals.map(() => expect.objectContaining({ code: 'RXM501', expected: 1, actual: 2 }) as object)); // prettier-ignore
  });

  it('knows a repetition by another client: at a version for ever, else within the window', async () => {
    const log = open({ duplicateWindow: 100 });
    const first = await append(log, 's', ['a', 'b'], 0);
    await append(log, 's', ['c']);
    const rival = () => open({ stream: log.name }, world.other);
    const atOnce = await append(rival(), 's', ['c'], 'any');
    await new Promise((resolve) => systemClock.scheduler.schedule(() => resolve(0), 400));

    expect(atOnce).toMatchObject({ version: 3, duplicate: true });
    expect(await append(rival(), 's', ['a', 'b'], 0)).toEqual({ ...first, duplicate: true });
    await expect(append(rival(), 's', ['a', 'x'], 0)).rejects.toMatchObject({ code: 'RXM502' });
    await expect(append(rival(), 's', ['x'], 0)).rejects.toMatchObject({
      code: 'RXM501',
      actual: 3,
    });
    await expect(append(rival(), 's', ['c'], 3)).rejects.toMatchObject({ code: 'RXM502' });
  });

  it('takes names that no subject can hold', async () => {
    const log = open();
    const names = ['a.b', 'a b-c.d*>', '-', 'x-', 'ü-ß', 'plain', 'a-b-c'];
    for (const name of names) await append(log, name, [`of ${name}`]);
    const heads = await log.streams();

    expect(heads.map(({ stream }) => stream)).toEqual([...names].sort());
    expect((await log.readStream('a b-c.d*>')).events).toMatchObject([{ id: 'of a b-c.d*>' }]);
    expect((await log.readAll({ filter: { category: 'a' } })).events).toMatchObject([{ stream: 'a-b-c' }]); // prettier-ignore
    await expect(append(log, '\ud800', ['z'])).rejects.toMatchObject({ code: 'RXM500' });
    await expect(append(log, 'x'.repeat(2000), ['z'])).rejects.toMatchObject({ code: 'RXM500' });
  });

  it('refuses what is larger than a message before it is sent', async () => {
    const log = open();
    const data = 'x'.repeat(1_048_576);
    const commit = { stream: 's', events: [anEvent('a', { data })], timestamp: 1 };
    const many = Array.from({ length: 1025 }, (_, at) => `e${at}`);

    await expect(log.append(commit, 'any')).rejects.toMatchObject({ code: 'RXM500' });
    await expect(append(log, 's', many)).rejects.toMatchObject({ code: 'RXM500' });
    await expect(append(log, 's', many.slice(1))).resolves.toMatchObject({ version: 1024 });
    expect((await readLog(log)).at(-1)).toMatchObject({ position: 1024 + 1023 });
  });

  it('reads long streams from anywhere, either way', async () => {
    const log = open();
    for (let at = 1; at <= 700; at++) await append(log, at % 7 === 0 ? 't' : 's', [`e${at}`]);
    const versions = async (from: number, direction: 'forward' | 'backward', max = 3) =>
      (await log.readStream('s', { from, direction, max })).events.map(({ version }) => version);

    expect((await readWhole(log, 's', 'forward', 250)).map(({ version }) => version)).toEqual(Array.from({ length: 600 }, (_, at) => at + 1)); // prettier-ignore
    expect((await readWhole(log, 's', 'backward', 250)).map(({ version }) => version)).toEqual(Array.from({ length: 600 }, (_, at) => 600 - at)); // prettier-ignore
    expect(await readLog(log, 1000)).toHaveLength(700);
    expect(await versions(333, 'forward')).toEqual([333, 334, 335]);
    expect(await versions(333, 'backward')).toEqual([333, 332, 331]);
    expect(await versions(600, 'forward')).toEqual([600]);
  }, 30_000);

  it('leaves out what something else has published, tells of it, and refuses to append behind it', async () => {
    const log = open();
    await append(log, 's', ['a']);
    await append(log, 't', ['b']);
    const { js } = world.client;
    await js.publish(
      `${log.name}.t.~`,
      '{"v":1,"stream":"t","first":2,"total":2,"at":1,"events":[{}]}',
    );
    await js.publish(`${log.name}.u.v.w`, 'what');
    await js.publish(
      `${log.name}.v.~`,
      `{"v":1,"stream":"v","first":1,"total":1,"at":1,"events":[${JSON.stringify(anEvent('z')).replace('"data":{', '"data":{"__proto__":{},')}]}`,
    );
    const page = await log.readAll();

    expect(page).toMatchObject({ events: [{ id: 'a' }, { id: 'b' }], next: 5 * 1024, end: true });
    expect((await log.readStream('t')).events).toMatchObject([{ id: 'b' }]);
    expect((await log.readStream('t', { direction: 'backward' })).events).toMatchObject([{ id: 'b' }]); // prettier-ignore
    await expect(append(log, 't', ['c'])).rejects.toMatchObject({ code: 'RXM437', sequence: 3 });
    await expect(append(log, 's', ['d'])).resolves.toMatchObject({ version: 2 });
    expect(diagnostics.codes).toEqual(['RXM436', 'RXM436', 'RXM436']);
  });

  it('is not deceived by a message with its id', async () => {
    const log = open();
    const spy = jest.spyOn(world.client.js, 'publish');
    await append(log, 's', ['a']);
    const msgID = spy.mock.calls[0]?.[2]?.msgID ?? '';
    spy.mockRestore();
    const victim = open({ subject: `${log.name}x` });
    await victim.head();
    await world.client.js.publish(`${log.name}x.q.~`, 'no commit', { msgID });

    expect(await append(victim, 's', ['a'], 0)).toMatchObject({ version: 1, duplicate: false });
    expect(await readLog(victim)).toHaveLength(1);
  });

  it('is full when the stream is', async () => {
    const log = open({ maxBytes: 2000 });
    const fill = async (): Promise<void> => {
      for (let at = 0; at < 20; at++) await append(log, 's', [`e${at}`]);
    };

    await expect(fill()).rejects.toMatchObject({ code: 'RXM503', log: log.name });
    expect((await readLog(log)).length).toBeGreaterThan(1);
  });

  it.each([
    ['max_age', { max_age: 1e12 }],
    ['max_msgs_per_subject', { max_msgs_per_subject: 5 }],
    ['max_msgs', { max_msgs: 5 }],
    ['max_bytes', { max_bytes: 5000 }],
    ['retention', { retention: 'interest' as const }],
    ['no_ack', { no_ack: true }],
    ['subjects', { subjects: ['elsewhere.>'] }],
  ])('refuses a stream with another %s', async (field, config) => {
    const name = `BAD-${field}`;
    await world.client.manager.streams.add({ name, subjects: [`${name}.>`], ...config });
    await expect(open({ stream: name }).head()).rejects.toMatchObject({ code: 'RXM435', field });
    await world.client.manager.streams.delete(name);
  });

  it('does not create a stream when it must not', async () => {
    const log = open({ create: false });

    await expect(log.head()).rejects.toMatchObject({ code: 'RXM421', failure: 'not-found' });
    await world.client.manager.streams.add({ name: log.name, subjects: [`${log.name}.>`] });
    await expect(log.head()).resolves.toEqual({ position: 0, count: 0 });
  });

  it('tells what other clients append, once, and leaves no consumer behind', async () => {
    const log = open();
    const rival = open({ stream: log.name }, world.other);
    const hints: unknown[] = [];
    const heard = log.hints$.subscribe((hint) => hints.push(hint));
    const until = async (holds: () => boolean | Promise<boolean>) => {
      for (let turn = 0; turn < 200 && !(await holds()); turn++) await log.head();
    };
    await until(() => hints.length > 0);
    await append(rival, 's', ['a', 'b']);
    await until(() => hints.length > 1);
    await append(log, 's', ['c']);
    await append(rival, 's', ['d']);
    await until(() => hints.length > 3);
    heard.unsubscribe();
    const consumers = async () => (await world.client.manager.streams.info(log.name)).state.consumer_count; // prettier-ignore
    await until(async () => (await consumers()) === 0);

    expect(hints).toEqual([{}, { position: 1025 }, { position: 2048 }, { position: 3072 }]);
    expect(await consumers()).toBe(0);
  });

  it('removes whole commits, keeps the version of a stream that has none left, and counts', async () => {
    const log = open();
    await append(log, 's', ['a', 'b']);
    await append(log, 's', ['c']);

    expect(await log.truncate('s', { before: 2 })).toBe(0);
    expect(await log.streamHead('s')).toMatchObject({ version: 3, count: 3 });
    expect(await log.truncate('s', { before: 3 })).toBe(2);
    expect(await log.streamHead('s')).toMatchObject({ version: 3, count: 1 });
    expect(await log.truncate('s', { before: 9 })).toBe(1);
    expect(await log.streamHead('s')).toEqual({
      stream: 's',
      version: 3,
      count: 0,
      timestamp: 1000,
    });
    expect(await log.truncate('s', { before: 9 })).toBe(0);
    expect(await log.truncate('none', { before: 9 })).toBe(0);
    expect(await append(open({ stream: log.name }, world.other), 's', ['a'], 3)).toMatchObject({ version: 4 }); // prettier-ignore
    expect(await log.readStream('s')).toMatchObject({ events: [{ id: 'a', version: 4 }], next: 5, end: true }); // prettier-ignore
    expect((await readWhole(log, 's', 'backward', 1)).map(({ id }) => id)).toEqual(['a']);
  });
});
