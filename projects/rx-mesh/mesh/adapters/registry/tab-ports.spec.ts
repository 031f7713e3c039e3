import { TestBed } from '@angular/core/testing';
import { FakeTabs } from '../../../spec-support/fake-tabs';
import { settled } from '../../../spec-support/settled';
import { TAB_PORTS, type TabLocks, heldLock, openChannel } from './tab-ports';

class NamedChannel extends EventTarget {
  constructor(readonly name: string) {
    super();
  }
}

const aWindow = (locks: TabLocks) =>
  Object.assign(new EventTarget(), { navigator: { locks }, BroadcastChannel: NamedChannel });

const portsOf = (view: object | null) => {
  jest.spyOn(document, 'defaultView', 'get').mockReturnValue(view as never);
  return TestBed.inject(TAB_PORTS);
};

describe('TAB_PORTS', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('takes locks and channels from the window of the document', () => {
    const { locks } = new FakeTabs().open();
    const ports = portsOf(aWindow(locks));

    expect(ports?.locks).toBe(locks);
    expect(ports?.channel('a')).toEqual(new NamedChannel('a'));
  });

  it('tells when the page is left or frozen, and when it is back', () => {
    const { locks } = new FakeTabs().open();
    const view = aWindow(locks);
    const ports = portsOf(view);
    const told: string[] = [];
    const listening = ports?.events$.subscribe((event) => told.push(event));
    view.dispatchEvent(new Event('pagehide'));
    document.dispatchEvent(new Event('freeze'));
    document.dispatchEvent(new Event('resume'));
    view.dispatchEvent(new Event('pageshow'));
    listening?.unsubscribe();
    view.dispatchEvent(new Event('pagehide'));

    expect(told).toEqual(['away', 'away', 'back', 'back']);
  });

  it.each([
    ['no window', null],
    ['no locks', { navigator: {}, BroadcastChannel: NamedChannel }],
    ['no channels', { navigator: { locks: {} } }],
    [
      'a window that refuses to be asked',
      {
        get navigator() {
          throw new Error('denied');
        },
      },
    ],
  ])('is nothing where there is %s', (_what, view) => {
    expect(portsOf(view)).toBeUndefined();
  });
});

describe(heldLock.name, () => {
  const setUp = () => {
    const tabs = new FakeTabs();
    const got: string[] = [];
    const hold = (who: string) => heldLock(tabs.open(), 'lock').subscribe(() => got.push(who));
    return { tabs, got, hold };
  };

  it('holds the lock until it is unsubscribed, then the next one has it', async () => {
    const { tabs, got, hold } = setUp();
    const first = hold('first');
    const second = hold('second');
    await settled();

    expect(got).toEqual(['first']);

    first.unsubscribe();
    await settled();

    expect(got).toEqual(['first', 'second']);

    second.unsubscribe();
    await settled();

    expect([tabs.held, tabs.waiting]).toEqual([[], 0]);
  });

  it('waits no longer when it is unsubscribed', async () => {
    const { tabs, got, hold } = setUp();
    const first = hold('first');
    hold('second').unsubscribe();
    const third = hold('third');
    await settled();

    expect(tabs.waiting).toBe(1);

    first.unsubscribe();
    await settled();

    expect(got).toEqual(['first', 'third']);

    third.unsubscribe();
  });

  it('gives a lock back at once that comes after it was left', async () => {
    let held = 0;
    let grant: (() => Promise<void>) | undefined;
    const request = async (_name: string, _options: object, callback: () => Promise<void>) => {
      grant = async () => {
        held++;
        await callback();
        held--;
      };
      return new Promise(() => undefined);
    };
    const got: unknown[] = [];
    const ports = { ...new FakeTabs().open(), locks: { request } };
    heldLock(ports, 'lock')
      .subscribe((value) => got.push(value))
      .unsubscribe();
    await grant?.();

    expect([held, got]).toEqual([0, []]);
  });

  it('errors when there are no locks to be had', async () => {
    const error = new Error('denied');
    const locks = { request: async () => Promise.reject(error) };
    const errors: unknown[] = [];
    heldLock({ ...new FakeTabs().open(), locks }, 'lock').subscribe({
      error: (each: unknown) => errors.push(each),
    });
    await settled();

    expect(errors).toEqual([error]);
  });
});

describe(openChannel.name, () => {
  it('opens a channel when it is subscribed, and closes it after that', () => {
    const tabs = new FakeTabs();
    const channel$ = openChannel(tabs.open(), 'a');

    expect(tabs.channels).toBe(0);

    const open = channel$.subscribe();

    expect(tabs.channels).toBe(1);

    open.unsubscribe();

    expect(tabs.channels).toBe(0);
  });
});
