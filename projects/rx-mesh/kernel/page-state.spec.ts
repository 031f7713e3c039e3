import { TestBed } from '@angular/core/testing';
import { ManualClock } from 'rx-mesh/testing';
import { CLOCK } from './clock';
import { PAGE_STATE, alwaysOnline } from './page-state';

function world() {
  const clock = new ManualClock({ startAt: 1000 });
  TestBed.configureTestingModule({ providers: [{ provide: CLOCK, useValue: clock }] });
  return { clock, page: TestBed.inject(PAGE_STATE) };
}

const set = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { configurable: true, get: () => value });
};

describe('PAGE_STATE', () => {
  afterEach(() => {
    for (const name of ['onLine', 'connection']) Reflect.deleteProperty(navigator, name);
    Reflect.deleteProperty(document, 'visibilityState');
  });

  it('follows the network, and listens only while somebody does', () => {
    const { page } = world();
    const seen: boolean[] = [];
    const subscription = page.online$.subscribe((online) => seen.push(online));
    set(navigator, 'onLine', false);
    window.dispatchEvent(new Event('offline'));
    window.dispatchEvent(new Event('offline'));

    expect(page.online).toBe(false);

    set(navigator, 'onLine', true);
    window.dispatchEvent(new Event('online'));
    subscription.unsubscribe();
    set(navigator, 'onLine', false);
    window.dispatchEvent(new Event('offline'));

    expect(seen).toEqual([true, false, true]);
  });

  it.each([
    ['visibilitychange', () => document],
    ['freeze', () => document],
    ['resume', () => document],
    ['pageshow', () => window],
  ] as const)('counts an interruption: %s, until the application ends', (name, target) => {
    const { page } = world();
    const before = page.interruptions;
    target().dispatchEvent(new Event(name));

    expect(page.interruptions).toBe(before + 1);

    TestBed.resetTestingModule();
    target().dispatchEvent(new Event(name));

    expect(page.interruptions).toBe(before + 1);
  });

  it('finds out that the machine slept by the gap between its two clocks', () => {
    const { clock, page } = world();
    const before = page.interruptions;
    clock.advance(60_000);

    expect(page.interruptions).toBe(before);

    clock.jumpWall(3_600_000);

    expect([page.interruptions, page.interruptions]).toEqual([before + 1, before + 1]);
  });

  it('knows whether it is hidden, and whether data is to be saved', () => {
    const { page } = world();
    set(document, 'visibilityState', 'hidden');
    set(navigator, 'connection', { saveData: true });

    expect([page.hidden, page.saveData]).toEqual([true, true]);

    set(document, 'visibilityState', 'visible');
    set(navigator, 'connection', undefined);

    expect([page.hidden, page.saveData]).toEqual([false, false]);
  });

  it('is always well where there is no browser', () => {
    const seen: boolean[] = [];
    alwaysOnline.online$.subscribe((online) => seen.push(online)).unsubscribe();

    expect(seen).toEqual([true]);
    expect(alwaysOnline).toMatchObject({ online: true, interruptions: 0, hidden: false });
  });
});
