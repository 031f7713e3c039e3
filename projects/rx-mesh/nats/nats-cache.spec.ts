import { TestBed } from '@angular/core/testing';
import { REMOTE_CACHE } from 'rx-mesh/caching';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { FakeNats, natsFailure } from '../spec-support/fake-nats';
import { settled } from '../spec-support/settled';
import { kvRemoteCache, withNatsCache } from './nats-cache';
import { withNats } from './nats-connection';
import { NATS_MODULES } from './nats-modules';

const setUp = (bucket: object) => {
  const nats = new FakeNats();
  nats.bucket = bucket;
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withNats({ servers: ['wss://nats.test'], linger: 0 }).ɵproviders,
      ...withNatsCache({ bucket: 'b' }).ɵproviders,
      { provide: NATS_MODULES, useValue: nats },
    ],
  });
  return TestBed.inject(REMOTE_CACHE);
};
const api = (code: number) => natsFailure('JetStreamApiError', 'no', { code });

describe(kvRemoteCache.name, () => {
  it.each([
    [api(10_047), 'full'],
    [api(10_077), 'full'],
    [api(10_059), 'refused'],
    [natsFailure('TimeoutError'), 'timeout'],
    [natsFailure('ClosedConnectionError'), 'unreachable'],
    [natsFailure('PermissionViolationError'), 'refused'],
  ])('says of %p that it is %s', async (error, failure) => {
    const told: unknown[] = [];
    const remote = setUp({ put: async () => Promise.reject(error) });
    remote
      ?.write([{ key: 'a', text: '', ttl: 1 }])
      .subscribe({ error: (e: unknown) => told.push(e) });
    await settled();

    expect(told).toMatchObject([{ code: 'RXM704', remote: 'nats', failure }]);
  });

  it('passes on what is a bug', async () => {
    const told: unknown[] = [];
    setUp({})
      ?.read(['\ud800'])
      .subscribe({ error: (reason: unknown) => told.push(reason) });
    await settled();

    expect(told).toEqual([expect.any(InvalidOptionError)]);
  });

  it.each([[{ bucket: '' }], [{ bucket: 'a b' }], [{ bucket: 'b', timeout: 0 }]])(
    'refuses %j',
    (options) => {
      expect(() => withNatsCache(options)).toThrow(InvalidOptionError);
    },
  );

  it('reads what it has written, misses all else, and drops it', async () => {
    const values = new Map<string, string>();
    const remote = setUp({
      get: async (key: string) => {
        const data = values.get(key);
        const found = { key, revision: 1, operation: 'PUT', created: new Date(0) };
        return Promise.resolve(data === undefined ? null : { ...found, string: () => data });
      },
      put: async (key: string, value: string) => {
        values.set(key, value);
        return Promise.resolve(1);
      },
      delete: async (key: string) => Promise.resolve(values.delete(key)),
    });
    const told: unknown[] = [];
    const writes = ['a', 'b', 'c', 'ä'.repeat(1000)].map((key) => ({ key, text: 'x', ttl: 10 }));
    remote?.write(writes).subscribe();
    await settled();

    expect(Array.from(values.keys()).every((key) => key.length < 100)).toBe(true);

    values.set('b', '{');
    values.set('c', '["x"]');
    remote?.read([...writes.map(({ key }) => key), 'd']).subscribe((texts) => told.push(texts));
    await settled();
    remote?.delete(['a']).subscribe();
    await settled();

    expect(told).toEqual([['x', undefined, undefined, 'x', undefined]]);
    expect(values.has('a')).toBe(false);
  });

  it('waits no longer than it may', async () => {
    const told: unknown[] = [];
    const remote = setUp({ get: async () => new Promise(() => undefined) });
    remote?.read(['a']).subscribe({ error: (reason: unknown) => told.push(reason) });
    await settled();
    TestBed.inject(ManualClock).advance(2000);
    await settled();

    expect(told).toMatchObject([{ code: 'RXM704', failure: 'timeout' }]);
  });

  it('is none on a server', () => {
    (globalThis as { ngServerMode?: boolean }).ngServerMode = true;
    TestBed.configureTestingModule({ providers: withNatsCache({ bucket: 'b' }).ɵproviders as [] });
    const remote = TestBed.inject(REMOTE_CACHE);
    (globalThis as { ngServerMode?: boolean }).ngServerMode = false;

    expect(remote).toBeUndefined();
  });
});
