import { type ServiceCallEvent } from 'rx-mesh/communication';
import { isCircuitOpenError } from 'rx-mesh/resilience';
import { type AttemptRecord, type CallOutcome, type CallRecord } from './call-record';
import { answerOf, reasonOf } from './failure-text';

type EventOf<T extends ServiceCallEvent['type']> = Extract<ServiceCallEvent, { readonly type: T }>;

const CAPACITY = 40;
const OUTCOMES = {
  success: 'succeeded',
  failure: 'failed',
  cancelled: 'cancelled',
  fallback: 'fell-back',
} as const satisfies Record<EventOf<'call-settled'>['outcome'], CallOutcome>;

/**
 * The log after an event: newest call first, the oldest dropped when there are more than `capacity`. What happens to a
 * call that was dropped, or that began before anybody listened, changes nothing.
 */
export function logEvent(
  log: readonly CallRecord[],
  event: ServiceCallEvent,
  capacity = CAPACITY,
): readonly CallRecord[] {
  if (event.type === 'call-started') return [begun(event), ...log].slice(0, capacity);
  if (!log.some(({ id }) => id === event.callId)) return log;
  return log.map((record) => (record.id === event.callId ? changed(record, event) : record));
}

function begun({ callId, method, route, service, traceId }: EventOf<'call-started'>): CallRecord {
  return {
    id: callId,
    service,
    operation: `${method} ${route}`.trimEnd(),
    outcome: 'running',
    traceId,
    attempts: [],
  };
}

function changed(
  record: CallRecord,
  event: Exclude<ServiceCallEvent, { readonly type: 'call-started' }>,
): CallRecord {
  switch (event.type) {
    case 'attempt-started':
      return withAttempt(record, {
        attempt: event.attempt,
        outcome: 'running',
        instance: event.instance.id,
      });
    case 'attempt-rejected':
      return withAttempt(record, {
        attempt: event.attempt,
        outcome: 'rejected',
        answer: answerOf(event.error),
      });
    case 'attempt-settled':
      return withChange(record, event.attempt, {
        outcome: OUTCOMES[event.outcome],
        answer: answered(event),
        duration: event.duration,
      });
    case 'retry-scheduled':
      return withChange(record, event.attempt, { retryIn: event.delay });
    case 'call-settled':
      return { ...record, ...ending(event) };
  }
}

function withAttempt(record: CallRecord, attempt: AttemptRecord): CallRecord {
  return { ...record, attempts: [...record.attempts, attempt] };
}

function withChange(
  record: CallRecord,
  attempt: number,
  change: Partial<AttemptRecord>,
): CallRecord {
  return {
    ...record,
    attempts: record.attempts.map((known) =>
      known.attempt === attempt ? { ...known, ...change } : known,
    ),
  };
}

function answered({ error, outcome, status }: EventOf<'attempt-settled'>): string | undefined {
  if (status !== undefined) return String(status);
  return outcome === 'failure' ? answerOf(error) : undefined;
}

function ending({ duration, error, outcome }: EventOf<'call-settled'>): Partial<CallRecord> {
  // Nobody was asked, or not once more: another story than an answer that was no, and told by its last attempt.
  if (outcome === 'failure' && isCircuitOpenError(error)) return { outcome: 'rejected', duration };
  return {
    outcome: OUTCOMES[outcome],
    duration,
    reason: error === undefined ? undefined : reasonOf(error),
  };
}
