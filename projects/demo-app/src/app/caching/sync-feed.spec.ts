import { TestBed } from '@angular/core/testing';
import { type CacheSyncEvent, DistributedCachingService } from 'rx-mesh/caching';
import { Subject } from 'rxjs';
import { LIST_KEY, productKey } from './goods';
import { SyncFeed } from './sync-feed';

const setUp = () => {
  const events$ = new Subject<CacheSyncEvent>();
  TestBed.configureTestingModule({
    providers: [
      SyncFeed,
      { provide: DistributedCachingService, useValue: { cacheSyncEvents$: events$ } },
    ],
  });
  const feed = TestBed.inject(SyncFeed);
  const subscription = feed.working$.subscribe();
  const timestamp = new Date(2026, 0, 1, 12, 30);
  const hear = (what: Extract<CacheSyncEvent, { type: 'invalidated' }>['what']) =>
    events$.next({ type: 'invalidated', origin: '0123-abcd4567', what, timestamp });
  return { events$, feed, hear, subscription, timestamp };
};

describe(SyncFeed.name, () => {
  it.each([
    [{ keys: [productKey('LMP-014'), 'else'] }, 'Desk lamp, else: void'],
    [{ tags: ['lighting'] }, 'the tag “lighting”: void'],
    [{ dependencies: [LIST_KEY] }, 'what depends on the price list: void'],
    [{ all: true }, 'everything of the user: void'],
  ])('says what another tab has made void: %j', (what, text) => {
    const { feed, hear } = setUp();
    hear(what);
    expect(feed.heard()).toEqual([{ id: 1, from: 'Tab abcd', text, time: '12:30:00' }]);
  });

  it.each([
    ['gap', 'something that another tab has told did not arrive'],
    ['reconnected', 'the connection was lost for a while'],
    ['resumed', 'this tab was asleep'],
    ['unreadable', 'a message could not be read'],
  ] as const)('says that something may have been missed: %s', (reason, why) => {
    const { events$, feed, timestamp } = setUp();
    events$.next({ type: 'missed', reason, timestamp });
    const text = `All that is here counts as outdated: ${why}.`;
    expect(feed.heard()).toEqual([{ id: 1, from: 'This tab', text, time: '12:30:00' }]);
  });

  it('keeps the latest twenty, the newest first, and ends with its subscription', () => {
    const { events$, feed, hear, subscription } = setUp();
    for (let at = 0; at < 30; at++) hear({ keys: [String(at)] });
    expect(
      feed
        .heard()
        .map(({ text }) => text)
        .slice(0, 2),
    ).toEqual(['29: void', '28: void']);
    expect(feed.heard()).toHaveLength(20);
    subscription.unsubscribe();
    expect(events$.observed).toBe(false);
  });
});
