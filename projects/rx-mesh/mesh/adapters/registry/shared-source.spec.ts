import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import {
  FakeRegistrySource,
  anInstance,
  byService,
} from '../../../spec-support/contracts/fake-registry-source';
import { describeLiveRegistrySource } from '../../../spec-support/contracts/registry-source';
import { FakeTabs } from '../../../spec-support/fake-tabs';
import { settled } from '../../../spec-support/settled';
import { leased } from '../../word-lease';
import type { RegistrySnapshot } from '../registry-source';
import { sharedAcrossTabs } from './shared-source';

const OPTIONS = { scope: '/registry', limit: 100 };

/** A tab that watches one registry, which all tabs ask by the same source. */
const openTab = (tabs: FakeTabs, source: FakeRegistrySource, options = OPTIONS) => {
  const diagnostics = new RecordingDiagnostics();
  const ports = { ...tabs.open(), diagnostics };
  const shared = sharedAcrossTabs(source, ports, options);
  const words: RegistrySnapshot[] = [];
  const ends: unknown[] = [];
  const subscription = shared.watch().subscribe({
    next: (snapshot) => words.push(snapshot),
    error: (error: unknown) => ends.push(error),
    complete: () => ends.push('complete'),
  });
  return {
    ...{ diagnostics, ends, shared, words, events$: ports.events$ },
    ids: () => [...(words.at(-1)?.values() ?? [])].flat().map(({ id }) => id),
    close: () => subscription.unsubscribe(),
  };
};

const setUp = async (...ids: readonly string[]) => {
  const tabs = new FakeTabs();
  const source = new FakeRegistrySource('fake');
  const publish = (...now: readonly string[]) =>
    source.publish(...now.map((id) => anInstance('orders', id)));
  publish(...ids);
  const first = openTab(tabs, source);
  await settled();
  return { tabs, source, publish, first, open: () => openTab(tabs, source) };
};

describeLiveRegistrySource(sharedAcrossTabs.name, (world) => {
  const source = new FakeRegistrySource('fake');
  source.publish(...world);
  const ports = { ...new FakeTabs().open(), diagnostics: new RecordingDiagnostics() };
  return {
    source: sharedAcrossTabs(source, ports, OPTIONS),
    settle: settled,
    change: (instances) => source.publish(...instances),
    open: () => source.open,
  };
});

