import { TestBed } from '@angular/core/testing';
import { BrokenReadModelError, READ_MODEL_STORAGE, createProjection } from 'rx-mesh/event-sourcing';
import { defer, from } from 'rxjs';
import { lastOf } from '../../spec-support/event-store-world';
import { idsByStream, projectionWorld, watching } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { QueryBusService } from '../queries/query-bus-service';
import { withReadModels } from './read-model-options';
import { ReadModelStoreService } from './read-model-store-service';

const total = createProjection<number>({
  name: 'total',
  initial: () => 0,
  when: { Noted: (count) => count + 1 },
});

const totalOfTwo = createProjection<number>({
  name: 'total',
  version: 2,
  initial: () => 0,
  when: { Noted: (count) => count + 2 },
});

describe('read models of projections', () => {
  it('are read by the projection, always from the generation that is live', async () => {
    const { tab, append, advance, clock } = projectionWorld();
    const store = TestBed.inject(ReadModelStoreService);
    const watch = watching(store.watch(total));
    await settled();

    expect(await lastOf(store.get(total))).toBeUndefined();
    expect(await lastOf(store.list(total))).toEqual([]);

    const run = watching(tab().run(total));
    await append('s', 'a', 'b');
    await advance(20);

    expect(await lastOf(store.get(total))).toMatchObject({
      model: 'total',
      id: 'all',
      data: 2,
      position: 2,
    });

    run.stop();
    await lastOf(tab().rebuild(totalOfTwo));
    await advance(20);

    expect(watch.last()).toMatchObject({ model: 'total', data: 4 });
    expect(watch.values[0]).toBeUndefined();

    watch.stop();

    expect(clock.pending).toBe(0);
  });

  it('have a version of their own, whatever schemas say, and need an id when there are many', async () => {
    const { tab, append, advance } = projectionWorld({
      providers: withReadModels({ schemas: { ids: { version: 5 } } }).ɵproviders as never,
    });
    const store = TestBed.inject(ReadModelStoreService);
    const run = watching(tab().run(idsByStream()));
    await append('s', 'a');
    await append('t', 'x');
    await advance(20);
    run.stop();

    expect(await lastOf(store.get(idsByStream(), 's'))).toMatchObject({ data: { ids: 'a' } });
    expect((await lastOf(store.list(idsByStream()))).map(({ id }) => id)).toEqual(['s', 't']);
    await expect(lastOf(store.get(idsByStream()))).rejects.toMatchObject({ code: 'RXM101' });
  });

  it('make live queries run again as they change', async () => {
    const { tab, append, advance, clock } = projectionWorld();
    const [bus, store] = [TestBed.inject(QueryBusService), TestBed.inject(ReadModelStoreService)];
    bus.register(
      'Total',
      () => defer(async () => (await lastOf(store.get(total)))?.data ?? 0).pipe((all) => from(all)),
      { reads: [total] },
    );
    const run = watching(tab().run(total));
    const watch = watching(bus.live({ type: 'Total', parameters: undefined }));
    await advance(50);
    await append('s', 'a', 'b');
    await advance(50);
    await append('s', 'c');
    await advance(50);

    expect(watch.values).toEqual([0, 2, 3]);

    watch.stop();
    run.stop();

    expect(clock.pending).toBe(0);
  });

  it('are as if there were none when their place is broken', async () => {
    const { storage: patchable } = projectionWorld();
    const [store, storage] = [
      TestBed.inject(ReadModelStoreService),
      TestBed.inject(READ_MODEL_STORAGE),
    ];
    const write = { model: '$projections', id: 'total', value: { active: 7 }, position: 0 };
    await storage.compareAndSet(write, 0, 0);

    expect(await lastOf(store.get(total))).toBeUndefined();

    patchable.read = async (model, id) => Promise.reject(new BrokenReadModelError(model, id));

    expect(await lastOf(store.get(total))).toBeUndefined();

    const fault = new Error('down');
    patchable.read = async () => Promise.reject(fault);

    await expect(lastOf(store.get(total))).rejects.toBe(fault);
  });
});
