import { TestBed } from '@angular/core/testing';
import { MicroservicesCommunicationService, type ServiceCallEvent } from 'rx-mesh/communication';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject } from 'rxjs';
import { CallHistory, provideCallHistory } from './call-history';
import { type CallPicture } from './call-stats';

const identity = { traceId: 't', service: 'orders', method: 'GET', route: '/orders' };
const started = (callId: string): ServiceCallEvent => ({
  ...identity,
  callId,
  type: 'call-started',
});
const settled = (callId: string): ServiceCallEvent => ({
  ...identity,
  callId,
  type: 'call-settled',
  outcome: 'success',
  attempts: 1,
  duration: 50,
});

const setUp = () => {
  const events = new Subject<ServiceCallEvent>();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      {
        provide: MicroservicesCommunicationService,
        useValue: { serviceCallEvents$: events.asObservable() },
      },
      provideCallHistory(),
    ],
  });
  return { clock: TestBed.inject(ManualClock), events, history: TestBed.inject(CallHistory) };
};

describe(CallHistory.name, () => {
  it('remembers calls from the first one on', () => {
    const { events, history } = setUp();
    events.next(started('a'));
    events.next(started('b'));
    events.next(settled('a'));
    expect(history.log().map(({ id, outcome }) => [id, outcome])).toEqual([
      ['b', 'running'],
      ['a', 'succeeded'],
    ]);
  });

  it('is emptied, and fills again', () => {
    const { events, history } = setUp();
    events.next(started('a'));
    history.clear();
    events.next(settled('a'));
    expect(history.log()).toEqual([]);
    events.next(started('b'));
    expect(history.log()).toHaveLength(1);
  });

  it('has the numbers of what was before anybody asked', () => {
    const { events, history } = setUp();
    events.next(started('a'));
    events.next(settled('a'));
    let picture: CallPicture | undefined;
    history.picture$.subscribe((value) => (picture = value)).unsubscribe();
    expect(picture?.total.calls).toBe(1);
  });

  it('ticks once a second while somebody looks, and not at all otherwise', () => {
    const { clock, events, history } = setUp();
    expect(clock.pending).toBe(0);
    const counts: number[] = [];
    const looking = history.picture$.subscribe(({ total }) => counts.push(total.calls));
    events.next(settled('a'));
    clock.advance(2000);
    expect(counts).toEqual([0, 1, 1]);
    looking.unsubscribe();
    expect(clock.pending).toBe(0);
  });

  it('stops listening with the application', () => {
    const { events } = setUp();
    expect(events.observed).toBe(true);
    TestBed.resetTestingModule();
    expect(events.observed).toBe(false);
  });
});