describe(sharedAcrossTabs.name, () => {
  it('lets one tab watch, and the other hear of it', async () => {
    const { source, publish, first, open } = await setUp('a');
    const second = open();
    await settled();

    expect([first.ids(), second.ids()]).toEqual([['a'], ['a']]);

    publish('a', 'b');
    await settled();

    expect([first.ids(), second.ids()]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect([source.asked, source.open]).toEqual([1, 1]);
    expect(second.words.at(-1)).toEqual(first.words.at(-1));
    expect([first.diagnostics.records, second.diagnostics.records]).toEqual([[], []]);
  });

  it('tells a newcomer what is known, and nobody else once more', async () => {
    const { first, open } = await setUp('a');
    const second = open();
    await settled();
    const third = open();
    await settled();

    expect(third.ids()).toEqual(['a']);
    expect([first.words.length, second.words.length, third.words.length]).toEqual([1, 1, 1]);
  });

  it('tells a newcomer nothing while nothing is known, and then at once', async () => {
    const tabs = new FakeTabs();
    const source = new FakeRegistrySource('fake');
    openTab(tabs, source);
    const second = openTab(tabs, source);
    await settled();

    expect(second.words).toEqual([]);

    source.publish();
    await settled();

    expect(second.words).toEqual([new Map()]);
  });

  it('sends a snapshot once, and only a heartbeat when it is confirmed', async () => {
    const { tabs, source, first, open } = await setUp('a');
    const second = open();
    await settled();
    const before = tabs.posted.length;
    // Another object that says the same, and then the very same.
    const word = byService([anInstance('orders', 'a')]);
    source.send(word);
    source.send(word);
    await settled();

    expect(tabs.posted.slice(before)).toEqual([
      { v: 1, type: 'same' },
      { v: 1, type: 'same' },
    ]);
    expect(second.words).toHaveLength(3);
    expect(new Set(second.words).size).toBe(1);
    expect(new Set(first.words).size).toBe(1);
  });

  it('keeps the lease of those who only hear', async () => {
    const { tabs, source, publish } = await setUp('a');
    const clock = new ManualClock();
    const shared = sharedAcrossTabs(
      { name: 'fake', lease: 1000, watch: () => source.watch() },
      { ...tabs.open(), diagnostics: new RecordingDiagnostics() },
      OPTIONS,
    );
    let expired = 0;
    const subscription = shared
      .watch()
      .pipe(leased(shared.lease, clock.scheduler, () => expired++))
      .subscribe();
    for (let turn = 0; turn < 5; turn++) {
      publish('a');
      await settled();
      clock.advance(900);
    }

    expect([shared.lease, expired]).toEqual([1000, 0]);

    clock.advance(100);

    expect(expired).toBe(1);

    subscription.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('lets the next tab take over when the first one leaves', async () => {
    const { tabs, source, publish, first, open } = await setUp('a', 'b');
    const second = open();
    const third = open();
    await settled();
    const before = second.words[0];
    first.close();
    await settled();

    expect([source.asked, source.open]).toEqual([2, 1]);
    expect(second.words.at(-1)).toBe(before);
    expect([tabs.held.length, tabs.waiting, tabs.channels]).toEqual([1, 1, 2]);

    publish('b');
    await settled();

    expect([first.ids(), second.ids(), third.ids()]).toEqual([['a', 'b'], ['b'], ['b']]);
  });

  it('says nothing new after a takeover until the source has answered, but tells a newcomer what is known', async () => {
    const { source, publish, first, open } = await setUp('a');
    const second = open();
    const third = open();
    await settled();
    first.close();
    source.fail(new Error('no more'));
    await settled();
    const fourth = open();
    await settled();

    expect([second.words.length, third.words.length]).toEqual([1, 1]);
    expect(fourth.ids()).toEqual(['a']);

    publish('c');
    await settled();

    expect([third.ids(), fourth.ids()]).toEqual([['c'], ['c']]);
  });

  it('ends with the error of the source where it is watched, and is taken over elsewhere', async () => {
    const { tabs, source, publish, first, open } = await setUp('a');
    const second = open();
    await settled();
    const error = new Error('forbidden');
    source.fail(error);
    await settled();

    expect(first.ends).toEqual([error]);
    expect(second.ends).toEqual([]);
    expect(tabs.channels).toBe(1);

    publish('b');
    await settled();

    expect(second.ids()).toEqual(['b']);
  });

  it('completes with the source', async () => {
    const { tabs, source, first } = await setUp('a');
    source.complete();
    await settled();

    expect(first.ends).toEqual(['complete']);
    expect([tabs.held.length, tabs.waiting, tabs.channels, source.open]).toEqual([0, 0, 0, 0]);
  });

  it('lets go of all while the page is away, and joins again when it is back', async () => {
    const { tabs, source, publish, first, open } = await setUp('a');
    const second = open();
    await settled();
    first.events$.next('away');
    first.events$.next('away');
    await settled();

    expect([tabs.held.length, tabs.waiting, tabs.channels]).toEqual([1, 0, 1]);
    expect([source.asked, source.open]).toEqual([2, 1]);

    publish('b');
    first.events$.next('back');
    first.events$.next('back');
    await settled();

    expect([first.ids(), second.ids()]).toEqual([['b'], ['b']]);
    expect([tabs.waiting, tabs.channels, source.open]).toEqual([1, 2, 1]);

    first.events$.next('away');
    first.close();
    second.close();
    await settled();

    expect([tabs.held.length, tabs.waiting, tabs.channels]).toEqual([0, 0, 0]);
  });

  it('hands out the same lists for what has not changed, whoever says it', async () => {
    const { source, publish, first, open } = await setUp('a');
    const second = open();
    await settled();
    const list = second.words[0]?.get('orders');
    first.close();
    await settled();
    source.publish(anInstance('orders', 'a'), anInstance('users', 'u'));
    await settled();

    expect(second.words.at(-1)?.size).toBe(2);
    expect(second.words.at(-1)?.get('orders')).toBe(list);

    publish();
    await settled();

    expect(second.words.at(-1)).toEqual(new Map());
  });

  it('leaves nothing open, whether it leads or waits', async () => {
    const { tabs, source, first, open } = await setUp('a');
    const second = open();
    await settled();
    second.close();
    await settled();

    expect([tabs.held.length, tabs.waiting, tabs.channels]).toEqual([1, 0, 1]);

    first.close();
    open().close();
    await settled();

    expect([tabs.held.length, tabs.waiting, tabs.channels, source.open]).toEqual([0, 0, 0, 0]);
  });

  it('shares one watch among the watchers of a tab', async () => {
    const { tabs, source, first } = await setUp('a');
    const words: RegistrySnapshot[] = [];
    const late = first.shared.watch().subscribe((word) => words.push(word));

    expect(words).toEqual(first.words);
    expect([tabs.channels, source.asked]).toEqual([1, 1]);

    late.unsubscribe();

    expect(source.open).toBe(1);
  });

  it('shares nothing with a source of another scope', async () => {
    const { tabs, source, first } = await setUp('a');
    const other = openTab(tabs, source, { ...OPTIONS, scope: '/other' });
    await settled();

    expect(source.open).toBe(2);
    expect(tabs.held).toHaveLength(2);
    expect([first.words.length, other.words.length]).toEqual([1, 1]);
  });
});

describe(`${sharedAcrossTabs.name} where tabs cannot share`, () => {
  const diagnostics = new RecordingDiagnostics();

  it('is the source itself without locks and channels', () => {
    const source = new FakeRegistrySource('fake');

    expect(sharedAcrossTabs(source, undefined, OPTIONS)).toBe(source);
  });

  it.each([
    ['locks', { locks: { request: async () => Promise.reject(new Error('denied')) } }],
    [
      'a channel',
      {
        channel: () => {
          throw new Error('denied');
        },
      },
    ],
  ])('watches the source by itself where %s are refused', async (_what, refused) => {
    const tabs = new FakeTabs();
    const source = new FakeRegistrySource('fake');
    source.publish(anInstance('orders', 'a'));
    const ports = { ...tabs.open(), diagnostics, ...refused };
    const words: RegistrySnapshot[] = [];
    const subscription = sharedAcrossTabs(source, ports, OPTIONS)
      .watch()
      .subscribe((word) => words.push(word));
    await settled();

    expect(words).toHaveLength(1);
    expect([source.open, tabs.channels, tabs.waiting]).toEqual([1, 0, 0]);

    subscription.unsubscribe();

    expect([source.open, diagnostics.records]).toEqual([0, []]);
  });

  it('goes on by itself when its lock is stolen', async () => {
    const source = new FakeRegistrySource('fake');
    source.publish(anInstance('orders', 'a'));
    let steal: (() => void) | undefined;
    const locks = {
      request: async (_name: string, _options: object, callback: () => Promise<void>) => {
        const stolen = new Promise<never>((_resolve, reject) => {
          steal = () => reject(new Error('stolen'));
        });
        await Promise.race([callback(), stolen]);
      },
    };
    const tabs = new FakeTabs();
    const words: RegistrySnapshot[] = [];
    sharedAcrossTabs(source, { ...tabs.open(), locks, diagnostics }, OPTIONS)
      .watch()
      .subscribe((word) => words.push(word));
    await settled();
    steal?.();
    await settled();

    expect([source.asked, source.open, tabs.channels]).toEqual([2, 1, 0]);
    expect(words).toHaveLength(2);
    expect(words[1]).toBe(words[0]);
  });
});
