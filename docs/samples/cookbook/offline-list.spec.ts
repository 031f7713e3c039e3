import { ApplicationInitStatus } from '@angular/core';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import {
  EVENT_LOG,
  READ_MODEL_STORAGE,
  memoryEventLog,
  memoryReadModels,
} from 'rx-mesh/event-sourcing';
import { ManualClock, ManualPage, provideRxMeshTesting } from 'rx-mesh/testing';
import { OrderList, shopProviders } from './offline-list';
import { see, settled } from './spec-support/see';

/** A browser: its storage outlives its pages. */
function browser() {
  const storages = [
    { provide: EVENT_LOG, useValue: memoryEventLog() },
    { provide: READ_MODEL_STORAGE, useValue: memoryReadModels() },
  ];
  return {
    page: async (isOnline: boolean) => {
      TestBed.resetTestingModule().configureTestingModule({
        providers: [shopProviders, storages, provideHttpClientTesting(), provideRxMeshTesting()],
      });
      const network = TestBed.inject(ManualPage);
      if (!isOnline) network.goOffline();
      await TestBed.inject(ApplicationInitStatus).donePromise;
      const clock = TestBed.inject(ManualClock);
      const backend = TestBed.inject(HttpTestingController);
      const list = TestBed.inject(OrderList);
      const advance = async (ms = 0) => {
        for (let turn = 0; turn < 6; turn++) {
          await settled();
          clock.advance(turn === 0 ? ms : 0);
        }
      };
      await advance();
      return {
        advance,
        list,
        network,
        posts: () => backend.match({ method: 'POST' }),
        shown: () => ({
          placed: list.placed().map(({ sku }) => sku),
          waiting: list.waiting().map(({ state }) => state),
        }),
      };
    },
  };
}

describe('Recipe: a live list that survives offline', () => {
  it('keeps an order over offline and a reload, and places it once', async () => {
    const { page } = browser();
    const before = await page(false);
    const left = see(before.list.place('7', 'tea'));
    await before.advance(60_000);
    expect(before.posts().length).toBe(0);
    expect(before.shown()).toEqual({ placed: [], waiting: ['queued'] });
    left.leave();

    const after = await page(false);
    expect(after.shown()).toEqual({ placed: [], waiting: ['queued'] });
    after.network.goOnline();
    await after.advance(1000);
    const [post, ...more] = after.posts();
    expect(more.length).toBe(0);
    post?.flush(null, { status: 201, statusText: 'Created' });
    await after.advance(1000);
    expect(after.shown()).toEqual({ placed: ['tea'], waiting: [] });
    expect((await page(true)).shown()).toEqual({ placed: ['tea'], waiting: [] });
  });

  it('sends it again under the same key when the answer was lost', async () => {
    const { advance, list, posts, shown } = await browser().page(true);
    see(list.place('7', 'tea'));
    await advance();
    const [first] = posts();
    first?.error(new ProgressEvent('error'));
    await advance(2000);
    const [second] = posts();
    expect(second?.request.headers.get('Idempotency-Key')).toBe(
      first?.request.headers.get('Idempotency-Key'),
    );
    second?.flush(null, { status: 201, statusText: 'Created' });
    await advance(1000);
    expect(shown()).toEqual({ placed: ['tea'], waiting: [] });
  });

  it('keeps what was refused in view until somebody decides', async () => {
    const { advance, list, posts, shown } = await browser().page(true);
    const seen = see(list.place('7', 'tea'));
    await advance();
    posts()[0]?.flush('sold out', { status: 422, statusText: 'Unprocessable' });
    await advance(60_000);
    expect(posts().length).toBe(0);
    expect(shown()).toEqual({ placed: [], waiting: ['rejected'] });
    expect(seen.values.at(-1)).toMatchObject({ state: 'rejected', reason: { status: 422 } });
  });
});
