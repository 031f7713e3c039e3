import { provideRouter } from '@angular/router';
import { TestBed } from '@angular/core/testing';
import { webcrypto } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { EVENT_LOG, EventStoreService, memoryEventLog } from 'rx-mesh/event-sourcing';
import { LEADERSHIP, pageLeadership } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { firstValueFrom, lastValueFrom, reduce } from 'rxjs';
import { Events } from './events';
import { ShopWork } from './shop-work';

const setUp = async () => {
  const log = memoryEventLog();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideRouter([]),
      { provide: EVENT_LOG, useValue: log },
      { provide: LEADERSHIP, useValue: pageLeadership() },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  TestBed.inject(ShopWork).start();
  const fixture = TestBed.createComponent(Events);
  const host = fixture.nativeElement as HTMLElement;
  const pass = async (ms = 0) => {
    for (let round = 0; round < 8; round++) {
      for (let turn = 0; turn < 10; turn++) await setImmediate();
      TestBed.tick();
    }
    for (let left = ms; left > 0; left -= 20) {
      clock.advance(Math.min(20, left));
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      TestBed.tick();
    }
  };
  const find = (selector: string) => {
    const found = host.querySelector<HTMLInputElement>(selector);
    if (!found) throw new Error(`There is no ${selector}.`);
    return found;
  };
  const press = async (label: string, ms = 0) => {
    const button = [...host.querySelectorAll<HTMLButtonElement>('button')].find((one) =>
      (one.getAttribute('aria-label') ?? one.textContent.trim()).startsWith(label),
    );
    if (!button) throw new Error(`There is no button "${label}".`);
    button.click();
    await pass(ms);
  };
  const seek = async (place: number) => {
    const input = find('.player input');
    input.value = String(place);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await pass();
  };
  const choose = async (selector: string, value: string) => {
    const select = find(selector);
    select.value = value;
    select.dispatchEvent(new Event('change'));
    await pass();
  };
  const texts = (selector: string) => Array.from(host.querySelectorAll(selector), words);
  await pass();
  return {
    choose,
    clock,
    find,
    fixture,
    host,
    pass,
    press,
    seek,
    store: TestBed.inject(EventStoreService),
    texts,
  };
};

/** The words of an element, those of its parts apart from each other. */
const words = (element: Node): string => {
  const parts: string[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) parts.push(walker.currentNode.textContent ?? '');
  return parts.join(' ').replace(/\s+/g, ' ').trim();
};

// jsdom has no SHA-256.
beforeAll(() =>
  Object.defineProperty(globalThis.crypto, 'subtle', {
    configurable: true,
    value: webcrypto.subtle,
  }),
);

const ORDERS = '[aria-labelledby=orders-heading] tbody tr';
const STATUS = 'footer [role=status]';
const TYPES = 'app-event-table tbody th';

