import { TestBed } from '@angular/core/testing';
import { ManualPage } from 'rx-mesh/testing';
import { SERVICE_STORAGE } from '../sagas/service-ledger';
import { ShopConditions, pageUnder } from './conditions';

const setUp = (stored: string | null = null) => {
  const storage = {
    getItem: () => stored,
    setItem: (_key: string, text: string) => (stored = text),
  };
  TestBed.configureTestingModule({ providers: [{ provide: SERVICE_STORAGE, useValue: storage }] });
  const conditions = TestBed.inject(ShopConditions);
  const browser = new ManualPage();
  return { browser, conditions, page: pageUnder(browser, conditions) };
};

describe(ShopConditions.name, () => {
  it('are fair at first', () => {
    const fair = { offline: false, paused: false, mood: 'well', restocked: false };
    expect(setUp().conditions.now()).toEqual(fair);
  });

  it('are what was stored, but for what makes no sense', () => {
    const { conditions } = setUp('{"offline":true,"paused":1,"mood":"down","restocked":true}');
    const now = { offline: true, paused: false, mood: 'down', restocked: true };
    expect(conditions.now()).toEqual(now);
  });
});

describe(pageUnder.name, () => {
  it('has a network when the browser has one, and the visitor lets it', () => {
    const { browser, conditions, page } = setUp();
    const seen: boolean[] = [];
    page.online$.subscribe((online) => seen.push(online));
    conditions.change({ offline: true });
    browser.goOffline();
    conditions.change({ offline: false });
    expect(page.online).toBe(false);
    browser.goOnline();
    conditions.change({ paused: true });
    expect(page.online).toBe(true);
    expect(seen).toEqual([true, false, true]);
  });

  it('is else as the page of the browser', () => {
    const { browser, page } = setUp();
    browser.hide();
    browser.saveData = true;
    expect([page.hidden, page.saveData, page.interruptions]).toEqual([true, true, 1]);
  });
});
