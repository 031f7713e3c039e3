import { OfflineOrigin } from '../../spec-support/offline-page';
import { settled } from '../../spec-support/settled';
import { type SpanStore, type StoredBatch, memorySpanStore } from './span-store';
import { StoreGuard } from './store-guard';
import { seededRandom } from 'rx-mesh/kernel';
import { KeepaliveBudget } from './export-request';
import { otlpJson } from './otlp-json';
import { SpanBatcher } from './span-batcher';
import { StoreKeeper } from './store-keeper';

const anOrigin = (store = memorySpanStore()) =>
  new OfflineOrigin(store, ({ origin, page, diagnostics, url, bounds }) => {
    const { clock, locks, web } = origin;
    const guard = new StoreGuard(store, bounds, clock, diagnostics);
    const ports = { guard, clock, page, locks, name: 'spans' };
    const batcher = new SpanBatcher(
      { name: 'otlp', url, headers: { 'X-Key': 'secret' }, attributes: {}, format: otlpJson },
      { serviceName: 'Shop', attributes: {} },
      {
        clock,
        diagnostics,
        random: seededRandom(1),
        fetch: web.fetch,
        budget: new KeepaliveBudget(),
        keeper: (exporter, ledger) => new StoreKeeper(exporter, ledger, ports),
      },
    );
    return { guard, batcher };
  });
type Origin = ReturnType<typeof anOrigin>;
const sizeOf = async ({ store }: Origin) => (await store.list()).length;

const failing = (changes: Partial<SpanStore>): SpanStore => ({ ...memorySpanStore(), ...changes });
const reject = async () => Promise.reject(new DOMException('no room', 'QuotaExceededError'));

