import fc from 'fast-check';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { OfflineOrigin, type OfflinePage } from '../../spec-support/offline-page';
import { settled } from '../../spec-support/settled';
import { IndexedDbSpanStore } from './indexed-db-span-store';
import { type SpanStore, memorySpanStore } from './span-store';
import { StoreKeeper } from './store-keeper';
import { seededRandom } from 'rx-mesh/kernel';
import { KeepaliveBudget } from './export-request';
import { otlpJson } from './otlp-json';
import { SpanBatcher } from './span-batcher';
import { StoreGuard } from './store-guard';

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

type Step =
  | 'record'
  | 'wait'
  | 'wait long'
  | 'down'
  | 'busy'
  | 'well'
  | 'offline'
  | 'online'
  | 'hide'
  | 'reload'
  | 'flush';

const steps = fc.array(
  fc.constantFrom<Step>(
    'record',
    'record',
    'wait',
    'wait long',
    'down',
    'busy',
    'well',
    'offline',
    'online',
    'hide',
    'reload',
    'flush',
  ),
  { minLength: 1, maxLength: 25 },
);

const indexedDbStore = (): SpanStore => {
  const databases = fakeDatabases();
  return new IndexedDbSpanStore('spans', () => databases);
};

/** Does what a step says; tells which page there is then. */
async function take(step: Step, origin: Origin, page: OfflinePage, names: string[]) {
  switch (step) {
    case 'record':
      names.push(`span ${names.length}`);
      page.record(`span ${names.length - 1}`);
      break;
    case 'wait':
      await origin.advance(1300);
      break;
    case 'wait long':
      await origin.advance(5000);
      await origin.advance(5000);
      break;
    case 'down':
      origin.web.down = true;
      break;
    case 'busy':
      origin.answer = () => new Response('', { status: 503 });
      break;
    case 'well':
      origin.web.down = false;
      origin.answer = () => new Response('{}');
      break;
    case 'offline':
      page.page.goOffline();
      break;
    case 'online':
      page.goOnline();
      break;
    case 'hide':
      page.batcher.leave();
      break;
    case 'reload':
      await page.close();
      return origin.open({ online: page.page.online });
    case 'flush':
      void page.batcher.flush();
      break;
  }
  await settled();
  return page;
}

describe(`${StoreKeeper.name}, whatever happens`, () => {
  it.each<[string, () => SpanStore, boolean, number]>([
    ['in memory, with locks', memorySpanStore, true, 40],
    ['in memory, without locks', memorySpanStore, false, 40],
    ['in IndexedDB', indexedDbStore, true, 10],
  ])(
    'brings each span through once (%s)',
    async (_name, store, locked, numRuns) => {
      await fc.assert(
        fc.asyncProperty(steps, async (list) => {
          const origin = anOrigin(store());
          if (!locked) origin.locks = undefined;
          const names: string[] = [];
          let page = await origin.open();
          for (const step of list) page = await take(step, origin, page, names);
          page = await take('well', origin, page, names);
          page = await take('online', origin, page, names);
          page = await take('reload', origin, page, names);
          await page.batcher.flush();
          await settled();

          expect([...origin.taken].sort()).toEqual([...names].sort());
          expect([await sizeOf(origin), page.status.dropped]).toEqual([0, 0]);
          expect([origin.web.open, origin.clock.pending]).toEqual([0, 0]);
        }),
        { numRuns },
      );
    },
    60_000,
  );
});
