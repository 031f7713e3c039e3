import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { IndexedDbSpanStore } from './indexed-db-span-store';
import { type SpanStore, type StoredBatch, headOf, memorySpanStore } from './span-store';

const aBatch = (changes: Partial<StoredBatch> = {}): StoredBatch => ({
  exporter: 'otlp',
  receiver: 'abc',
  spans: 2,
  bytes: 4,
  at: 1_767_225_600_000,
  text: '{"ü"',
  ...changes,
});

const indexedDbStore = () => {
  const databases = fakeDatabases();
  return new IndexedDbSpanStore('spans', () => databases);
};

describe.each<[string, () => SpanStore]>([
  [memorySpanStore.name, memorySpanStore],
  [IndexedDbSpanStore.name, indexedDbStore],
])('%s', (_name, open) => {
  it('is empty at first', async () => {
    const store = open();

    await expect(store.list()).resolves.toEqual([]);
    await expect(store.read(1)).resolves.toBeUndefined();
    await expect(store.take(1)).resolves.toBeUndefined();
    await expect(store.remove([1, 2])).resolves.toEqual([]);
    await expect(store.remove([])).resolves.toEqual([]);
  });

  it('gives back what was put there, oldest first, without the texts', async () => {
    const store = open();
    const batches = [aBatch(), aBatch({ exporter: 'zipkin' }), aBatch({ spans: 9 })];
    const ids: number[] = [];
    for (const batch of batches) ids.push(await store.put(batch));

    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    await expect(store.list()).resolves.toEqual(
      batches.map((batch, at) => ({ id: ids[at], head: headOf(batch) })),
    );
    await expect(store.read(ids[1] ?? NaN)).resolves.toEqual(batches[1]);
    await expect(store.read(ids[1] ?? NaN)).resolves.toEqual(batches[1]);
  });

  it('lets one of several take a batch', async () => {
    const store = open();
    const id = await store.put(aBatch());
    const taken = await Promise.all([store.take(id), store.take(id), store.take(id)]);

    expect(taken.filter((batch) => batch !== undefined)).toEqual([aBatch()]);
    await expect(store.list()).resolves.toEqual([]);
  });

  it('puts a batch back to where it was, and goes on from there', async () => {
    const store = open();
    const first = await store.put(aBatch({ spans: 1 }));
    const second = await store.put(aBatch({ spans: 2 }));
    await store.take(first);
    await store.put(aBatch({ spans: 1 }), first);
    const third = await store.put(aBatch({ spans: 3 }));
    const list = await store.list();

    expect(list.map(({ id }) => id)).toEqual([first, second, third]);
    expect(list.map(({ head }) => (head as StoredBatch).spans)).toEqual([1, 2, 3]);
  });

  it('tells which of those to be removed were there', async () => {
    const store = open();
    const [first, second] = [await store.put(aBatch()), await store.put(aBatch({ spans: 5 }))];
    const removed = await Promise.all([store.remove([first, 99]), store.remove([first])]);

    expect(removed.flat()).toEqual([first]);
    await expect(store.read(first)).resolves.toBeUndefined();
    await expect(store.list()).resolves.toHaveLength(1);
    await expect(store.take(second)).resolves.toMatchObject({ spans: 5 });
  });

  it('can be used after it was closed', async () => {
    const store = open();
    const put = store.put(aBatch());
    store.close();
    await put;

    await expect(store.list()).resolves.toHaveLength(1);

    store.close();

    await expect(store.list()).resolves.toHaveLength(1);
  });
});
