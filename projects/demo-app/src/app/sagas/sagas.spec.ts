import { TestBed } from '@angular/core/testing';
import { setImmediate } from 'node:timers/promises';
import {
  EVENT_LOG,
  SNAPSHOT_STORE,
  memoryEventLog,
  memorySnapshotStore,
} from 'rx-mesh/event-sourcing';
import { LEADERSHIP, pageLeadership } from 'rx-mesh/kernel';
import { ManualClock, SequentialIds, provideRxMeshTesting } from 'rx-mesh/testing';
import { type Subscription } from 'rxjs';
import { SagaBook } from './saga-book';
import { Sagas } from './sagas';
import { SERVICE_STORAGE } from './service-ledger';

/** What outlives a page. */
const browser = () => {
  const stored = new Map<string, string>();
  return {
    log: memoryEventLog(),
    snapshots: memorySnapshotStore(),
    ids: new SequentialIds(),
    storage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
    },
  };
};

const open = async ({ ids, log, snapshots, storage } = browser()) => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      { provide: SequentialIds, useValue: ids },
      { provide: EVENT_LOG, useValue: log },
      { provide: SNAPSHOT_STORE, useValue: snapshots },
      { provide: LEADERSHIP, useValue: pageLeadership() },
      { provide: SERVICE_STORAGE, useValue: storage },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const work: Subscription = TestBed.inject(SagaBook).working$.subscribe();
  const fixture = TestBed.createComponent(Sagas);
  const host = fixture.nativeElement as HTMLElement;
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
    const button = [...host.querySelectorAll<HTMLButtonElement>('button')].find(
      (one) => one.textContent.trim() === label,
    );
    if (!button) throw new Error(`There is no button "${label}".`);
    button.click();
    await pass(ms);
  };
  const choose = async (at: number, value: string) => {
    const select = host.querySelectorAll('select')[at];
    if (!select) throw new Error('There is no such field.');
    select.value = value;
    select.dispatchEvent(new Event('change'));
    await pass();
  };
  const texts = (selector: string) => Array.from(host.querySelectorAll(selector), words);
  const close = () => {
    fixture.destroy();
    work.unsubscribe();
    TestBed.resetTestingModule();
  };
  await pass();
  return { choose, clock, close, fixture, host, pass, press, texts, work };
};

/** The words of an element, those of its parts apart from each other. */
const words = (element: Node): string => {
  const parts: string[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) parts.push(walker.currentNode.textContent ?? '');
  return parts.join(' ').replace(/\s+/g, ' ').trim();
};

const STATE = '.saga > header app-tone-badge';
const STEPS = '[aria-label=Steps] li app-tone-badge';
const UNDO = '[aria-label=Compensations] li .title';
const KEYS = '.keys tbody tr';

describe(Sagas.name, () => {
  it('invites when there is nothing, and does nothing by itself', async () => {
    const { texts } = await open();
    expect(texts('app-pick-list')).toEqual(['No saga yet. Place an order.']);
    expect(texts('.saga > .none')).toHaveLength(1);
  });

  it('does the steps in their order, two of them side by side', async () => {
    const { press, pass, texts } = await open();
    await press('Place order', 200);
    expect(texts(STATE)).toEqual(['Running']);
    expect(texts('.where')).toEqual(['runs in this tab']);
    expect(texts(STEPS)).toEqual(['Running', 'Not begun', 'Not begun', 'Not begun', 'Not begun']);
    await pass(1000);
    expect(texts(STEPS).filter((text) => text === 'Running')).toHaveLength(2);
    await pass(1500);
    expect(texts(STATE)).toEqual(['Completed']);
    expect(texts(KEYS).map((row) => row.replace(/^\S+\//, ''))).toEqual([
      'reserve stock 1 1',
      'charge payments 1 1',
      'notify mail 1 1',
      'courier courier 1 1',
    ]);
  });

  it('undoes what was done when the charge fails', async () => {
    const { choose, press, texts } = await open();
    await choose(0, 'charge');
    await press('Place order', 3000);
    expect(texts(STATE)).toEqual(['Undone']);
    expect(texts('.reason')).toEqual(['payments has declined']);
    expect(texts(UNDO)).toEqual(['Release stock']);
    expect(texts('app-pick-list app-tone-badge')).toEqual(['Undone']);
  });

  it('tries again what fails twice', async () => {
    const { choose, press, texts } = await open();
    await choose(0, 'reserve');
    await choose(1, 'twice');
    await press('Place order', 6000);
    expect(texts(STATE)).toEqual(['Completed']);
    expect(texts(KEYS)[0]).toMatch(/reserve stock 3 1$/);
    expect(texts('[aria-label=Steps] li .facts')[0]).toBe('3 tries');
  });

  it('goes on after a reload in the middle, and does nothing twice', async () => {
    const world = browser();
    const before = await open(world);
    await before.press('Place order', 700);
    expect(before.texts(STEPS).slice(0, 2)).toEqual(['Done', 'Running']);
    before.close();

    const after = await open(world);
    await after.pass(4000);
    expect(after.texts(STATE)).toEqual(['Completed']);
    expect(after.texts(KEYS).map((row) => row.slice(-3))).toEqual(['1 1', '2 1', '1 1', '1 1']);
    expect(after.texts('app-pick-list [role=option]')).toHaveLength(1);
  });

  it('pauses, goes on, and is cancelled', async () => {
    const { press, pass, texts } = await open();
    await press('Place order', 200);
    await press('Pause', 1500);
    expect(texts(STATE)).toEqual(['Paused']);
    expect(texts(STEPS).slice(0, 2)).toEqual(['Done', 'Not begun']);
    await press('Resume', 200);
    expect(texts(STATE)).toEqual(['Running']);
    await press('Cancel');
    await pass(3000);
    expect(texts(STATE)).toEqual(['Cancelled']);
    expect(texts(UNDO)).toEqual(['Refund card', 'Release stock']);
  });

  it('shows the one that is chosen, and the latest ten', async () => {
    const { host, press, pass, texts } = await open();
    for (let i = 0; i < 11; i++) await press('Place order', 100);
    await pass(4000);
    expect(texts('app-pick-list [role=option]')).toHaveLength(10);
    const last = [...host.querySelectorAll<HTMLElement>('app-pick-list [role=option]')].at(-1);
    last?.click();
    await pass();
    expect(last?.getAttribute('aria-selected')).toBe('true');
  });
});
