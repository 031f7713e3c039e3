import { deserialize, serialize } from 'node:v8';
import { type ApplicationRef, provideZonelessChangeDetection } from '@angular/core';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { createApplication } from '@angular/platform-browser';
import {
  IDBCursor,
  IDBDatabase,
  IDBFactory,
  IDBIndex,
  IDBKeyRange,
  IDBObjectStore,
  IDBRequest,
  IDBTransaction,
} from 'fake-indexeddb';
import { ID_GENERATOR, cryptoIdGenerator } from 'rx-mesh/kernel';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see, until } from './spec-support/see';
import { Basket, Prices, shopProviders } from './two-tabs';

// What jsdom leaves out, and a browser has.
Object.assign(globalThis, {
  IDBCursor,
  IDBDatabase,
  IDBIndex,
  IDBKeyRange,
  IDBObjectStore,
  IDBRequest,
  IDBTransaction,
  structuredClone: <T>(value: T): T => deserialize(serialize(value)) as T,
});

/** Tabs of one browser: one database, and channels between them. */
function browser() {
  Object.assign(globalThis, { indexedDB: new IDBFactory() });
  const open: ApplicationRef[] = [];
  return {
    tab: async () => {
      const app = await createApplication({
        providers: [
          provideZonelessChangeDetection(),
          shopProviders,
          provideHttpClientTesting(),
          provideRxMeshTesting(),
          // Counted ids would be the same in both tabs.
          { provide: ID_GENERATOR, useValue: cryptoIdGenerator() },
        ],
      });
      open.push(app);
      const { injector } = app;
      const backend = injector.get(HttpTestingController);
      return {
        basket: injector.get(Basket),
        prices: injector.get(Prices),
        requests: () => backend.match(() => true),
      };
    },
    close: () => open.splice(0).forEach((app) => app.destroy()),
  };
}

describe('Recipe: two tabs, one truth', () => {
  it('has one basket in both, whoever adds, also at the same time', async () => {
    const { close, tab } = browser();
    const [a, b] = [await tab(), await tab()];
    const [seenA, seenB] = [see(a.basket.skus$), see(b.basket.skus$)];
    const added = [see(a.basket.add('tea')), see(b.basket.add('cup')), see(a.basket.add('pot'))];
    await until(() => added.every(({ completed }) => completed));
    await until(() => [seenA, seenB].every(({ values }) => values.at(-1)?.length === 3));

    expect([...(seenA.values.at(-1) ?? [])].sort()).toEqual(['cup', 'pot', 'tea']);
    expect(seenB.values.at(-1)).toEqual(seenA.values.at(-1));
    [seenA, seenB].forEach(({ leave }) => leave());
    close();
  });

  it('still has it when both are closed and one is opened', async () => {
    const { close, tab } = browser();
    const first = await tab();
    const added = see(first.basket.add('tea'));
    await until(() => added.completed);
    close();
    const seen = see((await tab()).basket.skus$);
    await until(() => seen.values.at(-1)?.length === 1);
    expect(seen.values.at(-1)).toEqual(['tea']);
    seen.leave();
    close();
  });

  it('asks for a price again in each tab that shows it, once one of them says that it changed', async () => {
    const { close, tab } = browser();
    const [a, b] = [await tab(), await tab()];
    const [seenA, seenB] = [see(a.prices.of('tea')), see(b.prices.of('tea'))];
    a.requests().forEach((request) => request.flush(3));
    b.requests().forEach((request) => request.flush(3));
    expect([seenA.values, seenB.values]).toEqual([[3], [3]]);

    see(a.prices.changed());
    let late = b.requests();
    await until(() => (late = late.length > 0 ? late : b.requests()).length > 0);
    a.requests().forEach((request) => request.flush(4));
    late.forEach((request) => request.flush(4));
    expect([seenA.values, seenB.values]).toEqual([
      [3, 4],
      [3, 4],
    ]);
    [seenA, seenB].forEach(({ leave }) => leave());
    close();
  });
});
