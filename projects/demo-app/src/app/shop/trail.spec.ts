import { HttpErrorResponse, HttpHeaders, HttpRequest, HttpResponse } from '@angular/common/http';
import { type ServiceCallEvent } from 'rx-mesh/communication';
import { type EventEnvelope, type SagaExecution } from 'rx-mesh/event-sourcing';
import { type ProcessedRequest } from 'rx-mesh/gateway';
import { createInstance } from 'rx-mesh/mesh';
import { ofCall, ofEvent, ofRequest, ofSaga, shelfText, withLines } from './trail';

const CALL = { callId: 'c', traceId: 't', service: 'payments', method: 'POST', route: '/payments' };
const instance = createInstance(
  'payments',
  { id: 'payments-1', url: 'https://payments-1.test' },
  { lastSeen: new Date(0) },
);

const request = (change: Partial<ProcessedRequest>): ProcessedRequest =>
  ({
    request: new HttpRequest('GET', '/shop-api/stock'),
    context: { route: { name: 'shelf' } },
    servedBy: 'service',
    status: 200,
    ...change,
  }) as unknown as ProcessedRequest;

const saga = (steps: readonly object[], compensations: readonly object[] = []): SagaExecution =>
  ({ steps, compensations }) as unknown as SagaExecution;

describe(ofCall.name, () => {
  it.each<[string, ServiceCallEvent, readonly string[]]>([
    [
      'an attempt',
      { ...CALL, type: 'attempt-started', attempt: 2, instance },
      ['Mesh: chose payments-1 of payments', 'Resilience: attempt 2 at payments'],
    ],
    [
      'an answer',
      {
        ...CALL,
        type: 'attempt-settled',
        attempt: 1,
        instance,
        outcome: 'success',
        status: 201,
        duration: 5,
      },
      ['Mesh: payments-1: 201'],
    ],
    [
      'a failure',
      {
        ...CALL,
        type: 'attempt-settled',
        attempt: 1,
        instance,
        outcome: 'failure',
        error: new HttpErrorResponse({ status: 0 }),
        duration: 5,
      },
      ['Mesh: payments-1: unreachable, bad'],
    ],
    [
      'a wait',
      { ...CALL, type: 'retry-scheduled', attempt: 2, delay: 80.4 },
      ['Resilience: tries again in 80 ms'],
    ],
    ['a start', { ...CALL, type: 'call-started' }, []],
  ])('tells of %s', (_what, event, lines) => {
    expect(
      ofCall(event).map(({ layer, text, isBad }) => `${layer}: ${text}${isBad ? ', bad' : ''}`),
    ).toEqual(lines);
  });
});

describe(ofRequest.name, () => {
  it('tells a cache from a service, and what is bad', () => {
    expect(ofRequest(request({ servedBy: 'cache' }))).toEqual([
      { layer: 'Cache', text: 'route “shelf” answered 200' },
    ]);
    expect(ofRequest(request({ status: 503 }))).toEqual([
      { layer: 'Gateway', text: 'route “shelf” answered 503', isBad: true },
    ]);
    expect(ofRequest(request({ context: undefined, status: 0 }))[0]?.text).toBe(
      'route “/shop-api/stock” answered nothing',
    );
  });
});

describe(shelfText.name, () => {
  it('says from where it came, and how old it is', () => {
    const response = new HttpResponse({ headers: new HttpHeaders({ Age: '3' }) });

    expect(shelfText(request({}))).toBe('From the service, through the gateway.');
    expect(shelfText(request({ servedBy: 'cache', response }))).toBe(
      'From the cache of the gateway, 3 s old.',
    );
  });
});

describe(ofSaga.name, () => {
  const pending = { name: 'pay', state: 'pending', attempts: 0 };
  const running = { name: 'pay', state: 'running', attempts: 1 };

  it('tells only what has changed', () => {
    expect(ofSaga(undefined, saga([pending]))).toEqual([]);
    expect(ofSaga(saga([pending]), saga([running])).map(({ text }) => text)).toEqual([
      'pay: running',
    ]);
    expect(ofSaga(saga([running]), saga([running]))).toEqual([]);
    expect(ofSaga(saga([running]), saga([{ ...running, attempts: 2 }]))).toHaveLength(1);
  });

  it('tells why a step failed, and what was undone', () => {
    const failed = { ...running, state: 'failed', error: { message: 'no money' } };
    const before = saga([running], [{ step: 'reserve', state: 'pending' }]);
    const after = saga([failed], [{ step: 'reserve', state: 'succeeded' }]);

    expect(ofSaga(before, after)).toEqual([
      { layer: 'Saga', text: 'pay: failed (no money)', isBad: true },
      { layer: 'Compensation', text: 'reserve: succeeded', isBad: false },
    ]);
  });
});

describe(withLines.name, () => {
  it('keeps the beginning of a long one', () => {
    const told = Array.from(
      { length: 150 },
      (_, at) => ({ layer: 'Mesh', text: `${at}` }) as const,
    );
    const trail = withLines(withLines([], told, 1), told, 2);

    expect(trail).toHaveLength(200);
    expect([trail[0], trail[199]]).toEqual([
      { layer: 'Mesh', text: '0', at: 1 },
      { layer: 'Mesh', text: '49', at: 2 },
    ]);
  });
});

describe(ofEvent.name, () => {
  it('tells where it is', () => {
    const event = { type: 'OrderPaid', stream: 'order-1', position: 7 } as EventEnvelope;

    expect(ofEvent(event)).toEqual({ layer: 'Event', text: 'OrderPaid in order-1, position 7' });
  });
});
