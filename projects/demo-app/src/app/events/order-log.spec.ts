import { TestBed } from '@angular/core/testing';
import { type EventFeedItem, EventStoreService } from 'rx-mesh/event-sourcing';
import { Subject } from 'rxjs';
import { OrderLog } from './order-log';

const setUp = () => {
  const feed = new Subject<EventFeedItem>();
  const asked: unknown[] = [];
  const subscribeToAll = (options: unknown) => {
    asked.push(options);
    return feed;
  };
  TestBed.configureTestingModule({
    providers: [{ provide: EventStoreService, useValue: { subscribeToAll } }],
  });
  const log = TestBed.inject(OrderLog);
  const add = (position: number, stream = 'order-1', type = 'OrderPlaced') =>
    feed.next({
      type: 'event',
      event: {
        id: `e-${position}`,
        type,
        stream,
        aggregateId: stream.split('-')[1] ?? '',
        aggregateType: '',
        version: position,
        position,
        schemaVersion: 1,
        timestamp: 0,
        data: { item: 'Notebook', amount: 12 },
        metadata: { serviceId: 'spec' },
      },
    });
  const positions = (kind: 'orders' | 'sagas' | 'all', count: number, most = 10) =>
    log.latest(kind, count, most).map(({ position }) => position);
  return { add, asked, feed, log, positions };
};

describe(OrderLog.name, () => {
  it('says how much of the log it knows', () => {
    const { add, feed, log } = setUp();
    const following = log.following$.subscribe();
    expect(log.state()).toBe('reading');
    add(1);
    feed.next({ type: 'caught-up', after: 1 });
    expect([log.state(), log.count()]).toEqual(['live', 1]);
    feed.next({ type: 'fell-behind', after: 1 });
    expect(log.state()).toBe('behind');
    following.unsubscribe();
    expect(feed.observed).toBe(false);
  });

  it('goes on where it was left, and begins anew with a log that was cleared', () => {
    const { add, asked, log } = setUp();
    const first = log.following$.subscribe();
    add(1);
    add(5, 'order-2');
    first.unsubscribe();
    log.following$.subscribe();
    expect(asked).toEqual([{ after: 0 }, { after: 5 }]);
    add(1, 'order-9');
    expect(log.ordersAt(10).map(({ id }) => id)).toEqual(['9']);
    expect(log.lastOf('2')).toBeUndefined();
  });

  it('lists what had happened at a time, of all streams or of some', () => {
    const { add, log, positions } = setUp();
    log.following$.subscribe();
    add(1);
    add(2, 'saga-a', 'SagaStarted');
    add(3, 'order-2');
    add(4, 'saga-a', 'SagaCompleted');
    expect(positions('orders', 2)).toEqual([3, 1]);
    expect(positions('all', 2)).toEqual([4, 3, 2, 1]);
    expect(positions('all', 1)).toEqual([1]);
    expect(positions('sagas', 2)).toEqual([4, 2]);
    expect(positions('sagas', 0)).toEqual([]);
    expect(positions('all', 2, 2)).toEqual([4, 3]);
  });

  it('keeps what a page can hold, and says so', () => {
    const { add, feed, log } = setUp();
    log.following$.subscribe();
    for (let i = 1; i <= 50_001; i++) add(i);
    feed.next({ type: 'caught-up', after: 50_001 });
    expect([log.state(), log.count()]).toEqual(['full', 50_000]);
  });
});
