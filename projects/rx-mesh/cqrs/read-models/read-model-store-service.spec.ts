import {
  EnvironmentInjector,
  Injector,
  type Provider,
  createEnvironmentInjector,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  BrokenReadModelError,
  READ_MODEL_STORAGE,
  type ReadModelStorage,
  isReadModelConflictError,
  memoryReadModels,
} from 'rx-mesh/event-sourcing';
import {
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import { NEVER, type Observable } from 'rxjs';
import { lastOf } from '../../spec-support/event-store-world';
import { patchableStorage, watching } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { ReadModelStoreService } from './read-model-store-service';

const world = (
  given: ReadModelStorage = memoryReadModels(),
  providers: readonly Provider[] = [],
) => {
  const storage = patchableStorage(given);
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: READ_MODEL_STORAGE, useValue: storage },
      ...providers,
    ],
  });
  const clock = TestBed.inject(ManualClock);
  return {
    storage,
    clock,
    page: TestBed.inject(ManualPage),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    store: TestBed.inject(ReadModelStoreService),
    advance: async (ms: number) => {
      await settled();
      clock.advance(ms);
      await settled();
    },
  };
};

const silent = () => Object.assign(patchableStorage(memoryReadModels()), { changes$: NEVER });

const errorOf = async (source: Observable<unknown>): Promise<unknown> =>
  lastOf(source).catch((error: unknown) => error);

