import { OfflineOrigin } from '../../spec-support/offline-page';
import { settled } from '../../spec-support/settled';
import { StoreKeeper } from './store-keeper';
import { seededRandom } from 'rx-mesh/kernel';
import { KeepaliveBudget } from './export-request';
import { otlpJson } from './otlp-json';
import { SpanBatcher } from './span-batcher';
import { StoreGuard } from './store-guard';
import { memorySpanStore } from './span-store';

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

const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response('', { status: code, headers });

/** Records by one page what no receiver takes, a batch each. */
const kept = async (origin: Origin, ...names: readonly string[]) => {
  const page = await origin.open({ online: false });
  for (const name of names) {
    page.record(name);
    await page.batcher.flush();
  }
  await page.close();
};

describe(StoreKeeper.name, () => {
  it('keeps what is recorded without a network, with no try, and sends it when there is one', async () => {
    const origin = anOrigin();
    const page = await origin.open({ online: false });
    page.record('a', 'b');
    await origin.advance(59_999);

    expect([await sizeOf(origin), origin.web.requests.length]).toEqual([0, 0]);

    await origin.advance(1);

    expect(page.status).toMatchObject({ state: 'idle', sent: 0, dropped: 0, stored: 2 });
    expect([origin.web.requests.length, await sizeOf(origin)]).toEqual([0, 1]);

    page.goOnline();
    await settled();

    expect(origin.taken).toEqual(['a', 'b']);
    expect(page.status).toMatchObject({ state: 'idle', sent: 2, dropped: 0, stored: 0 });
    expect([await sizeOf(origin), origin.web.open, origin.clock.pending]).toEqual([0, 0, 0]);
    expect(page.diagnostics.records).toEqual([]);
  });

  it('keeps what five tries did not bring through, and sends it after the next that goes well', async () => {
    const origin = anOrigin();
    const page = await origin.open();
    origin.answer = status(503);
    page.record('a');
    for (let i = 0; i < 20; i++) await origin.advance(1000);

    expect(origin.web.requests).toHaveLength(5);
    expect(page.status).toMatchObject({ state: 'idle', sent: 0, dropped: 0, stored: 1 });

    origin.answer = () => new Response('{}');
    await origin.advance(60_000);

    expect(origin.taken).toEqual([]);

    page.record('b');
    await origin.advance(5000);

    expect(origin.taken).toEqual(['b', 'a']);
    expect(page.status).toMatchObject({ state: 'idle', sent: 2, dropped: 0, stored: 0 });
    expect([await sizeOf(origin), origin.clock.pending]).toEqual([0, 0]);
  });

  it('sends what was not kept yet within five seconds of a network', async () => {
    const origin = anOrigin();
    const page = await origin.open({ online: false });
    page.record('a');
    await origin.advance(30_000);
    page.goOnline();
    await origin.advance(5000);

    expect([origin.taken, await sizeOf(origin)]).toEqual([['a'], 0]);
    expect(origin.clock.pending).toBe(0);
  });

  it('never keeps what a receiver does not want', async () => {
    const origin = anOrigin();
    const page = await origin.open();
    origin.answer = status(400);
    page.record('a');
    await origin.advance(5000);

    expect(page.status).toMatchObject({ dropped: 1, stored: 0 });
    expect(page.diagnostics.codes).toEqual(['RXM803']);
    expect(await sizeOf(origin)).toBe(0);
  });

  it('sends what an earlier page has left, once, oldest first', async () => {
    const origin = anOrigin();
    await kept(origin, 'a', 'b', 'c');

    expect(await sizeOf(origin)).toBe(3);

    const page = await origin.open();

    expect(origin.taken).toEqual(['a', 'b', 'c']);
    expect(page.status).toMatchObject({ state: 'idle', sent: 3, stored: 0 });

    await page.close();
    await origin.open();

    expect(origin.taken).toEqual(['a', 'b', 'c']);
    expect([await sizeOf(origin), origin.web.open, origin.clock.pending]).toEqual([0, 0, 0]);
  });

  it('stores no header and no URL', async () => {
    const origin = anOrigin();
    await kept(origin, 'a');
    const [found] = await origin.store.list();
    const text = JSON.stringify([found, await origin.store.read(found?.id ?? 0)]);

    expect(text).not.toMatch(/secret|collector/);
  });

  it('does not send to one receiver what was meant for another', async () => {
    const origin = anOrigin();
    await kept(origin, 'a');
    const other = await origin.open({ url: 'http://other.test/' });

    expect([origin.taken, other.status.stored, await sizeOf(origin)]).toEqual([[], 0, 1]);
  });

  it('sends what is kept with a flush, and leaves it where it is when that fails', async () => {
    const origin = anOrigin();
    await kept(origin, 'a', 'b');
    origin.web.down = true;
    const page = await origin.open();
    await page.batcher.flush();

    expect(page.status).toMatchObject({ state: 'idle', sent: 0, dropped: 0, stored: 2 });
    expect(origin.web.requests).toHaveLength(2);

    origin.web.down = false;
    await page.batcher.flush();

    expect(origin.taken).toEqual(['a', 'b']);
    expect(page.status).toMatchObject({ sent: 2, stored: 0, lastError: undefined });
  });

  it('leaves a receiver alone as it asks', async () => {
    const origin = anOrigin();
    await kept(origin, 'a');
    origin.answer = status(503, { 'Retry-After': '60' });
    const page = await origin.open();
    await page.batcher.flush();
    await page.batcher.flush();

    expect(origin.web.requests).toHaveLength(1);

    origin.answer = () => new Response('{}');
    await origin.advance(60_000);
    await page.batcher.flush();

    expect(origin.taken).toEqual(['a']);
  });

  it.each([true, false])('sends each batch by one of two tabs (locks: %p)', async (locked) => {
    const origin = anOrigin();
    if (!locked) origin.locks = undefined;
    await kept(origin, 'a', 'b', 'c', 'd', 'e');
    const answers: (() => void)[] = [];
    origin.answer = () => new Promise((resolve) => answers.push(() => resolve(new Response('{}'))));
    const tabs = [await origin.open(), await origin.open()];
    const flushed = tabs.map((tab) => tab.batcher.flush());
    while (origin.taken.length < 5) {
      for (const answer of answers.splice(0)) answer();
      await settled();
    }
    await Promise.all(flushed);

    expect([...origin.taken].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(tabs.reduce((sum, tab) => sum + tab.status.sent, 0)).toBe(5);
    expect([await sizeOf(origin), origin.web.open, origin.clock.pending]).toEqual([0, 0, 0]);
  });

  it('puts a batch back that it took out, if it cannot be sent (no locks)', async () => {
    const origin = anOrigin();
    origin.locks = undefined;
    await kept(origin, 'a', 'b');
    origin.web.down = true;
    await (await origin.open()).close();

    expect(await sizeOf(origin)).toBe(2);

    origin.web.down = false;
    await origin.open();

    expect(origin.taken).toEqual(['a', 'b']);
  });

  it('goes on when the platform refuses the lock, and tells it', async () => {
    const origin = anOrigin();
    await kept(origin, 'a');
    origin.locks = { request: async () => Promise.reject(new Error('no locks here')) };
    const page = await origin.open();
    page.record('b');
    await origin.advance(5000);

    expect(origin.taken).toEqual(['b']);
    expect(page.diagnostics.codes).toEqual(['RXM805']);
  });

  it('keeps what has no room among the requests that outlive a page', async () => {
    const origin = anOrigin();
    const page = await origin.open();
    origin.answer = () => new Promise<Response>(() => undefined);
    const wide = (name: string) => `${name} ${'x'.repeat(30_000)}`;
    page.record(wide('a'));
    page.batcher.leave();
    page.record(wide('b'));
    page.batcher.leave();
    await settled();

    expect(origin.web.requests.map(({ keepalive }) => keepalive)).toEqual([true]);
    expect([await sizeOf(origin), page.status.stored]).toEqual([1, 1]);

    origin.answer = () => new Response('{}');
    await origin.open();

    expect(origin.taken).toEqual([wide('b')]);
  });

  it('keeps what a receiver that asked to be left alone would miss at the end of a page', async () => {
    const origin = anOrigin();
    const page = await origin.open();
    origin.answer = status(503, { 'Retry-After': '60' });
    page.record('a');
    await origin.advance(5000);
    page.record('b');
    await page.close();

    expect(origin.web.requests).toHaveLength(1);
    expect(page.status).toMatchObject({ sent: 0, dropped: 0, stored: 2 });
    expect([await sizeOf(origin), origin.clock.pending]).toEqual([2, 0]);
  });

  it('leaves a receiver alone as it asks, and what it could not keep goes after that', async () => {
    const store = memorySpanStore();
    const refuse = async () => Promise.reject(new Error('no room'));
    const origin = anOrigin({ ...store, put: refuse });
    const page = await origin.open();
    origin.answer = status(503, { 'Retry-After': '60' });
    page.record('a');
    await origin.advance(5000);
    page.record('b');
    page.batcher.leave();
    await origin.advance(59_999);

    expect(origin.web.requests).toHaveLength(1);

    origin.answer = () => new Response('{}');
    await origin.advance(60_000);

    expect(origin.taken).toEqual(['a', 'b']);
    expect(page.status).toMatchObject({ state: 'idle', sent: 2, dropped: 0, stored: 0 });
    expect(page.diagnostics.codes).toEqual(['RXM805']);
    expect(origin.clock.pending).toBe(0);
  });

  it('counts as lost what it took out of the store and could neither send nor put back', async () => {
    const store = memorySpanStore();
    await kept(anOrigin(store), 'a');
    const refuse = async () => Promise.reject(new Error('no room'));
    const origin = anOrigin({ ...store, put: refuse });
    origin.locks = undefined;
    origin.web.down = true;
    const page = await origin.open();

    expect(page.status).toMatchObject({ state: 'idle', sent: 0, dropped: 1, stored: 0 });
    expect(page.diagnostics.codes).toEqual(['RXM805', 'RXM803']);
  });

  it('keeps what fails at the end of a page', async () => {
    const origin = anOrigin();
    const page = await origin.open();
    origin.web.down = true;
    page.record('a');
    await page.close();
    origin.web.down = false;
    await origin.open();

    expect(origin.taken).toEqual(['a']);
    expect(page.status).toMatchObject({ state: 'idle', sent: 0, dropped: 0 });
  });
});