describe(Events.name, () => {
  it('invites when there is nothing', async () => {
    const { find, texts } = await setUp();
    expect(texts(ORDERS)).toEqual(['No order yet. Place one.']);
    expect(texts('.where')).toEqual(['No event yet']);
    expect(texts('app-stat-tile .value')).toEqual(['0', '0', '€0', 'Live']);
    expect(find('.play').disabled).toBe(true);
  });

  it('appends, and shows what the read model makes of it', async () => {
    const { press, texts } = await setUp();
    await press('Place an order');
    await press('Pay order');
    expect(texts(TYPES)).toEqual(['OrderPaid', 'OrderPlaced']);
    expect(texts(ORDERS)).toEqual([expect.stringMatching(/Paid Ship Cancel$/)]);
    const [orders, open, revenue, model] = texts('app-stat-tile .value');
    expect([orders, open, model]).toEqual(['1', '1', 'Live']);
    expect(revenue).toMatch(/^€[1-9]/);
    expect(texts('app-stat-tile .hint').at(-1)).toMatch(/^Tab .{4}, this one, leads · position 2$/);
    const flows = new Set(texts('app-event-table td:last-child'));
    expect(flows.size).toBe(1);
  });

  it('shows the shop as it was, and reads nothing for that', async () => {
    const { press, seek, store, texts } = await setUp();
    await press('Place an order');
    await press('Pay order');
    await press('Ship order');
    const read = jest.spyOn(store, 'subscribeToAll');
    await seek(2);
    expect(texts('.replay app-tone-badge')).toEqual(['Looking back']);
    expect(texts('.where')[0]).toMatch(/^2 of 3 events · position 2, \d\d:/);
    expect(texts(ORDERS)[0]).toContain('Paid');
    expect(texts(TYPES)).toEqual(['OrderPaid', 'OrderPlaced']);
    await seek(0);
    expect(texts(ORDERS)).toEqual(['Here there was no order yet.']);
    expect(texts('.where')).toEqual(['0 of 3 events · the beginning']);
    expect(read).not.toHaveBeenCalled();
    await press('Back to now');
    expect(texts('.replay app-tone-badge')).toEqual(['Caught up']);
  });

  it('plays at its pace, stops, and is live at the end', async () => {
    const { choose, press, texts } = await setUp();
    for (let i = 0; i < 6; i++) await press('Place an order');
    await choose('.player select', '2');
    await press('Play', 1200);
    expect(texts('.where')[0]).toMatch(/^3 of 6/);
    await press('Pause', 2000);
    expect(texts('.where')[0]).toMatch(/^3 of 6/);
    await choose('.player select', '500');
    await press('Play', 400);
    expect(texts('.replay app-tone-badge')).toEqual(['Caught up']);
    expect(texts('.play')).toEqual(['Play']);
  });

  it('says it when somebody else was faster', async () => {
    const { find, host, pass, press, store, texts } = await setUp();
    await press('Place an order');
    const id = texts(`${ORDERS} th`)[0] ?? '';
    const pay = host.querySelector<HTMLButtonElement>(`[aria-label="Pay order ${id}"]`);
    await firstValueFrom(store.appendToStream(`order-${id}`, { type: 'OrderCancelled' }), {
      defaultValue: undefined,
    });
    pay?.click();
    await pass();
    expect(find('[role=alert]').textContent).toContain('Somebody else was faster');
    await press('Place an order');
    expect(find('[role=alert]').textContent.trim()).toBe('');
  });

  it('shows the events of other streams', async () => {
    const { choose, press, store, pass, texts } = await setUp();
    await press('Place an order');
    await firstValueFrom(store.appendToStream('saga-x-1', { type: 'SagaCompleted' }), {
      defaultValue: undefined,
    });
    await pass(5000);
    await choose('.part select', 'sagas');
    expect(texts(TYPES)).toEqual(['SagaCompleted']);
    await choose('.part select', 'all');
    expect(texts(TYPES)).toEqual(['SagaCompleted', 'OrderPlaced']);
    await choose('.part select', 'orders');
    expect(texts(TYPES)).toEqual(['OrderPlaced']);
  });

  it('imports what was exported, and says what is wrong with a file', async () => {
    const { find, pass, press, store, texts } = await setUp();
    await press('Place an order');
    const text = await lastValueFrom(
      store.exportNdjson({ category: 'order' }).pipe(reduce((all, chunk) => all + chunk, '')),
      { defaultValue: '' },
    );
    const offer = async (content: string) => {
      const input = find('input[type=file]');
      const stream = () =>
        new ReadableStream({
          start: (controller) => {
            controller.enqueue(new TextEncoder().encode(content));
            controller.close();
          },
        });
      Object.defineProperty(input, 'files', {
        configurable: true,
        value: [{ name: 'a.ndjson', stream }],
      });
      input.dispatchEvent(new Event('change'));
      await pass();
      // A digest is made on a thread of its own.
      for (let i = 0; i < 40 && !/stored|Line/.test(texts(STATUS)[0] ?? ''); i++) {
        await setTimeout(10);
        await pass();
      }
    };
    await offer(text);
    expect(texts(STATUS)).toEqual(['0 events were stored, 1 were there already.']);
    await offer('{"no":"export"}\n');
    expect(texts(STATUS)[0]).toContain('it is no export of rx-mesh');
  });

  it('leaves nothing running behind when the page is left', async () => {
    const { clock, fixture, pass, press } = await setUp();
    await press('Place an order');
    const before = clock.pending;
    await press('Play', 100);
    fixture.destroy();
    await pass(1000);
    expect(clock.pending).toBeLessThanOrEqual(before);
  });
});
