import { type ServiceCallEvent } from 'rx-mesh/communication';
import { createInstance } from 'rx-mesh/mesh';
import { CircuitOpenError, RetriesExhaustedError } from 'rx-mesh/resilience';
import { logEvent } from './call-log';
import { type CallRecord } from './call-record';

type Details<E = ServiceCallEvent> = E extends ServiceCallEvent
  ? Omit<E, 'callId' | 'traceId' | 'service' | 'method' | 'route'>
  : never;

const instance = createInstance(
  'orders',
  { id: 'orders-1', url: 'https://orders-1.mesh.example' },
  { lastSeen: new Date(0) },
);
const event = (details: Details, callId = 'c-1') =>
  ({
    callId,
    traceId: 't-1',
    service: 'orders',
    method: 'GET',
    route: '/orders/:id',
    ...details,
  }) as ServiceCallEvent;
const logOf = (events: readonly Details[]) =>
  events.reduce<readonly CallRecord[]>((log, details) => logEvent(log, event(details)), []);
const failed = { type: 'attempt-settled', instance, outcome: 'failure', duration: 41 } as const;

describe(logEvent.name, () => {
  it('shows a call from its start', () => {
    expect(logOf([{ type: 'call-started' }])).toEqual([
      {
        id: 'c-1',
        service: 'orders',
        operation: 'GET /orders/:id',
        outcome: 'running',
        traceId: 't-1',
        attempts: [],
      },
    ]);
  });

  it('follows every attempt, every wait and the end', () => {
    const log = logOf([
      { type: 'call-started' },
      { type: 'attempt-started', attempt: 1, instance },
      { ...failed, attempt: 1, status: 503, error: { status: 503 } },
      { type: 'retry-scheduled', attempt: 1, delay: 120 },
      { type: 'attempt-started', attempt: 2, instance },
      {
        type: 'attempt-settled',
        attempt: 2,
        instance,
        outcome: 'success',
        status: 200,
        duration: 82,
      },
      { type: 'call-settled', outcome: 'success', attempts: 2, duration: 243 },
    ]);
    expect(log).toMatchObject([
      {
        outcome: 'succeeded',
        duration: 243,
        reason: undefined,
        attempts: [
          {
            attempt: 1,
            outcome: 'failed',
            instance: 'orders-1',
            answer: '503',
            duration: 41,
            retryIn: 120,
          },
          {
            attempt: 2,
            outcome: 'succeeded',
            instance: 'orders-1',
            answer: '200',
            duration: 82,
          },
        ],
      },
    ]);
  });

  it('has a word for what came instead of an answer', () => {
    const [call] = logOf([
      { type: 'call-started' },
      { type: 'attempt-started', attempt: 1, instance },
      { ...failed, attempt: 1, error: { status: 0 } },
      { type: 'call-settled', outcome: 'failure', attempts: 1, duration: 6, error: { status: 0 } },
    ]);
    expect(call?.attempts[0]?.answer).toBe('unreachable');
    expect(call).toMatchObject({
      outcome: 'failed',
      reason: 'The instance could not be reached',
    });
  });

  it('tells a call that was turned away from one that failed', () => {
    const error = new CircuitOpenError('orders', 4000);
    const [call] = logOf([
      { type: 'call-started' },
      { type: 'attempt-rejected', attempt: 1, error },
      { type: 'call-settled', outcome: 'failure', attempts: 0, duration: 1, error },
    ]);
    expect(call?.reason).toBeUndefined();
    expect(call).toMatchObject({
      outcome: 'rejected',
      attempts: [{ attempt: 1, outcome: 'rejected', answer: 'breaker open' }],
    });
  });

  it('gives the reason also when a stand-in answered', () => {
    const error = new RetriesExhaustedError('orders', [{ status: 503 }, { status: 503 }]);
    const [call] = logOf([
      { type: 'call-started' },
      { type: 'call-settled', outcome: 'fallback', attempts: 2, duration: 90, error },
    ]);
    expect(call).toMatchObject({
      outcome: 'fell-back',
      reason: 'All 2 attempts failed, the last one: 503',
    });
  });

  it('shows that somebody left', () => {
    const [call] = logOf([
      { type: 'call-started' },
      { type: 'attempt-started', attempt: 1, instance },
      { type: 'attempt-settled', attempt: 1, instance, outcome: 'cancelled', duration: 12 },
      { type: 'call-settled', outcome: 'cancelled', attempts: 1, duration: 12 },
    ]);
    expect(call).toMatchObject({
      outcome: 'cancelled',
      attempts: [{ outcome: 'cancelled', answer: undefined, duration: 12 }],
    });
  });

  it('keeps the latest calls only, newest first', () => {
    const log = ['a', 'b', 'c', 'd'].reduce<readonly CallRecord[]>(
      (calls, id) => logEvent(calls, event({ type: 'call-started' }, id), 3),
      [],
    );
    expect(log.map(({ id }) => id)).toEqual(['d', 'c', 'b']);
  });

  it('leaves the log as it is for a call that is not in it', () => {
    const log = logOf([{ type: 'call-started' }]);
    const late = event({ type: 'retry-scheduled', attempt: 1, delay: 5 }, 'dropped');
    expect(logEvent(log, late)).toBe(log);
  });

  it('changes only the call that the event is about', () => {
    const log = logEvent(logOf([{ type: 'call-started' }]), event({ type: 'call-started' }, 'c-2'));
    const next = logEvent(log, event({ type: 'attempt-started', attempt: 1, instance }, 'c-2'));
    expect(next[1]).toBe(log[1]);
    expect(next[0]?.attempts).toHaveLength(1);
    expect(log[0]?.attempts).toHaveLength(0);
  });
});
