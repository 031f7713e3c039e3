import { type ServiceCallEvent } from 'rx-mesh/communication';
import { type EventEnvelope, type SagaExecution } from 'rx-mesh/event-sourcing';
import { type ProcessedRequest } from 'rx-mesh/gateway';
import { answerOf } from '../calls/failure-text';

/** Who tells of something. */
export type Layer =
  'Command' | 'Saga' | 'Compensation' | 'Gateway' | 'Cache' | 'Mesh' | 'Resilience' | 'Event';

/** What a layer tells. */
export interface Told {
  readonly layer: Layer;
  readonly text: string;
  readonly isBad?: boolean;
}

/** A line of the trail. */
export interface TrailLine extends Told {
  /** Milliseconds since the click. */
  readonly at: number;
}

const MOST = 200;

/** The trail with more lines; of a long one the beginning is kept. */
export function withLines(
  trail: readonly TrailLine[],
  told: readonly Told[],
  at: number,
): readonly TrailLine[] {
  return [...trail, ...told.map((line) => ({ ...line, at }))].slice(0, MOST);
}

/** What an event of a call tells. */
export function ofCall(event: ServiceCallEvent): readonly Told[] {
  switch (event.type) {
    case 'attempt-started':
      return [
        { layer: 'Mesh', text: `chose ${event.instance.id} of ${event.service}` },
        { layer: 'Resilience', text: `attempt ${event.attempt} at ${event.service}` },
      ];
    case 'attempt-settled': {
      const answer =
        event.status ?? (event.error === undefined ? 'no answer' : answerOf(event.error));
      const isBad = event.outcome !== 'success';
      return [{ layer: 'Mesh', text: `${event.instance.id}: ${answer}`, isBad }];
    }
    case 'attempt-rejected':
      return [{ layer: 'Resilience', text: `turned away: ${answerOf(event.error)}`, isBad: true }];
    case 'retry-scheduled':
      return [{ layer: 'Resilience', text: `tries again in ${Math.round(event.delay)} ms` }];
    default:
      return [];
  }
}

/** What the end of a request tells. */
export function ofRequest({
  context,
  request,
  servedBy,
  status,
}: ProcessedRequest): readonly Told[] {
  const name = context?.route.name ?? request.urlWithParams;
  const text = `route “${name}” answered ${status === 0 ? 'nothing' : status}`;
  if (servedBy === 'cache') return [{ layer: 'Cache', text }];
  return [{ layer: 'Gateway', text, isBad: status < 200 || status > 399 }];
}

/** From where an answer about the shelf came. */
export function shelfText({ response, servedBy }: ProcessedRequest): string {
  if (servedBy !== 'cache') return 'From the service, through the gateway.';
  const age = response?.headers.get('Age');
  return `From the cache of the gateway${age ? `, ${age} s old` : ''}.`;
}

/** What has changed in a saga. */
export function ofSaga(before: SagaExecution | undefined, now: SagaExecution): readonly Told[] {
  const steps = now.steps.flatMap(({ attempts, error, name, state }, i): Told[] => {
    const old = before?.steps[i];
    if (state === 'pending' || (old?.state === state && old.attempts === attempts)) return [];
    const why = error ? ` (${error.message})` : '';
    return [{ layer: 'Saga', text: `${name}: ${state}${why}`, isBad: error !== undefined }];
  });
  const undone = now.compensations.flatMap(({ state, step }): Told[] => {
    const old = before?.compensations.find((one) => one.step === step);
    if (state === 'pending' || old?.state === state) return [];
    return [{ layer: 'Compensation', text: `${step}: ${state}`, isBad: state === 'failed' }];
  });
  return [...steps, ...undone];
}

/** What an event of the log tells. */
export function ofEvent({ position, stream, type }: EventEnvelope): Told {
  return { layer: 'Event', text: `${type} in ${stream}, position ${position}` };
}