describe(ReadModelStoreService.name, () => {
  it('puts, gets and removes records with versions', async () => {
    const { store, clock } = world();

    expect(await lastOf(store.get('carts', 'c-1'))).toBeUndefined();

    const lastUpdated = new Date(clock.now());

    expect(await lastOf(store.put('carts', 'c-1', { lines: 0 }))).toEqual({
      model: 'carts',
      id: 'c-1',
      version: 1,
      data: { lines: 0 },
      lastUpdated,
      position: 0,
    });

    clock.advance(5);
    await lastOf(store.put('carts', 'c-1', { lines: 2 }, { position: 7 }));
    await lastOf(store.put('carts', 'c-1', { lines: 3 }));

    expect(await lastOf(store.get('carts', 'c-1'))).toMatchObject({
      version: 3,
      data: { lines: 3 },
      lastUpdated: new Date(clock.now()),
      position: 7,
    });

    for (let round = 0; round < 2; round++) {
      const removed = watching(store.remove('carts', 'c-1'));
      await settled();

      expect(removed).toMatchObject({ values: [undefined], isComplete: true });
    }

    expect(await lastOf(store.get('carts', 'c-1'))).toBeUndefined();
  });

  it('is cold: nothing is written before somebody subscribes', async () => {
    const { store } = world();
    const put = store.put('m', 'a', 1);
    await settled();

    expect(await lastOf(store.get('m', 'a'))).toBeUndefined();

    await lastOf(put);
    await lastOf(put);

    expect(await lastOf(store.get('m', 'a'))).toMatchObject({ version: 2 });
  });

  it('takes an id alone as one of the model default', async () => {
    const { store } = world();
    await lastOf(store.put('default', 'a', 1));

    expect(await lastOf(store.get('a'))).toMatchObject({ model: 'default', id: 'a', data: 1 });
  });

  it.each([
    ['model', (store: ReadModelStoreService) => store.put('', 'a', 1)],
    ['model', (store: ReadModelStoreService) => store.put('$commands', 'a', 1)],
    ['model', (store: ReadModelStoreService) => store.get('', 'a')],
    ['model', (store: ReadModelStoreService) => store.list('')],
    ['model', (store: ReadModelStoreService) => store.watchList('')],
    ['id', (store: ReadModelStoreService) => store.put('m', 7 as never, 1)],
    ['id', (store: ReadModelStoreService) => store.watch('m', 7 as never)],
    ['data', (store: ReadModelStoreService) => store.put('m', 'a', undefined)],
    ['data', (store: ReadModelStoreService) => store.compareAndSet('m', 'a', undefined, 0)],
    ['position', (store: ReadModelStoreService) => store.put('m', 'a', 1, { position: -1 })],
    ['expectedVersion', (store: ReadModelStoreService) => store.compareAndSet('m', 'a', 1, NaN)],
    ['PageRange.max', (store: ReadModelStoreService) => store.list('m', { max: 0 })],
  ])('refuses a wrong %s as an error of the stream', async (option, call) => {
    const { store } = world();

    expect(await errorOf(call(store))).toMatchObject({ code: 'RXM101', option });
  });

  it('refuses what is no plain JSON', async () => {
    const { store } = world();

    expect(await errorOf(store.put('m', 'a', { at: new Date(0) }))).toMatchObject({
      code: 'RXM500',
    });
  });

  describe('compareAndSet', () => {
    it('writes only over the version that was read, and says both otherwise', async () => {
      const { store } = world();

      expect(await lastOf(store.compareAndSet('m', 'a', 'x', 0))).toMatchObject({ version: 1 });
      expect(await lastOf(store.compareAndSet('m', 'a', 'y', 1))).toMatchObject({ version: 2 });
      expect(await errorOf(store.compareAndSet('m', 'a', 'z', 1))).toMatchObject({
        code: 'RXM511',
        expected: 1,
        actual: 2,
      });
      expect(await errorOf(store.compareAndSet('m', 'a', 'z', 0))).toMatchObject({ actual: 2 });
      expect(await errorOf(store.compareAndSet('m', 'b', 'z', 3))).toMatchObject({ actual: 0 });
      expect(await errorOf(store.remove('m', 'a', 1))).toMatchObject({ actual: 2 });
      expect(await lastOf(store.get('m', 'a'))).toMatchObject({ data: 'y', version: 2 });

      await lastOf<unknown>(store.remove('m', 'a', 2));

      expect(await lastOf(store.get('m', 'a'))).toBeUndefined();
    });

    it('lets one of many win', async () => {
      const { store } = world();
      const results = await Promise.all(
        Array.from({ length: 20 }, async (_, at) => errorOf(store.compareAndSet('m', 'a', at, 0))),
      );

      expect(results.filter((result) => !isReadModelConflictError(result))).toHaveLength(1);
      expect(await lastOf(store.get('m', 'a'))).toMatchObject({ version: 1 });
    });
  });

  describe('update', () => {
    it('makes it again of what is there when somebody else was faster', async () => {
      const { store } = world();
      const add = () => store.update<number>('m', 'sum', (sum = 0) => sum + 1);
      await Promise.all(Array.from({ length: 8 }, async () => lastOf(add())));

      expect(await lastOf(store.get('m', 'sum'))).toMatchObject({ data: 8, version: 8 });
    });

    it('gives up when others write all the time', async () => {
      const { store, storage } = world();
      const { read } = storage;
      let reads = 0;
      storage.read = async (model, id) => {
        const found = await read(model, id);
        reads++;
        await storage.compareAndSet(
          { model, id, value: reads, position: 0 },
          found?.version ?? 0,
          0,
        );
        return found;
      };

      expect(await errorOf(store.update('m', 'a', () => 'mine'))).toMatchObject({ code: 'RXM511' });
      expect(reads).toBe(10);
    });

    it('deletes when nothing is made of it, and passes on what the change throws', async () => {
      const { store } = world();
      await lastOf(store.put('m', 'a', 1));

      expect(await lastOf(store.update('m', 'a', () => undefined))).toBeUndefined();
      expect(await lastOf(store.get('m', 'a'))).toBeUndefined();

      const fault = new Error('no');

      expect(
        await errorOf(
          store.update('m', 'a', () => {
            throw fault;
          }),
        ),
      ).toBe(fault);
    });
  });

  describe('watch', () => {
    it('follows a record, also when another tab writes it', async () => {
      const { store, storage, advance, clock } = world();
      const watch = watching(store.watch('m', 'a'));
      await settled();
      await lastOf(store.put('m', 'a', 1));
      await advance(20);
      await storage.compareAndSet({ model: 'm', id: 'a', value: 2, position: 0 }, 1, 0);
      await advance(20);
      await lastOf(store.put('m', 'b', 9));
      await advance(20);
      await lastOf(store.remove('m', 'a'));
      await advance(20);

      expect(watch.values.map((model) => model?.data)).toEqual([undefined, 1, 2, undefined]);

      watch.stop();

      expect(clock.pending).toBe(0);
    });

    it('reads once for all who look, and gives late ones the newest', async () => {
      const { store, storage } = world();
      await lastOf(store.put('m', 'a', 1));
      const read = jest.spyOn(storage, 'read');
      const one = watching(store.watch('m', 'a'));
      await settled();
      const other = watching(store.watch('m', 'a'));

      expect(other.values).toEqual(one.values);
      expect(other.values).toHaveLength(1);
      expect(read).toHaveBeenCalledTimes(1);
    });

    it('finds a change that nobody told within five seconds, while the page is seen', async () => {
      const { store, storage, page, advance } = world(silent());
      const watch = watching(store.watch('m', 'a'));
      await settled();
      await storage.compareAndSet({ model: 'm', id: 'a', value: 1, position: 0 }, 0, 0);
      page.hide();
      await advance(5000);

      expect(watch.values).toEqual([undefined]);

      page.show();
      await advance(5000);

      expect(watch.last()).toMatchObject({ data: 1 });
    });

    it('keeps what was read when the storage fails, tells it once, and comes back', async () => {
      const { store, storage, diagnostics, advance, clock } = world();
      await lastOf(store.put('m', 'a', 1));
      const watch = watching(store.watch('m', 'a'));
      await settled();
      const { read } = storage;
      storage.read = async () => Promise.reject(new Error('down'));
      await advance(30_000);

      expect(watch).toMatchObject({ values: [{ data: 1 }], error: undefined });
      expect(diagnostics.records).toMatchObject([{ code: 'RXM553', severity: 'warning' }]);

      storage.read = read;
      await storage.compareAndSet({ model: 'm', id: 'a', value: 2, position: 0 }, 1, 0);
      await advance(0);

      expect(watch.values).toMatchObject([{ data: 1 }, { data: 2 }]);

      watch.stop();

      expect(clock.pending).toBe(0);
      expect(diagnostics.records).toHaveLength(1);
    });

    it('is as if a broken record were not there, and tells it once', async () => {
      const { store, storage, diagnostics, advance } = world();
      storage.read = async (model, id) => Promise.reject(new BrokenReadModelError(model, id));
      const watch = watching(store.watch('m', 'a'));
      await advance(5000);
      await advance(5000);

      expect(watch.values).toEqual([undefined]);
      expect(diagnostics.records).toMatchObject([{ code: 'RXM553' }]);
      expect(await errorOf(store.get('m', 'a'))).toMatchObject({ code: 'RXM514' });
    });
  });

  describe('signal', () => {
    it('is what the stream is, and ends with its injector', async () => {
      const { store, storage, advance, clock } = world();
      const injector = createEnvironmentInjector([], TestBed.inject(EnvironmentInjector));
      const signal = store.signal('m', 'a', { injector: injector.get(Injector) });
      const watch = watching(store.watch('m', 'a'));

      expect(signal()).toBeUndefined();

      for (let data = 1; data <= 3; data++) {
        await lastOf(store.put('m', 'a', data));
        await advance(20);

        expect(signal()).toBe(watch.last());
        expect(signal()).toMatchObject({ data, version: data });
      }

      watch.stop();
      injector.destroy();

      expect(clock.pending).toBe(0);
      expect(await storage.read('m', 'a')).toMatchObject({ value: 3 });
    });

    it('takes the present injection context, and needs one', () => {
      const { store } = world();

      expect(() => store.signal('m', 'a')).toThrow('NG0203');
      expect(TestBed.runInInjectionContext(() => store.signal('m', 'a')())).toBeUndefined();
      expect(store.signal('m', 'a', { injector: TestBed.inject(Injector) })()).toBeUndefined();
    });
  });

  it('lists pages by id, and follows them', async () => {
    const { store, advance, clock } = world();
    for (const id of ['c', 'a', 'b']) await lastOf(store.put('m', id, id));
    const watch = watching(store.watchList<string>('m', { after: 'a', max: 5 }));
    await advance(20);
    await lastOf(store.put('m', 'd', 'd'));
    await advance(20);
    const ids = watch.values.map((page) => page.map(({ data }) => data).join(''));

    expect(ids).toEqual(['bc', 'bcd']);
    expect((await lastOf(store.list('m', { max: 2 }))).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(await lastOf(store.list('none'))).toEqual([]);

    watch.stop();

    expect(clock.pending).toBe(0);
  });

  it('tells versions as they are written and seen', async () => {
    const { store, storage, advance, clock } = world();
    const versions = watching(store.versions$);
    watching(store.watch('m', 'seen'));
    await lastOf(store.put('m', 'written', { secret: 1 }));
    await storage.compareAndSet({ model: 'm', id: 'seen', value: 2, position: 4 }, 0, 0);
    await advance(20);
    const lastUpdated = new Date(clock.now() - 20);

    expect(versions.values).toEqual([
      { model: 'm', id: 'written', version: 1, lastUpdated, position: 0 },
      { model: 'm', id: 'seen', version: 1, lastUpdated: new Date(0), position: 4 },
    ]);
  });
});
