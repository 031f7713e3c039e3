import { EnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { setImmediate } from 'node:timers/promises';
import {
  EVENT_LOG,
  EventStoreService,
  READ_MODEL_STORAGE,
  memoryEventLog,
  memoryReadModels,
} from 'rx-mesh/event-sourcing';
import { LEADERSHIP, pageLeadership } from 'rx-mesh/kernel';
import {
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  SequentialIds,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import { firstValueFrom } from 'rxjs';
import { SERVICE_STORAGE } from '../sagas/service-ledger';
import { Cqrs } from './cqrs';
import { CQRS_ROUTES } from './cqrs.routes';

/** What outlives a page. */
const browser = () => {
  const stored = new Map<string, string>();
  return {
    log: memoryEventLog(),
    models: memoryReadModels(),
    ids: new SequentialIds(),
    storage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
    },
  };
};

const open = async ({ ids, log, models, storage } = browser()) => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideRouter([{ path: 'cqrs', children: CQRS_ROUTES }]),
      { provide: SequentialIds, useValue: ids },
      { provide: EVENT_LOG, useValue: log },
      { provide: READ_MODEL_STORAGE, useValue: models },
      { provide: LEADERSHIP, useValue: pageLeadership() },
      { provide: SERVICE_STORAGE, useValue: storage },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const page = TestBed.inject(ManualPage);
  const harness = await RouterTestingHarness.create();
  await harness.navigateByUrl('/cqrs', Cqrs);
  const host = harness.routeNativeElement;
  if (!host) throw new Error('There is no page.');
  const settle = async () => {
    for (let round = 0; round < 4; round++) {
      for (let turn = 0; turn < 12; turn++) await setImmediate();
      TestBed.tick();
    }
  };
  const pass = async (ms = 0) => {
    await settle();
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(Math.min(100, left));
      await settle();
    }
  };
  const press = async (label: string, ms = 0) => {
    const button = [...host.querySelectorAll<HTMLButtonElement>('button')].find((one) =>
      (one.getAttribute('aria-label') ?? one.textContent.trim()).startsWith(label),
    );
    if (!button) throw new Error(`There is no button "${label}".`);
    button.click();
    await pass(ms);
  };
  const flip = async (label: string, ms = 0) => {
    const toggle = [...host.querySelectorAll('mat-slide-toggle')].find((one) =>
      one.textContent.includes(label),
    );
    toggle?.querySelector('button')?.click();
    await pass(ms);
  };
  const choose = async (at: number, value: string) => {
    const select = host.querySelectorAll('select')[at];
    if (!select) throw new Error('There is no such field.');
    select.value = value;
    select.dispatchEvent(new Event('change'));
    await pass();
  };
  const order = async (customer: string, item: string, ms = 0) => {
    await choose(0, customer);
    await choose(1, item);
    await press('Place order', ms);
  };
  const texts = (selector: string) => Array.from(host.querySelectorAll(selector), words);
  const close = () => {
    const route = harness.routeDebugElement?.injector.get(EnvironmentInjector);
    harness.fixture.destroy();
    // That of the route, which the router would keep.
    route?.destroy();
    TestBed.resetTestingModule();
  };
  await pass();
  const diagnostics = TestBed.inject(RecordingDiagnostics);
  return {
    choose,
    clock,
    close,
    diagnostics,
    flip,
    harness,
    host,
    order,
    page,
    pass,
    press,
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

const ORDERS = '[aria-label="Latest orders"] app-tone-badge';
const ITEMS = '[aria-label="Latest orders"] strong';
const OUTBOX = '[aria-label="Commands in the outbox"] > li';
const STATES = `${OUTBOX} app-tone-badge`;
const NEWS = '.part footer [role=status]';
const LAGS = '.lag';
const SERVICE = 'tbody tr';
/** Customer, item, how often it was sent and accepted, and its place; the newest first. */
const arrivals = (texts: (selector: string) => string[]) =>
  texts(SERVICE).map((row) => row.replace(/^\S+ /, ''));

describe(Cqrs.name, () => {
  it('invites when there is nothing', async () => {
    const { texts } = await open();
    expect(texts('[aria-label="Latest orders"]')).toEqual(['No order yet. Place one.']);
    expect(texts(OUTBOX)).toEqual(['Nothing waits to be sent.']);
    expect(texts(SERVICE)).toEqual(['No command has arrived yet.']);
    expect(texts('.network')).toEqual(['Online Offline']);
    expect(texts(LAGS)).toEqual(['0 events · 0 ms', '0 events · 0 ms']);
  });

  it('shows an order at once, and then what becomes of it', async () => {
    const { order, pass, texts } = await open();
    await order('Grace', 'Desk lamp');
    expect(texts(ORDERS)).toEqual(['On its way']);
    expect(texts(STATES)).toEqual(['On its way']);
    await pass(600);
    expect(texts(ORDERS)).toEqual(['In the read model']);
    expect(texts(OUTBOX)).toEqual(['Nothing waits to be sent.']);
    expect(arrivals(texts)).toEqual(['Grace Desk lamp 1 1 1']);
  });

  it('sends what was placed offline once, in its order, after a reload', async () => {
    const world = browser();
    const before = await open(world);
    await before.flip('Offline');
    for (const item of ['Road bike', 'Notebook', 'Desk lamp']) await before.order('Ada', item);
    await before.pass(5000);
    expect(before.texts(ORDERS)).toEqual(['Not sent yet', 'Not sent yet', 'Not sent yet']);
    expect(before.texts(OUTBOX)[0]).toContain('not sent yet · waits for the network');
    before.close();

    const after = await open(world);
    await after.pass(5000);
    expect(after.texts('.network')).toEqual(['Offline Offline']);
    expect(after.texts(ITEMS)).toEqual(['Desk lamp', 'Notebook', 'Road bike']);
    expect(after.texts(ORDERS)).toEqual(['Not sent yet', 'Not sent yet', 'Not sent yet']);
    expect(after.texts(SERVICE)).toEqual(['No command has arrived yet.']);
    await after.flip('Offline', 3000);
    const arrived = ['Ada Desk lamp 1 1 3', 'Ada Notebook 1 1 2', 'Ada Road bike 1 1 1'];
    expect(arrivals(after.texts)).toEqual(arrived);
    expect(new Set(after.texts(ORDERS))).toEqual(new Set(['In the read model']));
    after.close();

    const later = await open(world);
    await later.pass(5000);
    expect(arrivals(later.texts)).toEqual(arrived);
    expect(later.texts(ORDERS)).toHaveLength(3);
    expect(later.diagnostics.records).toEqual([]);
  });

  it('waits as well when the browser has no network', async () => {
    const { order, page, pass, texts } = await open();
    page.goOffline();
    await order('Ada', 'Notebook', 2000);
    expect(texts('.network')).toEqual(['Offline Offline']);
    expect(texts(ORDERS)).toEqual(['Not sent yet']);
    page.goOnline();
    await pass(1000);
    expect(texts(ORDERS)).toEqual(['In the read model']);
  });

  it('does once what is sent twice since an answer was lost', async () => {
    const { choose, order, pass, texts } = await open();
    await choose(2, 'forgetful');
    await order('Ada', 'Notebook', 500);
    expect(texts(OUTBOX)[0]).toContain('sent once · The answer of the order service was lost.');
    await pass(2000);
    expect(texts(OUTBOX)).toEqual(['Nothing waits to be sent.']);
    expect(arrivals(texts)).toEqual(['Ada Notebook 2 1 1']);
    expect(texts(ORDERS)).toEqual(['In the read model']);
  });

  it('takes back what is sold out, says why, and goes on when it is ordered anew', async () => {
    const { flip, order, press, texts } = await open();
    await order('Linus', 'Vinyl record', 1000);
    expect(texts(ORDERS)).toEqual([]);
    expect(texts(NEWS)).toEqual([
      'Vinyl record for Linus was taken back: Vinyl record is sold out.',
    ]);
    expect(texts(STATES)).toEqual(['Refused']);
    await order('Linus', 'Notebook', 1000);
    expect(texts(STATES)).toEqual(['Refused', 'Held back']);
    await flip('Vinyl records are back');
    await press('Order again', 2000);
    expect(texts(OUTBOX)).toEqual(['Nothing waits to be sent.']);
    expect(arrivals(texts)).toEqual([
      'Linus Notebook 1 1 2',
      'Linus Vinyl record 1 1 1',
      'Linus Vinyl record 1 0 –',
    ]);
  });

  it('takes out what is cancelled', async () => {
    const { flip, order, press, texts } = await open();
    await flip('Offline');
    await order('Ada', 'Notebook');
    await order('Ada', 'Desk lamp');
    await press('Cancel: Notebook');
    expect(texts(ITEMS)).toEqual(['Desk lamp']);
    expect(texts(NEWS)).toEqual([
      'Notebook for Ada was taken back: it was taken out of the outbox',
    ]);
    await flip('Offline', 2000);
    expect(arrivals(texts)).toEqual(['Ada Desk lamp 1 1 1']);
  });

  it('tries again while the service is down, and at once when it is told to', async () => {
    const { choose, order, press, texts } = await open();
    await choose(2, 'down');
    await order('Ada', 'Notebook', 3000);
    expect(texts(STATES)).toEqual(['Tries again']);
    expect(texts(OUTBOX)[0]).toMatch(/sent \d times · The order service is down\./);
    expect(texts(SERVICE)).toEqual(['No command has arrived yet.']);
    await choose(2, 'well');
    await press('Send now', 600);
    expect(texts(ORDERS)).toEqual(['In the read model']);
  });

  it('says what is wrong when a wish cannot be fulfilled', async () => {
    const { flip, host, order, pass, texts } = await open();
    await flip('Offline');
    await order('Ada', 'Notebook');
    const cancel = [...host.querySelectorAll('button')].find(
      (one) => one.getAttribute('aria-label')?.startsWith('Cancel') === true,
    );
    jest
      .spyOn(TestBed.inject(READ_MODEL_STORAGE), 'commit')
      .mockRejectedValue(new Error('The disk is full.'));
    cancel?.click();
    await pass(60_000);
    expect(texts('[role=alert]')).toEqual([expect.stringContaining('disk')]);
  });

  it('says how far the read model is behind, and shows meanwhile what was accepted', async () => {
    const { flip, order, pass, texts } = await open();
    await order('Ada', 'Notebook', 1000);
    await flip('Pause projector');
    await order('Ada', 'Desk lamp', 500);
    await order('Ada', 'Road bike', 2000);
    expect(texts(ORDERS)).toEqual(['Accepted', 'Accepted', 'In the read model']);
    expect(texts(LAGS)[0]).toMatch(/^2 events · [12]\.\d s$/);
    const before = texts(LAGS)[0];
    await pass(3000);
    expect(texts(LAGS)[0]).not.toBe(before);
    await flip('Pause projector', 1000);
    expect(texts(LAGS)[0]).toBe('0 events · 0 ms');
    expect(new Set(texts(ORDERS))).toEqual(new Set(['In the read model']));
  });

  it('shows no order that was placed elsewhere', async () => {
    const { pass, texts } = await open();
    const event = { type: 'OrderPlaced', data: { item: 'Notebook', amount: 12 } };
    await firstValueFrom(TestBed.inject(EventStoreService).appendToStream('order-x', event), {
      defaultValue: undefined,
    });
    await pass(1000);
    expect(texts(ORDERS)).toEqual([]);
  });

  it('leaves nothing running when the application ends', async () => {
    const { clock, close, flip, order } = await open();
    await flip('Offline');
    await order('Ada', 'Notebook');
    close();
    expect(clock.pending).toBe(0);
  });
});
