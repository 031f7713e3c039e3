import { TestBed } from '@angular/core/testing';
import type { KvEntry } from '@nats-io/kv';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import type { Observable } from 'rxjs';
import { FakeNats, natsFailure } from '../spec-support/fake-nats';
import { settled } from '../spec-support/settled';
import { withNats } from './nats-connection';
import { NatsKv, natsKv } from './nats-kv';
import type { NatsKvOptions } from './nats-kv-options';
import { NATS_MODULES } from './nats-modules';

const conflict = natsFailure('JetStreamApiError', 'wrong last sequence: 7', { code: 10_071 });

const entry = (key: string, revision: number, data: string, operation = 'PUT'): KvEntry =>
  ({
    key,
    revision,
    operation,
    created: new Date(1000),
    string: () => data,
  }) as KvEntry;

const entries = (...list: readonly KvEntry[]) => {
  const iterator = {
    stopped: 0,
    stop: () => iterator.stopped++,
    async *[Symbol.asyncIterator]() {
      for (const each of list) yield await Promise.resolve(each);
    },
  };
  return iterator;
};

const setUp = (bucket: object, options: Partial<NatsKvOptions> = {}) => {
  const nats = new FakeNats();
  nats.bucket = bucket;
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withNats({ servers: ['wss://nats.test'], linger: 0 }).ɵproviders,
      { provide: NATS_MODULES, useValue: nats },
    ],
  });
  const kv = TestBed.runInInjectionContext(() => natsKv({ bucket: 'b', ...options }));
  const told = <T>(source: Observable<T>): unknown[] => {
    const got: unknown[] = [];
    source.subscribe({
      next: (value) => got.push(value),
      error: (error: unknown) => got.push(error),
      complete: () => got.push('end'),
    });
    return got;
  };
  return { nats, kv, told, clock: TestBed.inject(ManualClock) };
};

