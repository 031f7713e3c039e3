import { TestBed } from '@angular/core/testing';
import type { KvEntry } from '@nats-io/kv';
import { READ_MODEL_STORAGE, type ReadModelChange } from 'rx-mesh/event-sourcing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { FakeNats, natsFailure } from '../spec-support/fake-nats';
import {
  aParked,
  aWrite,
  describeReadModelStorage,
} from '../spec-support/contracts/read-model-storage';
import { settled } from '../spec-support/settled';
import { withNats } from './nats-connection';
import { NATS_MODULES } from './nats-modules';
import { NatsReadModels } from './nats-read-models';
import { withNatsReadModels } from './with-nats-read-models';

/** A bucket in memory, with revisions. */
class FakeBucket {
  readonly entries = new Map<string, { revision: number; value: string }>();
  #revision = 0;
  /** Told of each write before it is done. */
  onWrite: (key: string) => void = () => undefined;

  async get(key: string): Promise<KvEntry | null> {
    const found = this.entries.get(key);
    const entry = found && {
      key,
      revision: found.revision,
      operation: 'PUT',
      created: new Date(0),
      string: () => found.value,
    };
    return Promise.resolve((entry as KvEntry | undefined) ?? null);
  }

  async put(key: string, value: string): Promise<number> {
    this.onWrite(key);
    this.entries.set(key, { revision: ++this.#revision, value });
    return Promise.resolve(this.#revision);
  }

  async create(key: string, value: string): Promise<number> {
    return this.update(key, value, 0);
  }

  async update(key: string, value: string, revision: number): Promise<number> {
    this.onWrite(key);
    this.#check(key, revision);
    this.entries.set(key, { revision: ++this.#revision, value });
    return Promise.resolve(this.#revision);
  }

  async delete(key: string, { previousSeq }: { previousSeq?: number } = {}): Promise<void> {
    this.onWrite(key);
    if (previousSeq !== undefined) this.#check(key, previousSeq);
    this.entries.delete(key);
    return Promise.resolve();
  }

  async keys(filter: string): Promise<AsyncIterable<string>> {
    const found = [...this.entries.keys()].filter((key) => key.startsWith(filter.slice(0, -1)));
    return Promise.resolve(
      (async function* () {
        for (const key of found) yield await Promise.resolve(key);
      })(),
    );
  }

  #check(key: string, revision: number): void {
    const actual = this.entries.get(key)?.revision ?? 0;
    if (actual === revision) return;
    throw natsFailure('JetStreamApiError', `wrong last sequence: ${actual}`, { code: 10_071 });
  }
}

const setUp = () => {
  TestBed.resetTestingModule();
  const nats = new FakeNats();
  const bucket = new FakeBucket();
  nats.bucket = bucket as never;
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withNats({ servers: ['wss://nats.test'] }).ɵproviders,
      ...withNatsReadModels({ bucket: 'models' }).ɵproviders,
      { provide: NATS_MODULES, useValue: nats },
    ],
  });
  return { nats, bucket, storage: TestBed.inject(READ_MODEL_STORAGE) };
};

describeReadModelStorage(NatsReadModels.name, setUp);

describe(NatsReadModels.name, () => {
  const commit = { checkpoint: 'c', expected: 0, position: 9, timestamp: 5 };

  it('writes parked events first, then records, and the checkpoint last', async () => {
    const { bucket, storage } = setUp();
    await storage.compareAndSet(aWrite('gone', 1, 1), 0, 5);
    const written: string[] = [];
    bucket.onWrite = (key) => written.push(key);
    await storage.commit({
      ...commit,
      writes: [aWrite('a', 1, 8), aWrite('gone', undefined, 9), aWrite('never', undefined, 9)],
      parked: [aParked(7)],
      unpark: [3],
    });

    expect(written).toEqual([
      'c.c',
      'p.c.0000000000000007',
      'r.m.a',
      'r.m.gone',
      'p.c.0000000000000003',
      'c.c',
      'r.m.gone',
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6])('can repeat a commit that broke off at write %d', async (last) => {
    const { bucket, storage } = setUp();
    await storage.compareAndSet(aWrite('gone', 1, 1), 0, 5);
    await storage.compareAndSet(aWrite('b', 1, 1), 0, 5);
    const whole = {
      ...commit,
      writes: [aWrite('a', 1, 8), aWrite('gone', undefined, 9), aWrite('b', 2, 9)],
      parked: [aParked(7)],
    };
    const count = { of: 0 };
    bucket.onWrite = () => {
      if (++count.of >= last) throw natsFailure('TimeoutError');
    };

    await expect(storage.commit(whole)).rejects.toMatchObject({ failure: 'timeout' });

    bucket.onWrite = () => undefined;

    expect(await storage.checkpoint('c')).toBeUndefined();

    await storage.commit(whole);

    expect(await storage.readMany('m', ['a', 'gone', 'b'])).toMatchObject([
      { value: 1, version: 1 },
      undefined,
      { value: 2, version: 2 },
    ]);
    expect(await storage.parked('c')).toHaveLength(1);
    expect([...bucket.entries.keys()].sort()).toEqual([
      'c.c',
      'p.c.0000000000000007',
      'r.m.a',
      'r.m.b',
    ]);
  });

  it('answers a deleted record without a value until its checkpoint has passed it', async () => {
    const { bucket, storage } = setUp();
    await bucket.put('r.m.gone', '{"deleted":"c","position":5}');

    expect(await storage.read('m', 'gone')).toMatchObject({ value: undefined, position: 5 });
    expect(await storage.list('m')).toEqual([]);

    await storage.commit({ ...commit, position: 5 });

    expect(await storage.read('m', 'gone')).toBeUndefined();
    expect(await storage.compareAndSet(aWrite('gone', 1), 0, 5)).toMatchObject({ version: 1 });
  });

  it('reads past what is broken', async () => {
    const { bucket, storage } = setUp();
    for (const text of ['{', 'null', '{"version":0}', '{"version":1,"position":-1}']) {
      await bucket.put('r.m.x', text);
      await bucket.put('c.c', text);
      await bucket.put('p.c.0000000000000001', text);

      await expect(storage.read('m', 'x')).rejects.toMatchObject({ code: 'RXM514' });
      expect([await storage.list('m'), await storage.parked('c')]).toEqual([[], []]);
      expect(await storage.checkpoint('c')).toBeUndefined();
    }

    await storage.commit(commit);

    expect(await storage.checkpoint('c')).toMatchObject({ version: 1 });
  });

  it('says who was faster when that happens between reading and writing', async () => {
    const { bucket, storage } = setUp();
    const before = await storage.compareAndSet(aWrite('a', 1), 0, 5);
    const overtake = (key: string) => {
      bucket.onWrite = () => {
        bucket.onWrite = () => undefined;
        void bucket.put(key, JSON.stringify({ ...before, version: 9 }));
      };
    };
    overtake('r.m.a');

    await expect(storage.compareAndSet(aWrite('a', 2), 1, 6)).rejects.toMatchObject({
      code: 'RXM511',
      actual: 9,
    });

    overtake('c.c');

    await expect(storage.commit(commit)).rejects.toMatchObject({ code: 'RXM512', actual: 9 });
  });

  it('tells what others tell, and that something may be new after an interruption', async () => {
    const { nats, storage } = setUp();
    const heard: ReadModelChange[] = [];
    const listening = storage.changes$.subscribe((change) => heard.push(change));
    await settled();
    const tell = (data: string) => {
      nats.deliver({
        subject: 'rx-mesh.models.models',
        data,
        headers: undefined,
        reply: undefined,
      });
    };
    tell('{"models":["m"],"checkpoint":"c","by":"x"}');
    tell('{"models":[1]}');
    tell('{');
    tell('x'.repeat(65_537));
    nats.drop();
    nats.restore();
    await settled();
    listening.unsubscribe();

    expect(heard).toEqual([{ models: ['m'], checkpoint: 'c' }, {}, {}, {}, {}]);
  });

  it('is silent where it may not hear hints', async () => {
    const { nats, storage } = setUp();
    nats.denied.add('rx-mesh.models.models');
    const heard: ReadModelChange[] = [];
    storage.changes$.subscribe((change) => heard.push(change));
    await settled();
    await storage.compareAndSet(aWrite('a', 1), 0, 5);
    await settled();

    expect(heard).toEqual([{ models: ['m'] }]);
  });

  it('refuses a bucket without a name', () => {
    expect(() => withNatsReadModels({ bucket: '' })).toThrow(InvalidOptionError);
  });
});
