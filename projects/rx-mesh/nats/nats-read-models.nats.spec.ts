import type { EnvironmentInjector } from '@angular/core';
import { wsconnect } from '@nats-io/nats-core';
import { READ_MODEL_STORAGE, type ReadModelChange } from 'rx-mesh/event-sourcing';
import {
  aParked,
  aWrite,
  describeReadModelStorage,
} from '../spec-support/contracts/read-model-storage';
import { NatsWorld } from '../spec-support/nats-world';
import { NatsReadModels } from './nats-read-models';
import { withNatsReadModels } from './with-nats-read-models';

const world = new NatsWorld();
const counter = { of: 0 };
const injectors: EnvironmentInjector[] = [];

beforeAll(() => world.start());
afterAll(() => world.dispose());
afterEach(() => {
  for (const injector of injectors.splice(0)) injector.destroy();
});

const client = (bucket: string) => {
  const options = { bucket, storage: 'memory' as const };
  const injector = world.alone(withNatsReadModels(options).ɵproviders, { linger: 2000 });
  injectors.push(injector);
  return injector.get(READ_MODEL_STORAGE);
};

const bucket = () => `models${counter.of++}`;

describeReadModelStorage(NatsReadModels.name, () => ({ storage: client(bucket()) }));

describe(`${NatsReadModels.name} of two clients`, () => {
  const two = () => {
    const name = bucket();
    return { name, storage: client(name), other: client(name) };
  };

  it('shows each what the other has written, and tells of it', async () => {
    const { storage, other } = two();
    const heard: ReadModelChange[] = [];
    const listening = other.changes$.subscribe((change) => heard.push(change));
    await other.read('m', 'a');
    await storage.commit({
      checkpoint: 'c',
      expected: 0,
      position: 3,
      timestamp: 5,
      writes: [aWrite('a', 1)],
      parked: [aParked(2)],
    });
    await world.until(() => heard.length > 0);
    listening.unsubscribe();

    expect(heard).toEqual([{ models: ['m'], checkpoint: 'c' }]);
    expect(await other.list('m')).toMatchObject([{ id: 'a', value: 1 }]);
    expect(await other.parked('c')).toEqual([aParked(2)]);
  });

  it('lets one of many win', async () => {
    const { storage, other } = two();
    const commit = { checkpoint: 'c', expected: 0, position: 1, timestamp: 5 };
    const sets = await Promise.allSettled(
      Array.from({ length: 20 }, async (_, at) =>
        (at % 2 ? storage : other).compareAndSet(aWrite('a', at), 0, 5),
      ),
    );
    const commits = await Promise.allSettled(
      [storage, other, storage, other].map(async (each, at) =>
        each.commit({ ...commit, writes: [aWrite('b', at)] }),
      ),
    );
    const reasons = [...sets, ...commits].filter((end) => end.status === 'rejected');

    expect(sets.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(commits.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(new Set(reasons.map(({ reason }) => (reason as { code: string }).code))).toEqual(
      new Set(['RXM511', 'RXM512']),
    );
  });

  it('repeats a commit that broke off: what is done is not done twice', async () => {
    const { name, storage, other } = two();
    await storage.compareAndSet(aWrite('gone', 1, 1), 0, 5);
    const server = await wsconnect({ servers: [world.server.url] });
    const write = (key: string, value: object) =>
      server.request(`$KV.${name}.${key}`, JSON.stringify(value));
    // As a client leaves it that ended before it moved the checkpoint.
    await write('c.c', { name: 'c', position: 0, version: 0, timestamp: 0, by: 'dead' });
    await write('r.m.a', { ...aWrite('a', 7, 4), version: 1, timestamp: 5 });
    await write('r.m.gone', { deleted: 'c', position: 5 });
    await server.close();

    expect(await other.checkpoint('c')).toBeUndefined();
    expect(await other.readMany('m', ['a', 'gone'])).toMatchObject([
      { value: 7, position: 4 },
      { value: undefined, position: 5 },
    ]);

    await other.commit({
      checkpoint: 'c',
      expected: 0,
      position: 5,
      timestamp: 5,
      writes: [aWrite('a', 8, 4), aWrite('gone', undefined, 5), aWrite('b', 1, 5)],
    });

    expect(await storage.readMany('m', ['a', 'gone', 'b'])).toMatchObject([
      { value: 7, version: 1 },
      undefined,
      { value: 1 },
    ]);
    expect(await storage.checkpoint('c')).toMatchObject({ position: 5, version: 1 });
  });

  it('tells what is broken, leaves it out of lists, and lets it be written over', async () => {
    const { name, storage } = two();
    await storage.compareAndSet(aWrite('a', 1), 0, 5);
    const server = await wsconnect({ servers: [world.server.url] });
    await server.request(`$KV.${name}.r.m.b`, '{');
    await server.request(`$KV.${name}.r.m.d`, '{"version":1}');
    await server.close();

    await expect(storage.read('m', 'b')).rejects.toMatchObject({ code: 'RXM514' });
    await expect(storage.read('m', 'd')).rejects.toMatchObject({ code: 'RXM514' });
    expect(await storage.list('m')).toHaveLength(1);

    await storage.compareAndSet(aWrite('b', 2), 0, 5);

    expect(await storage.read('m', 'b')).toMatchObject({ value: 2, version: 1 });
  });
});
