import type { EventEnvelope, NewEvent } from '../event-envelope';

/** The fact of the metadata that says where an event was recorded first: one that has it came from elsewhere. */
export const ORIGIN = 'origin';

/** Whether an event was recorded elsewhere, and came here as a message. */
export function isRemote({ metadata }: Pick<EventEnvelope, 'metadata'>): boolean {
  return typeof metadata[ORIGIN] === 'object' && metadata[ORIGIN] !== null;
}

/**
 * What to record of an event that was told by a message: an envelope, a `DomainEvent` or a `DistributedEvent`, as JSON. Its
 * id stays, its place is given anew, and where it was before goes with it as `origin`. `undefined` for what is none of them.
 * What its parts are is checked by the store.
 */
export function readRemoteEvent(told: unknown): NewEvent | undefined {
  if (!isRecord(told)) return undefined;
  const { id, data, aggregateId, aggregateType, schemaVersion, metadata } = told;
  const type = told['type'] ?? told['eventType'];
  if (!isText(id) || !isText(type)) return undefined;
  return {
    id,
    type,
    data,
    ...(isText(aggregateId) ? { aggregateId } : {}),
    ...(isText(aggregateType) ? { aggregateType } : {}),
    ...(Number.isSafeInteger(schemaVersion) ? { schemaVersion: schemaVersion as number } : {}),
    metadata: { ...(isRecord(metadata) ? metadata : {}), [ORIGIN]: originOf(told) },
  };
}

function originOf({ stream, streamId, version, position, timestamp }: Record<string, unknown>) {
  const place = { stream: stream ?? streamId, version, position, timestamp };
  return Object.fromEntries(
    Object.entries(place).filter(([, fact]) => isText(fact) || Number.isFinite(fact)),
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