describe(StoreGuard.name, () => {
  it('drops the oldest over the bound of batches, and counts it', async () => {
    const origin = anOrigin();
    const page = await origin.open({ online: false, maxBatches: 2 });
    for (const name of ['a', 'b', 'c', 'd']) {
      page.record(name);
      await page.batcher.flush();
    }

    expect(page.status).toMatchObject({ dropped: 2, stored: 2 });
    expect(page.diagnostics.records).toMatchObject([
      {
        code: 'RXM804',
        message: expect.stringContaining('there was no room for them in the store') as string,
      },
    ]);

    page.goOnline();
    await settled();

    expect(origin.taken).toEqual(['c', 'd']);
  });

  it('drops the oldest over the bound of bytes', async () => {
    const origin = anOrigin();
    const page = await origin.open({ online: false, maxBytes: 2000 });
    for (const name of ['a', 'b', 'c']) {
      page.record(name + 'x'.repeat(500));
      await page.batcher.flush();
    }

    expect(page.status).toMatchObject({ dropped: 2, stored: 1 });
    expect(await sizeOf(origin)).toBe(1);
  });

  it('does not keep a batch that is larger than all the room, and tries to send it instead', async () => {
    const origin = anOrigin();
    const page = await origin.open({ online: false, maxBytes: 500 });
    page.record('x'.repeat(500));
    await page.batcher.flush();

    expect(origin.taken).toHaveLength(1);
    expect([await sizeOf(origin), page.status.sent]).toEqual([0, 1]);
  });

  it('drops what has waited for too long, and counts it', async () => {
    const origin = anOrigin();
    const first = await origin.open({ online: false });
    first.record('a', 'b');
    await first.close();
    origin.clock.jumpWall(86_400_001);
    const second = await origin.open();

    expect(origin.taken).toEqual([]);
    expect(second.status).toMatchObject({ dropped: 2, stored: 0 });
    expect(second.diagnostics.codes).toEqual(['RXM804']);
    expect(await sizeOf(origin)).toBe(0);
  });

  it.each<unknown>([
    null,
    7,
    'text',
    [],
    {},
    { exporter: 'otlp', receiver: 'x', spans: -1, bytes: 1, at: 1, text: '' },
    { exporter: 'otlp', receiver: 'x', spans: 1, bytes: 1e99, at: 1, text: '' },
    { exporter: 'otlp', receiver: 'x', spans: 1, bytes: 1, at: 'now', text: '' },
    { exporter: 5, receiver: 'x', spans: 1, bytes: 1, at: 1, text: '' },
  ])('removes %p, tells it once, and goes on', async (head) => {
    const store = memorySpanStore();
    const list = jest.fn(async () => store.list());
    const origin = anOrigin({ ...store, list });
    const page = await origin.open({ online: false });
    page.record('a');
    await page.batcher.flush();
    const junk = { exporter: 'otlp', receiver: 'x', spans: 1, bytes: 1, at: 1, text: 'x' };
    const ids = [await store.put(junk, 0), await store.put(junk, 9)];
    list.mockImplementation(async () =>
      (await store.list()).map(({ id, head: sound }) => ({
        id,
        head: ids.includes(id) ? head : sound,
      })),
    );
    page.goOnline();
    await settled();

    expect(origin.taken).toEqual(['a']);
    expect(page.diagnostics.codes).toEqual(['RXM805']);
    expect(await store.list()).toEqual([]);
  });

  it.each<unknown>([
    undefined,
    { text: 7 },
    { text: 'longer than it says: '.repeat(200) },
    { text: '' },
    { exporter: 'zipkin' },
  ])('removes a batch whose text was replaced by %p, and counts it', async (changes) => {
    const store = memorySpanStore();
    const origin = anOrigin({
      ...store,
      read: async (id) =>
        changes === undefined
          ? undefined
          : { ...((await store.read(id)) as StoredBatch), ...(changes as object) },
    });
    const page = await origin.open({ online: false });
    page.record('a', 'b');
    await page.batcher.flush();
    page.goOnline();
    await settled();

    expect(origin.web.requests).toEqual([]);
    expect(page.status).toMatchObject({ state: 'idle', dropped: 2, stored: 0 });
    expect(page.diagnostics.codes).toEqual(['RXM805', 'RXM804']);
    expect(await store.list()).toEqual([]);
  });

  it('tells once that there is no store, and sends as without it', async () => {
    const insecure = async () => Promise.reject(new DOMException('blocked', 'SecurityError'));
    const origin = anOrigin(
      failing({ put: insecure, list: insecure, read: insecure, take: insecure, remove: insecure }),
    );
    const page = await origin.open();
    origin.web.down = true;
    page.record('a');
    for (let i = 0; i < 20; i++) await origin.advance(1000);
    page.page.goOffline();
    origin.web.down = false;
    page.record('b');
    await origin.advance(5000);

    expect(origin.web.requests).toHaveLength(6);
    expect(origin.taken).toEqual(['b']);
    expect(page.status).toMatchObject({ state: 'idle', sent: 1, dropped: 1, stored: 0 });
    expect(page.diagnostics.codes).toEqual(['RXM805', 'RXM803']);
    expect(page.diagnostics.records[0]?.message).toMatch(
      /^Spans cannot be kept beyond the page \(SecurityError: blocked\)/,
    );
    expect(origin.clock.pending).toBe(0);
  });

  it('sends when a full disk has no room, and tells it once', async () => {
    const origin = anOrigin(failing({ put: reject }));
    const page = await origin.open({ online: false });
    page.record('a');
    await page.batcher.flush();
    page.record('b');
    await page.batcher.flush();

    expect(origin.taken).toEqual(['a', 'b']);
    expect(page.diagnostics.codes).toEqual(['RXM805']);
  });

  it('waits five seconds for a store that never answers, once, and takes a late write back', async () => {
    const store = memorySpanStore();
    let write = (): void => undefined;
    const stuck = new Promise<void>((resolve) => (write = resolve));
    const origin = anOrigin({
      ...store,
      put: async (batch) => {
        await stuck;
        return store.put(batch);
      },
    });
    const page = await origin.open({ online: false });
    page.record('a');
    await origin.advance(60_000);

    expect(origin.taken).toEqual([]);

    await origin.advance(5000);

    expect(origin.taken).toEqual(['a']);

    page.record('b');
    await origin.advance(5000);
    write();
    await settled();

    expect(origin.taken).toEqual(['a', 'b']);
    expect([await sizeOf(origin), origin.clock.pending]).toEqual([0, 0]);
    expect(page.diagnostics.codes).toEqual(['RXM805']);
  });

  it('does not send twice what the store would not let go of', async () => {
    const store = memorySpanStore();
    const remove = jest.fn(async (ids: readonly number[]) => store.remove(ids));
    const origin = anOrigin({ ...store, remove });
    const page = await origin.open({ online: false });
    page.record('a');
    await page.batcher.flush();
    remove.mockImplementation(reject);
    page.goOnline();
    await settled();
    await page.batcher.flush();

    expect([origin.taken, await sizeOf(origin)]).toEqual([['a'], 1]);

    remove.mockImplementation(async (ids) => store.remove(ids));
    await page.batcher.flush();

    expect([origin.taken, await sizeOf(origin), page.status.stored]).toEqual([['a'], 0, 0]);
  });
});
