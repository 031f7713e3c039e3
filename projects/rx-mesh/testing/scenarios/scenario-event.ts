import { type EventEnvelope, type NewEvent, categoryOf } from 'rx-mesh/event-sourcing';

/** An event that has happened before a scenario begins: what a test does not care about is made up. */
export interface ScenarioEvent<D = unknown> extends NewEvent<D> {
  /** The stream. @default type and id of the aggregate, joined by `-`; `test` when they are not given */
  readonly stream?: string | undefined;
  /** When it was recorded: wall time in milliseconds since the epoch. @default one second after the one before */
  readonly timestamp?: number | undefined;
}

/** What a test expects of an event; of what is not said, anything will do. */
export interface ExpectedEvent<D = unknown> {
  /** What happened. */
  readonly type: string;
  /** Its facts, all of them. */
  readonly data?: D | undefined;
  /** The stream. */
  readonly stream?: string | undefined;
  /** What it happened to. */
  readonly aggregateId?: string | undefined;
  /** Of which kind that is. */
  readonly aggregateType?: string | undefined;
  /** Facts that go with it, among others. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

const NEW_YEAR_2026 = 1_767_225_600_000;
const SECOND = 1000;

/** The stream of an event of a scenario. */
export function streamOf({ stream, aggregateType, aggregateId }: ScenarioEvent): string {
  if (stream !== undefined) return stream;
  return aggregateType === undefined || aggregateId === undefined
    ? 'test'
    : `${aggregateType}-${aggregateId}`;
}

/** The event as it would have been recorded: the given one after so many others. */
export function envelopeOf(
  event: ScenarioEvent,
  before: readonly EventEnvelope[],
  serviceId = 'test',
): EventEnvelope {
  const stream = streamOf(event);
  const dash = stream.indexOf('-');
  const position = (before.at(-1)?.position ?? 0) + 1;
  return {
    id: event.id ?? `event-${position}`,
    type: event.type,
    stream,
    version: before.filter((other) => other.stream === stream).length + 1,
    position,
    timestamp: event.timestamp ?? NEW_YEAR_2026 + position * SECOND,
    schemaVersion: event.schemaVersion ?? 1,
    aggregateId: event.aggregateId ?? stream.slice(dash + 1),
    aggregateType: event.aggregateType ?? categoryOf(stream),
    data: event.data ?? null,
    metadata: { serviceId, ...event.metadata },
  };
}
