import { EnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import * as fakeIndexedDb from 'fake-indexeddb';
import { setImmediate } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import { InMemoryRemoteCache } from 'rx-mesh/caching';
import { LEADERSHIP, pageLeadership } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { SERVICE_STORAGE } from '../sagas/service-ledger';
import { Caching } from './caching';
import { CACHING_ROUTES } from './caching.routes';
import { SHELF } from './shelf';

/** What outlives a page. */
const browser = () => {
  const stored = new Map<string, string>();
  return {
    storage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
    },
    databases: new fakeIndexedDb.IDBFactory(),
    shelf: new InMemoryRemoteCache({ capabilities: { shared: false, durable: true } }),
  };
};

const open = async ({ databases, shelf, storage } = browser()) => {
  // What browsers have, and jsdom has not.
  Object.assign(window, {
    ...fakeIndexedDb,
    indexedDB: databases,
    matchMedia: () => ({ matches: false }),
    structuredClone: (value: unknown): unknown => deserialize(serialize(value)),
  });
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideRouter([{ path: 'caching', children: CACHING_ROUTES }]),
      { provide: LEADERSHIP, useValue: pageLeadership() },
      { provide: SERVICE_STORAGE, useValue: storage },
      { provide: SHELF, useValue: shelf },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const harness = await RouterTestingHarness.create();
  await harness.navigateByUrl('/caching', Caching);
  const host = harness.routeNativeElement;
  if (!host) throw new Error('There is no page.');
  const settle = async () => {
    for (let round = 0; round < 3; round++) {
      for (let turn = 0; turn < 8; turn++) await setImmediate();
      TestBed.tick();
    }
  };
  const pass = async (ms = 0) => {
    await settle();
    for (let left = ms; left > 0; left -= 250) {
      clock.advance(Math.min(250, left));
      await settle();
    }
  };
  const press = async (label: string, ms = 0) => {
    const button = [...host.querySelectorAll<HTMLButtonElement>('button')].find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === label,
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
  const reprice = async (price: string, ms = 0) => {
    const input = host.querySelector<HTMLInputElement>('.euros input');
    if (!input) throw new Error('There is no field for a price.');
    input.value = price;
    host.querySelector('form')?.dispatchEvent(new Event('submit'));
    await pass(ms);
  };
  const texts = (selector: string) => Array.from(host.querySelectorAll(selector), words);
  const row = (name: string) => texts('.row').find((text) => text.startsWith(name)) ?? '';
  const close = () => {
    const route = harness.routeDebugElement?.injector.get(EnvironmentInjector);
    harness.fixture.destroy();
    // That of the route, which the router would keep.
    route?.destroy();
    TestBed.resetTestingModule();
  };
  await pass();
  const diagnostics = TestBed.inject(RecordingDiagnostics);
  return { choose, clock, close, diagnostics, flip, host, pass, press, reprice, row, texts };
};

/** The words of an element, those of its parts apart from each other. */
const words = (element: Node): string => {
  const parts: string[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) parts.push(walker.currentNode.textContent ?? '');
  return parts.join(' ').replace(/\s+/g, ' ').trim();
};

const NEWS = '.part footer [role=status]';
const CALLS = '.calls';

describe(Caching.name, () => {
  it('loads all products when somebody comes, and gives them from the page then', async () => {
    const { pass, press, row, texts } = await open();
    expect(row('Desk lamp')).toBe(
      'Desk lamp LMP-014 lighting – Not read Not in the page Read Invalidate',
    );
    await pass(500);
    expect(row('Desk lamp')).toMatch(
      /^Desk lamp LMP-014 lighting €89 Loaded in 4\d\d ms Fresh, \d+ s left/,
    );
    expect(texts('#goods-heading + p')).toEqual(['Anna · 8 of 8 in the page']);
    expect(texts(CALLS)).toEqual(['8']);
    await press('Read Desk lamp');
    expect(row('Desk lamp')).toContain('From the page in 0 ms');
    expect(texts(CALLS)).toEqual(['8']);
    expect(texts('.entries')).toEqual(['8']);
  });

  it('shows how values age: they are loaded ahead, and given while they are stale', async () => {
    const { host, pass, press, row, texts } = await open();
    await pass(500);
    const bar = () => host.querySelector('[aria-label="Time left of Desk lamp"]');
    expect(Number(bar()?.getAttribute('aria-valuenow'))).toBeGreaterThan(95);
    await pass(16_250);
    expect(row('Desk lamp')).toContain('the next read loads ahead');
    await press('Read Desk lamp');
    expect(row('Desk lamp')).toContain('From the page');
    await pass(500);
    expect(row('Desk lamp')).toMatch(/Loaded ahead Fresh, (19|20) s left/);
    await pass(4000);
    expect(row('Cushion')).toMatch(/Stale, given while it is loaded anew for \d+ s/);
    expect(bar()?.getAttribute('aria-valuetext')).toMatch(/^Fresh/);
    await press('Read Cushion');
    expect(row('Cushion')).toContain('From the page, stale');
    await pass(500);
    expect(row('Cushion')).toContain('Loaded ahead');
    expect(texts(CALLS)).toEqual(['10']);
  });

  it('gives what it has while the source is down, and says so where it has nothing', async () => {
    const { flip, pass, press, row } = await open();
    await pass(500);
    await flip('Source is down');
    await pass(31_000);
    await press('Read Desk lamp', 750);
    expect(row('Desk lamp')).toContain('From the page, stale The source is down.');
    await press('Invalidate Cushion');
    expect(row('Cushion')).toContain('– Dropped Not in the page');
    await press('Read Cushion', 750);
    expect(row('Cushion')).toContain('Not loaded The source is down.');
    await flip('Source is down');
    await press('Read Cushion', 750);
    expect(row('Cushion')).toContain('€38 Loaded in');
  });

  it('asks the source once, however many ask for a key', async () => {
    const { choose, host, pass, press, texts } = await open();
    await pass(500);
    await choose(0, '1500');
    await press('Read 100 times');
    expect(
      host.querySelector<HTMLButtonElement>('section button[disabled]')?.textContent,
    ).toContain('Read 100 times');
    expect(texts('[aria-labelledby="rush-heading"]')[0]).toContain('They wait …');
    await pass(1750);
    expect(texts('.rush dd')).toEqual(['100', '1', '100']);
    expect(texts(CALLS)).toEqual(['9']);
  });

  it('counts those who are not answered', async () => {
    const { flip, pass, press, texts } = await open();
    await pass(500);
    await flip('Source is down');
    await press('Read 100 times', 750);
    expect(texts('.rush dd')).toEqual(['100', '1', '0']);
  });

  it('makes all of a category void in one step, and the price list with them', async () => {
    const { pass, press, row, texts } = await open();
    await pass(500);
    await press('Read price list', 500);
    expect(texts('.total')).toEqual(['€780']);
    await press('Invalidate all of kitchen');
    expect(texts(NEWS)).toEqual([
      'Tag kitchen: 1 step made void Stoneware mug, Iron pan, the price list.',
    ]);
    expect(row('Iron pan')).toContain('Not in the page');
    expect(row('Cushion')).toContain('Fresh');
    expect(texts('.total')).toEqual(['–']);
    await press('Invalidate Iron pan');
    expect(texts(NEWS)[0]).toContain('made void nothing that was here.');
  });

  it('makes the price list void with a product', async () => {
    const { pass, press, texts } = await open();
    await pass(500);
    await press('Read price list', 500);
    await press('Invalidate Wool rug');
    expect(texts(NEWS)[0]).toMatch(/^Wool rug: .* made void Wool rug, the price list\.$/);
    await press('Read price list', 500);
    expect(texts('[aria-labelledby="list-heading"]')[0]).toContain('€780 Loaded');
  });

  it('gives values of the second level after a reload', async () => {
    const before = browser();
    const first = await open(before);
    await first.pass(500);
    first.close();
    const { pass, row, texts } = await open(before);
    await pass(500);
    expect(row('Desk lamp')).toContain('€89 From the second level');
    expect(texts(CALLS)).toEqual(['0']);
    expect(texts('.given')).toEqual(['8']);
  });

  it('goes on without the second level, and tells it later what it has missed', async () => {
    const before = browser();
    const first = await open(before);
    await first.pass(500);
    await first.flip('Second level is down');
    await first.press('Invalidate Desk lamp');
    await first.press('Read Desk lamp', 500);
    expect(first.row('Desk lamp')).toContain('Loaded');
    expect(first.texts('app-cache-levels app-tone-badge')).toEqual(['Down, left alone']);
    expect(first.texts('.since')).toEqual(['0']);
    await first.flip('Second level is down', 60_000);
    expect(first.texts('app-cache-levels app-tone-badge')).toEqual(['Up']);
    expect(Number(first.texts('.since')[0])).toBeGreaterThan(0);
    first.close();
  });

  it('shows nobody what is of another user', async () => {
    const { host, pass, press, row, texts } = await open();
    await pass(500);
    const [, bert] = host.querySelectorAll<HTMLButtonElement>('mat-button-toggle button');
    bert?.click();
    await pass();
    expect(texts('#goods-heading + p')).toEqual(['Bert · 0 of 8 in the page']);
    await press('Read all', 500);
    expect(row('Desk lamp')).toContain('€80 Loaded');
    await press('Log out');
    expect(texts('#goods-heading + p')).toEqual(['Nobody · 0 of 8 in the page']);
    // Nobody's values stay in the page.
    const written = texts('.written');
    await press('Read Desk lamp', 500);
    expect(row('Desk lamp')).toContain('€89 Loaded');
    expect(texts('.written')).toEqual(written);
  });

  it('keeps the answer to one user from the next one', async () => {
    const { host, pass, row } = await open();
    host.querySelectorAll<HTMLButtonElement>('mat-button-toggle button')[1]?.click();
    await pass(750);
    expect(row('Desk lamp')).toContain('Not read Not in the page');
  });

  it('stays with nobody, and asks for nothing, after a log out and a reload', async () => {
    const before = browser();
    const first = await open(before);
    await first.pass(500);
    await first.press('Log out');
    first.close();
    const { pass, texts } = await open(before);
    await pass(500);
    expect(texts('#goods-heading + p')).toEqual(['Nobody · 0 of 8 in the page']);
    expect(texts(CALLS)).toEqual(['0']);
  });

  it('shows a changed price at once, and has it stored later', async () => {
    const before = browser();
    const { choose, close, pass, press, reprice, row, texts } = await open(before);
    await pass(500);
    await press('Read price list', 500);
    await choose(1, 'CSH-005');
    await reprice('41');
    await reprice('42.4');
    expect(row('Cushion')).toContain('€42 Written here');
    expect(texts('.waits')).toEqual(['1']);
    expect(texts('[aria-label="Changed prices"] li')).toEqual(['Cushion, €42 Waits']);
    expect(texts('.total')).toEqual(['–']);
    await pass(3000);
    expect(texts('.waits')).toEqual(['0']);
    expect(texts('[aria-label="Changed prices"] li')).toEqual(['Cushion, €42 Stored']);
    await press('Read price list', 500);
    expect(texts('.total')).toEqual(['€784']);
    close();
    expect(JSON.parse(before.storage.getItem('rx-mesh-demo.agreed-prices') ?? '')).toEqual([
      { customer: 'anna', sku: 'CSH-005', price: 42 },
    ]);
  });

  it('keeps a price that cannot be stored until it can', async () => {
    const { flip, pass, reprice, texts } = await open();
    await pass(500);
    await flip('Source is down');
    await reprice('70', 5000);
    expect(texts('.waits')).toEqual(['1']);
    await flip('Source is down', 60_000);
    expect(texts('.waits')).toEqual(['0']);
  });

  it('stores after a reload what was waiting', async () => {
    const before = browser();
    const first = await open(before);
    await first.pass(500);
    await first.flip('Source is down');
    await first.reprice('70');
    expect(first.texts('.waits')).toEqual(['1']);
    first.close();
    const { pass, texts } = await open(before);
    expect(texts('.waits')).toEqual(['1']);
    await pass(3000);
    expect(texts('.waits')).toEqual(['0']);
    expect(JSON.parse(before.storage.getItem('rx-mesh-demo.agreed-prices') ?? '')).toEqual([
      { customer: 'anna', sku: 'LMP-014', price: 70 },
    ]);
  });

  it.each(['', '-3', 'a lot', '100000'])('refuses a price of "%s"', async (text) => {
    const { pass, reprice, texts } = await open();
    await pass(500);
    await reprice(text);
    expect(texts('.trouble')).toEqual(['A price is a number of euros, from 1 to 99999.']);
    expect(texts('.waits')).toEqual(['0']);
    await reprice('77');
    expect(texts('.trouble')).toEqual(['']);
  });

  it('says why a price cannot be kept, and keeps none', async () => {
    const { pass, reprice, row, texts } = await open();
    await pass(500);
    Object.assign(window, {
      structuredClone: (): never => {
        throw new DOMException('No.', 'DataCloneError');
      },
    });
    await reprice('77');
    expect(texts('.trouble')[0]).not.toBe('');
    expect(row('Desk lamp')).toContain('€89 Loaded');
    expect(texts('.waits')).toEqual(['0']);
    expect(texts('[aria-label="Changed prices"] li')[0]).toContain('None yet.');
  });

  it('keeps what goes wrong for one user from the next one', async () => {
    const { flip, host, pass, press, row } = await open();
    await pass(500);
    await flip('Source is down');
    await press('Invalidate Cushion');
    await press('Read Cushion');
    host.querySelectorAll<HTMLButtonElement>('mat-button-toggle button')[1]?.click();
    await pass(750);
    expect(row('Cushion')).toContain('Not read Not in the page');
  });

  it('leaves nothing open', async () => {
    const { clock, close, pass, press } = await open();
    await pass(500);
    await press('Read all');
    close();
    expect(clock.pending).toBe(0);
  });
});
