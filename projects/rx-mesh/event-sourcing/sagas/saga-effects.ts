import type { Clock } from 'rx-mesh/kernel';
import { isCallTimeoutError, resilient, timeoutPolicy } from 'rx-mesh/resilience';
import { NEVER, type Observable, concat, defaultIfEmpty, defer, filter, from, map, take } from 'rxjs'; // prettier-ignore
import type { NewEvent } from '../event-envelope';
import type { EventStoreService } from '../store/event-store-service';
import type { SagaContext, SagaDefinition, SagaStepPlan } from './saga-definition';
import { problemOf } from './saga-events';
import { type SagaEffect, resultsOf } from './saga-plan';
import type { SagaRecord } from './saga-record';

/** What effects stand on. */
export interface EffectPorts {
  readonly store: EventStoreService;
  readonly clock: Clock;
}

/**
 * The work of an effect: cold, emits one value and completes, or fails. The first value counts; where there is none, it is
 * `undefined`.
 */
export function effectOf(
  effect: SagaEffect,
  definition: SagaDefinition,
  record: SagaRecord,
  ports: EffectPorts,
): Observable<unknown> {
  const step = definition.stages.flat().find(({ name }) => name === effect.step);
  if (effect.kind === 'listen') return step?.kind === 'event' ? eventOf(step, record, ports) : NEVER; // prettier-ignore
  if (step?.kind !== 'run') return NEVER;
  const { run, compensate, timeout } = step;
  const stepKey = `${record.id}/${effect.step}`;
  const isUndo = effect.kind === 'compensate';
  const context = contextOf(effect, isUndo ? `${stepKey}/compensate` : stepKey, record, ports);
  const { input } = record;
  const results = resultsOf(record);
  const work = defer(() =>
    isUndo
      ? (compensate?.(results[effect.step], { ...context, input, results, stepKey }) ?? [])
      : run(input, results, context),
  );
  const policy = timeoutPolicy(ports, { limit: timeout });
  return work.pipe(
    take(1),
    defaultIfEmpty(undefined),
    resilient(policy, `${record.type}.${effect.step}`),
  );
}

/** Whether work was not waited for any longer: then nobody knows whether it was done, or still will be. */
export function isTimeout(error: unknown): boolean {
  // The second one is that of RxJS, and of signals of the platform.
  return isCallTimeoutError(error) || problemOf(error).name === 'TimeoutError';
}

function contextOf(
  { step: stepName, attempt }: Exclude<SagaEffect, { readonly kind: 'listen' }>,
  idempotencyKey: string,
  { id: sagaId, type, correlationId }: SagaRecord,
  { store }: EffectPorts,
): SagaContext {
  let calls = 0;
  const append: SagaContext['append'] = (stream, events) => {
    const call = ++calls;
    const all = (Array.isArray(events) ? events : [events]) as readonly NewEvent[];
    const known = all.map((event, at) => ({
      ...event,
      id: event.id ?? `${idempotencyKey}/${call}.${at}`,
    }));
    return store.appendToStream(stream, known, { correlationId, causedBy: { id: idempotencyKey } });
  };
  return { sagaId, type, stepName, attempt, idempotencyKey, correlationId, append };
}

/** The event that a saga waits for. What was recorded before the saga began does not count. */
function eventOf(
  { type, correlate }: Extract<SagaStepPlan, { readonly kind: 'event' }>,
  record: SagaRecord,
  { store }: EffectPorts,
): Observable<unknown> {
  const { position, input, correlationId } = record;
  const results = resultsOf(record);
  const events = store.subscribeToAll({ after: position, types: [type] }).pipe(
    filter((item) => item.type === 'event'),
    map(({ event }) => event),
    filter((event) =>
      correlate ? correlate(event, input, results) : event.metadata.correlationId === correlationId,
    ),
  );
  // On a server the log ends; what has not come yet may still come.
  return concat(from(events), NEVER).pipe(take(1));
}
