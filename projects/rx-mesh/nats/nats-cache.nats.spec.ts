import type { EnvironmentInjector } from '@angular/core';
import { wsconnect } from '@nats-io/nats-core';
import { REMOTE_CACHE, type RemoteCache } from 'rx-mesh/caching';
import { exponentialBackoff } from 'rx-mesh/kernel';
import { type Observable, lastValueFrom } from 'rxjs';
import { setTimeout as wait } from 'node:timers/promises';
import { describeRemoteCache } from '../spec-support/contracts/remote-cache';
import { NatsWorld } from '../spec-support/nats-world';
import { type NatsCacheOptions, kvRemoteCache, withNatsCache } from './nats-cache';

const world = new NatsWorld();
const applications: EnvironmentInjector[] = [];
const counter = { of: 0 };

beforeAll(() => world.start());
afterAll(() => world.dispose());
afterEach(() => {
  for (const application of applications.splice(0)) application.destroy();
});

const last = async <T>(source: Observable<T>): Promise<T | undefined> =>
  lastValueFrom(source, { defaultValue: undefined });
const failure = async (source: Observable<unknown>): Promise<unknown> =>
  last(source).catch((error: unknown) => error);

const cache = (options: NatsCacheOptions): RemoteCache => {
  const application = world.alone(withNatsCache(options).ɵproviders, {
    reconnect: exponentialBackoff({ initial: 50, max: 300 }),
    requestTimeout: 2000,
  });
  applications.push(application);
  const remote = application.get(REMOTE_CACHE);
  if (!remote) throw new Error('There is no second level.');
  return remote;
};
const bucket = (): string => `cache${counter.of++}`;

describeRemoteCache('kvRemoteCache', () => {
  const options = { bucket: bucket(), maxValueSize: 1_040_000 };
  return {
    remote: cache(options),
    other: cache(options),
    pass: async (time) => wait(time),
    largest: 900_000,
  };
});

describe(`${kvRemoteCache.name} at a real server`, () => {
  it('takes keys that are too long for the server, and holds them apart', async () => {
    const remote = cache({ bucket: bucket() });
    const keys = ['ä', 'ö', 'ü'].map((letter) => letter.repeat(1024));
    await last(remote.write(keys.map((key) => ({ key, text: key.slice(0, 1), ttl: 5000 }))));

    expect(await last(remote.read(keys))).toEqual(['ä', 'ö', 'ü']);
  });

  it('misses what somebody else has written', async () => {
    const name = bucket();
    const remote = cache({ bucket: name });
    await last(remote.write(['a', 'b', 'c'].map((key) => ({ key, text: 'x', ttl: 5000 }))));
    const stranger = await wsconnect({ servers: [world.server.url] });
    stranger.publish(`$KV.${name}.a`, '{');
    stranger.publish(`$KV.${name}.b`, '[9e15,"x","another"]');
    await stranger.flush();
    await stranger.close();

    expect(await last(remote.read(['a', 'b', 'c']))).toEqual([undefined, undefined, 'x']);
  });

  it('says that a text is too large, and that a bucket is full', async () => {
    const small = cache({ bucket: bucket(), maxValueSize: 100 });
    const full = cache({ bucket: bucket(), maxBytes: 2000 });
    const write = { key: 'a', text: 'x'.repeat(1000), ttl: 5000 };
    await last(full.write([write]));

    expect(await failure(small.write([write]))).toMatchObject({
      code: 'RXM704',
      failure: 'too-large',
    });
    expect(await failure(full.write([{ ...write, key: 'b' }]))).toMatchObject({ failure: 'full' });
    expect(await failure(cache({ bucket: bucket(), create: false }).read(['a']))).toMatchObject({
      failure: 'refused',
    });
  });

  it('does not wait for a server that is away, and goes on when it is back', async () => {
    const remote = cache({ bucket: bucket(), timeout: 500 });
    const write = { key: 'a', text: '1', ttl: 60_000 };
    await last(remote.write([write]));
    await world.server.stop('SIGKILL');
    const error = await failure(remote.read(['a']));
    await world.server.start();
    await world.until(async () => Array.isArray(await failure(remote.read(['a']))));

    expect(error).toMatchObject({ code: 'RXM704' });
    expect(await last(remote.read(['a']))).toEqual(['1']);
  });
});
