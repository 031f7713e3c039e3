import { TestBed } from '@angular/core/testing';
import { CLOCK, RANDOM } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { retry } from 'rxjs';
import { allOf, idsOf, lastOf } from '../../spec-support/event-store-world';
import { HttpLogWorld } from '../../spec-support/http-log-world';
import { EVENT_LOG } from '../log/event-log-token';
import { EventStoreService } from '../store/event-store-service';
import { EVENT_LOG_FETCH } from './event-log-fetch';
import { EventLogAnswerError, EventLogRefusedError, isEventLogAnswerError, isEventLogRefusedError } from './http-event-log-errors'; // prettier-ignore
import type { HttpEventLogOptions } from './http-event-log-options';
import { withHttpEventLog } from './with-http-event-log';

const page = (world: HttpLogWorld, options: Partial<HttpEventLogOptions> = {}) => {
  TestBed.resetTestingModule().configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: ManualClock, useValue: world.clock },
      ...withHttpEventLog({ url: 'http://log.test/', ...options }).ɵproviders,
      { provide: EVENT_LOG_FETCH, useValue: world.web.fetch },
    ],
  });
  return TestBed.inject(EventStoreService);
};

describe(withHttpEventLog.name, () => {
  it('is the log of the application, and a retry stores once what was stored without an answer', async () => {
    const world = new HttpLogWorld();
    const store = page(world, { name: 'shop' });
    world.server.loseAnswers(2);
    const result = await lastOf(
      store.appendToStream('s', { type: 'T' }, { expected: 0 }).pipe(retry(3)),
    );

    expect(result).toMatchObject({ version: 1, duplicate: true });
    expect(TestBed.inject(EVENT_LOG)).toMatchObject({ name: 'shop', durability: 'server' });
    expect(await allOf(store.readAll())).toHaveLength(1);
    expect(TestBed.inject(CLOCK)).toBe(world.clock);
    expect(TestBed.inject(RANDOM)).toBeDefined();
  });

  it('feeds subscriptions with what others append', async () => {
    const world = new HttpLogWorld();
    const store = page(world);
    const events: string[] = [];
    const subscription = store
      .subscribeToAll()
      .subscribe((item) => events.push(item.type === 'event' ? item.event.id : item.type));
    await world.advance(100);
    const event = { id: 'a', type: 'T', schemaVersion: 1, aggregateId: '1', aggregateType: 's', data: null, metadata: { serviceId: 'other' } }; // prettier-ignore
    await world.server.log.append({ stream: 's', events: [event], timestamp: 1 }, 'any');
    await world.advance(100);
    subscription.unsubscribe();
    await world.advance(0);

    expect(events).toEqual(['caught-up', 'a']);
    expect(idsOf(await allOf(store.readAll()))).toBe('a');
    expect(world.open).toEqual([0, 0, 0]);
  });

  it.each<Partial<HttpEventLogOptions>>([
    { url: '' },
    { url: 'event-log' },
    { url: '//evil.test' },
    { url: '/a/..//evil.test' },
    { url: 'ftp://log.test' },
    { url: 'http://user:password@log.test' },
    { url: 'http://log.test?key=password' },
    { token: 'two words password' },
    { timeout: 0 },
    { hintWait: 999 },
    { maxRequestBytes: 0 },
    { maxAnswerBytes: 1.5 },
    { hints: 1 as unknown as boolean },
    { credentials: 'always' as 'omit' },
    { name: 7 as unknown as string },
  ])('refuses %j, and repeats no secret', (options) => {
    let refusal: unknown;
    try {
      withHttpEventLog({ url: '/log', ...options });
    } catch (error) {
      refusal = error;
    }

    expect(refusal).toMatchObject({ code: 'RXM101' });
    expect(String(refusal)).not.toContain('password');
  });

  it.each(['/', '/event-log/', 'https://log.test/a/b'])('takes %p', (url) => {
    expect(withHttpEventLog({ url }).ɵkind).toBe('event-log-http');
  });
});

describe('the errors of a log behind HTTP', () => {
  it('have codes, guards and words', () => {
    const refused = new EventLogRefusedError('shop', 403, 'no right');
    const answer = new EventLogAnswerError('shop', 'a page is none');

    expect([refused.code, answer.code]).toEqual(['RXM530', 'RXM531']);
    expect([isEventLogRefusedError(refused), isEventLogRefusedError(answer)]).toEqual([true, false]); // prettier-ignore
    expect([isEventLogAnswerError(answer), isEventLogAnswerError(refused)]).toEqual([true, false]);
    expect(refused.message).toContain('"shop" answered with status 403: no right.');
    expect(answer.message).toContain('a page is none.');
  });
});