describe(NatsKv.name, () => {
  it('opens its bucket at the first use, with reads that are never behind, and leaves it after a while', async () => {
    const get = jest.fn(async () => Promise.resolve(null));
    const { nats, kv, told, clock } = setUp({ get }, { history: 3, maxBytes: 1000 });
    await settled();

    expect(nats.opened).toEqual([]);

    const [first, second] = [told(kv.get('a')), told(kv.get(['a', 'b.c']))];
    await settled();

    expect([first, second]).toEqual([
      [undefined, 'end'],
      [undefined, 'end'],
    ]);
    expect(get.mock.calls).toEqual([['a'], ['a.b=2Ec']]);
    expect(nats.opened).toMatchObject([
      { name: 'b', options: { history: 3, max_bytes: 1000, allow_direct: false } },
    ]);

    clock.advance(2000);
    await settled();

    expect([nats.open, clock.pending]).toEqual([0, 0]);
  });

  it.each<[string, KvEntry | null, unknown]>([
    [
      'a value',
      entry('a', 3, '{"n":1}'),
      { key: ['a'], value: { n: 1 }, revision: 3, timestamp: 1000 },
    ],
    ['none', null, undefined],
    ['what was deleted', entry('a', 3, '', 'DEL'), undefined],
    ['what is no JSON', entry('a', 3, '{'), expect.objectContaining({ code: 'RXM424' })],
    ['a key of others', entry('a=', 3, '1'), expect.objectContaining({ code: 'RXM424' })],
  ])('reads %s', async (_what, found, expected) => {
    const { kv, told } = setUp({ get: async () => Promise.resolve(found) });
    const got = told(kv.get('a'));
    await settled();

    expect(got[0]).toEqual(expected);
  });

  it.each<[string, (kv: NatsKv) => Observable<unknown>, number]>([
    ['create', (kv) => kv.create('a', 1), 0],
    ['update', (kv) => kv.update('a', 1, 5), 5],
    ['update of none', (kv) => kv.update('a', 1, 0), 0],
    ['delete', (kv) => kv.delete('a', 5), 5],
  ])('tells a conflict at %s', async (_what, work, expected) => {
    const refuse = async () => Promise.reject(conflict);
    const { kv, told } = setUp({ create: refuse, update: refuse, delete: refuse });
    const got = told(work(kv));
    await settled();

    expect(got).toMatchObject([{ code: 'RXM423', bucket: 'b', key: 'a', expected, actual: 7 }]);
  });

  it('passes other errors on in the words of the house', async () => {
    const { kv, told } = setUp({
      put: async () => Promise.reject(natsFailure('TimeoutError')),
      delete: async () => Promise.reject(natsFailure('JetStreamApiError', 'no', { code: 1 })),
    });
    const [put, removed] = [told(kv.put('a', 1)), told(kv.delete('a'))];
    await settled();

    expect([put, removed]).toMatchObject([
      [{ code: 'RXM421', failure: 'timeout' }],
      [{ code: 'RXM421', failure: 'refused' }],
    ]);
  });

  it('refuses what is too large, no JSON, or has no key', async () => {
    const { kv, told } = setUp({}, { maxValueSize: 10 });
    const got = [told(kv.put('a', 'x'.repeat(9))), told(kv.put('a', undefined))];
    await settled();

    expect([...got, told(kv.get([]))]).toMatchObject([
      [{ code: 'RXM400', size: 11, limit: 10 }],
      [{ code: 'RXM101' }],
      [],
    ]);
  });

  it('lists keys up to a limit, and leaves out those of others', async () => {
    const keys = jest.fn(async () =>
      Promise.resolve(entries(...(['a.b', '=', 'x=', 'c'] as never[]))),
    );
    const { kv, told } = setUp({ keys });
    const [all, two] = [told(kv.keys()), told(kv.keys('a', 2))];
    await settled();

    expect([all[0], two[0]]).toEqual([
      [['a', 'b'], [''], ['c']],
      [['a', 'b'], ['']],
    ]);
    expect(keys.mock.calls).toEqual([['>'], ['a.>']]);
  });

  it('watches on behind the last revision when a watch has ended or failed', async () => {
    const lists = [
      entries(entry('in.a', 2, '1'), entry('in.b', 4, '2')),
      entries(entry('in.b', 4, '2'), entry('in.a', 5, '', 'DEL'), entry('in.c', 6, '{')),
    ];
    const watch = jest
      .fn<Promise<unknown>, [object]>()
      .mockResolvedValueOnce(lists[0])
      .mockRejectedValueOnce(natsFailure('TimeoutError'))
      .mockResolvedValueOnce(lists[1])
      .mockReturnValue(new Promise(() => undefined));
    const { kv, told, clock } = setUp({ watch });
    const got = told(kv.watch('in'));
    for (let i = 0; i < 3; i++) {
      await settled();
      clock.advance(1000);
    }
    await settled();

    expect(got).toMatchObject([
      { key: ['in', 'a'], value: 1, revision: 2 },
      { key: ['in', 'b'], value: 2, revision: 4 },
      { key: ['in', 'a'], value: undefined, revision: 5 },
    ]);
    expect(watch.mock.calls.map(([options]) => options)).toEqual([
      { key: 'in.>' },
      { key: 'in.>', resumeFromRevision: 5 },
      { key: 'in.>', resumeFromRevision: 5 },
      { key: 'in.>', resumeFromRevision: 7 },
    ]);
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(['RXM424']);
    expect(lists.map(({ stopped }) => stopped)).toEqual([1, 1]);
  });

  it('errors when it may not watch', async () => {
    const { kv, told } = setUp({
      watch: async () => Promise.reject(natsFailure('PermissionViolationError')),
    });
    const got = told(kv.watch());
    await settled();

    expect(got).toMatchObject([{ code: 'RXM421', failure: 'denied' }]);
  });

  it.each<[string, string, number, number, object]>([
    ['an old server', '2.10.9', 5000, 60_000, { code: 'RXM422', needed: '2.11.0' }],
    ['a bucket without marks', '2.11.0', 5000, 0, { code: 'RXM101' }],
    ['less than a second', '2.11.0', 999, 60_000, { code: 'RXM101' }],
  ])(
    'gives no value a time of its own with %s',
    async (_what, version, ttl, markerTTL, expected) => {
      const create = jest.fn();
      const { nats, kv, told } = setUp({
        create,
        status: async () => Promise.resolve({ markerTTL }),
      });
      nats.version = version;
      const got = told(kv.create('a', 1, ttl));
      await settled();

      expect(got).toMatchObject([expected]);
      expect(create).not.toHaveBeenCalled();
    },
  );

  it('gives a value a time of its own where the server keeps to it', async () => {
    const create = jest.fn(async () => Promise.resolve(9));
    const { nats, kv, told } = setUp(
      { create, status: async () => Promise.resolve({ markerTTL: 60_000 }) },
      { markerTtl: 60_000 },
    );
    nats.version = '2.11.0';
    const got = told(kv.create('a', 1, 1500));
    await settled();

    expect(got).toEqual([9, 'end']);
    expect(create.mock.calls).toEqual([['a', '1', '2s']]);
  });

  it('ends with the application', async () => {
    const watch = async () => Promise.resolve(entries(entry('a', 1, '1')));
    const { kv, told, clock } = setUp({ watch });
    const got = told(kv.watch());
    await settled();
    TestBed.resetTestingModule();
    await settled();

    expect([got.at(-1), clock.pending]).toEqual(['end', 0]);
  });

  it.each<[string, Partial<NatsKvOptions>]>([
    ['no bucket', { bucket: '' }],
    ['no history', { history: 0 }],
    ['two replicas', { replicas: 2 }],
    ['a negative age', { maxAge: -1 }],
    ['another storage', { storage: 'disk' as never }],
    ['marks for less than a second', { markerTtl: 10 }],
    ['no bytes', { maxBytes: 0 }],
  ])('refuses %s', (_what, options) => {
    expect(() => setUp({}, options)).toThrow(InvalidOptionError);
  });
});
