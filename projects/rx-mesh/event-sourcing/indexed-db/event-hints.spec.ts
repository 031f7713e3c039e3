import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { FakeTabs } from '../../spec-support/fake-tabs';
import { settled } from '../../spec-support/settled';
import { EVENT_HINTS, type EventHints } from './event-hints';

const page = (tabs: FakeTabs | undefined, open = (name: string) => tabs?.channel(name)) => {
  // A function that is called with new, and gives something of its own.
  const Channel = function (name: string) {
    return open(name);
  };
  const view = Object.assign(new EventTarget(), tabs ? { BroadcastChannel: Channel } : {});
  TestBed.resetTestingModule().configureTestingModule({
    providers: [{ provide: DOCUMENT, useValue: { defaultView: view } }],
  });
  return { view, hints: TestBed.inject(EVENT_HINTS) };
};
const hear = (hints: EventHints) => {
  const heard: unknown[] = [];
  return { heard, subscription: hints.heard('log').subscribe((said) => heard.push(said)) };
};

describe('EVENT_HINTS', () => {
  it('tells the other tabs, and hears them while somebody listens', async () => {
    const tabs = new FakeTabs();
    const [one, other] = [page(tabs).hints, page(tabs).hints];
    const { heard, subscription } = hear(other);
    one.tell('log', { position: 1 });
    one.tell('another', { position: 2 });
    await settled();

    expect(heard).toEqual([undefined, { position: 1 }]);
    expect(tabs.channels).toBe(1);

    subscription.unsubscribe();

    expect(tabs.channels).toBe(0);
  });

  it('tells by the channel that it has open', () => {
    const tabs = new FakeTabs();
    const { hints } = page(tabs);
    const { subscription } = hear(hints);
    hints.tell('log', 1);

    expect(tabs.channels).toBe(1);

    subscription.unsubscribe();
  });

  it('closes while the page is in the back/forward cache, and looks when it is back', async () => {
    const tabs = new FakeTabs();
    const { view, hints } = page(tabs);
    const { heard, subscription } = hear(hints);
    view.dispatchEvent(new Event('pagehide'));

    expect(tabs.channels).toBe(0);

    view.dispatchEvent(new Event('pageshow'));
    await settled();

    expect([tabs.channels, heard]).toEqual([1, [undefined, undefined]]);

    subscription.unsubscribe();
  });

  it('says nothing where there are no channels, or none can be opened', async () => {
    const refuse = () => {
      throw new DOMException('no', 'SecurityError');
    };
    for (const { hints } of [page(undefined), page(new FakeTabs(), refuse)]) {
      const { subscription } = hear(hints);

      expect(() => hints.tell('log', 1)).not.toThrow();
      await settled();
      expect(subscription.closed).toBe(false);
      subscription.unsubscribe();
    }
  });
});
