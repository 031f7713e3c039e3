import { TestBed } from '@angular/core/testing';
import { FakeEventLogServer, FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { toArray } from 'rxjs';
import { lastOf } from '../../spec-support/event-store-world';
import { settled } from '../../spec-support/settled';
import { EVENT_LOG } from '../log/event-log-token';
import { EventStoreService } from '../store/event-store-service';
import { EVENT_LOG_FETCH } from './event-log-fetch';
import { withHttpEventLog } from './with-http-event-log';

describe(withHttpEventLog.name, () => {
  it('reads and appends on a server too, and does not wait for what is new', async () => {
    const web = new FakeWeb();
    const server = new FakeEventLogServer();
    web.host('http://log.test', server.handle);
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withHttpEventLog({ url: 'http://log.test/event-log' }).ɵproviders,
        { provide: EVENT_LOG_FETCH, useValue: web.fetch },
      ],
    });
    const store = TestBed.inject(EventStoreService);
    const heard = TestBed.inject(EVENT_LOG).hints$.subscribe();
    await lastOf(store.appendToStream('s', { id: 'a', type: 'T' }));

    expect(await lastOf(store.subscribeToAll().pipe(toArray()))).toMatchObject([
      { type: 'event', event: { id: 'a' } },
      { type: 'caught-up', after: 1 },
    ]);
    await settled();
    heard.unsubscribe();
    expect(web.requests.map(({ url }) => new URL(url).pathname)).toEqual([
      '/event-log/commits',
      '/event-log/events',
    ]);
    expect([web.open, server.open, TestBed.inject(ManualClock).pending]).toEqual([0, 0, 0]);
  });
});
