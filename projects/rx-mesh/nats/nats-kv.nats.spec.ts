import { TestBed } from '@angular/core/testing';
import { wsconnect } from '@nats-io/nats-core';
import { exponentialBackoff } from 'rx-mesh/kernel';
import { MessageTooLargeError } from 'rx-mesh/messaging';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { type Observable, lastValueFrom } from 'rxjs';
import { NatsWorld } from '../spec-support/nats-world';
import {
  NatsConflictError,
  NatsRequestError,
  NatsServerTooOldError,
  NatsValueError,
} from './nats-errors';
import { NatsKv, natsKv } from './nats-kv';
import type { NatsKvEntry, NatsKey } from './nats-kv-format';
import type { NatsKvOptions } from './nats-kv-options';

const world = new NatsWorld();
const counter = { of: 0 };

beforeAll(() => world.start());
afterAll(() => world.dispose());
afterEach(() => {
  TestBed.resetTestingModule();
});

const last = async <T>(source: Observable<T>): Promise<T | undefined> =>
  lastValueFrom(source, { defaultValue: undefined });

const setUp = (options: Partial<NatsKvOptions> = {}) => {
  world.application([], {
    reconnect: exponentialBackoff({ initial: 50, max: 300 }),
    requestTimeout: 2000,
  });
  const bucket = `b${counter.of++}`;
  const kv = TestBed.runInInjectionContext(() => natsKv({ bucket, ...options }));
  const get = async (key: NatsKey) => (await last(kv.get(key)))?.value;
  return { bucket, kv, get };
};

describe(`${NatsKv.name} at a real server`, () => {
  it('creates, reads, updates and deletes', async () => {
    const { kv, get } = setUp();

    expect(await get('a')).toBeUndefined();

    const first = (await last(kv.create('a', { n: 1 }))) ?? 0;
    const second = await last(kv.update('a', { n: 2 }, first));

    expect(second).toBeGreaterThan(first);
    expect(await last(kv.get('a'))).toMatchObject({
      key: ['a'],
      value: { n: 2 },
      revision: second,
    });

    await last(kv.delete('a', second));

    expect(await get('a')).toBeUndefined();

    await last(kv.create('a', null));

    expect(await get('a')).toBeNull();
  });

  it.each<[string, (kv: NatsKv, revision: number) => unknown]>([
    ['creates what is there', (kv) => last(kv.create('a', 2))],
    ['updates an old revision', (kv, revision) => last(kv.update('a', 2, revision - 1))],
    ['deletes an old revision', (kv, revision) => last(kv.delete('a', revision - 1))],
  ])('tells a conflict with the revision that is there to who %s', async (_what, work) => {
    const { bucket, kv, get } = setUp();
    await last(kv.put('other', 0));
    const revision = (await last(kv.put('a', 1))) ?? 0;
    const error: unknown = await Promise.resolve(work(kv, revision)).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(NatsConflictError);
    expect(error).toMatchObject({ bucket, key: 'a', actual: revision });
    expect(await get('a')).toBe(1);
  });

  it('lets one of many win who update at once', async () => {
    const { kv } = setUp();
    const revision = (await last(kv.put('a', 0))) ?? 0;
    const ends = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => last(kv.update('a', n, revision))),
    );
    const lost = ends.filter((end) => end.status === 'rejected');

    expect(ends.length - lost.length).toBe(1);
    expect(lost.every(({ reason }) => reason instanceof NatsConflictError)).toBe(true);
  });

  it.each([['a.b c'], ['*'], ['>'], [''], ['ünïcode/😀'], ['=2E'], ['$JS.API']])(
    'takes %j as a key',
    async (key) => {
      const { kv, get } = setUp();
      await last(kv.put([key, 'x'], 1));
      await last(kv.put([`${key}!`, 'x'], 2));

      expect(await get([key, 'x'])).toBe(1);
      expect(await last(kv.keys(key))).toEqual([[key, 'x']]);
    },
  );

  it('watches what is there and what comes, over a restart of the server', async () => {
    const { kv } = setUp();
    await last(kv.put(['in', 'a'], 1));
    await last(kv.put(['out', 'a'], 1));
    const got: NatsKvEntry[] = [];
    kv.watch('in').subscribe((entry) => got.push(entry));
    await world.until(() => got.length === 1);
    await last(kv.put(['in', 'b'], 2));
    await world.until(() => got.length === 2);
    await world.server.stop('SIGKILL');
    await world.server.start();
    await last(kv.put(['in', 'a'], 3));
    await last(kv.delete(['in', 'b']));
    await world.until(() => got.length === 4);

    expect(got.map(({ key, value }) => [key[1], value])).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['b', undefined],
    ]);
    expect(got.map(({ revision }) => revision)).toEqual([1, 3, 4, 5]);
  });

  it('refuses what is too large before it is sent', async () => {
    const { kv } = setUp({ maxValueSize: 100 });

    await expect(last(kv.put('a', 'x'.repeat(100)))).rejects.toBeInstanceOf(MessageTooLargeError);
  });

  it('leaves out of a watch what is no JSON, and tells it once', async () => {
    const { bucket, kv } = setUp();
    await last(kv.put('a', 1));
    const stranger = await wsconnect({ servers: [world.server.url] });
    stranger.publish(`$KV.${bucket}.b`, '{');
    stranger.publish(`$KV.${bucket}.c`, '{');
    await stranger.flush();
    await last(kv.put('d', 4));
    const got: unknown[] = [];
    kv.watch().subscribe(({ value }) => got.push(value));
    await world.until(() => got.length === 2);
    await stranger.close();

    expect(got).toEqual([1, 4]);
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(['RXM424']);
    await expect(last(kv.get('b'))).rejects.toBeInstanceOf(NatsValueError);
  });

  it('gives no value a time of its own where the server would ignore it', async () => {
    const { kv, get } = setUp();

    await expect(last(kv.create('a', 1, 5000))).rejects.toBeInstanceOf(NatsServerTooOldError);
    expect(await get('a')).toBeUndefined();
  });

  it('lets the server drop values after the age of the bucket', async () => {
    const { kv, get } = setUp({ maxAge: 1000 });
    await last(kv.put('a', 1));

    expect(await get('a')).toBe(1);

    await world.until(async () => (await get('a')) === undefined);
  });

  it('waits for a server that is away, and says when an outcome is not known', async () => {
    const { kv } = setUp();
    await last(kv.put('a', 1));
    const holding = kv.watch().subscribe();
    await world.server.stop('SIGKILL');
    await world.until(async () => {
      const back = last(kv.get('a')).catch((error: unknown) => error);
      await world.server.start();
      return (await back) !== undefined;
    });
    await world.server.freeze(true);
    const error: unknown = await last(kv.put('a', 2)).catch((e: unknown) => e);
    await world.server.freeze(false);
    holding.unsubscribe();

    expect(error).toBeInstanceOf(NatsRequestError);
    expect(error).toMatchObject({ failure: 'timeout' });
  });

  it('says that a bucket is missing that it may not make', async () => {
    const { kv } = setUp({ create: false });

    await expect(last(kv.get('a'))).rejects.toMatchObject({ failure: 'not-found' });
  });
});
