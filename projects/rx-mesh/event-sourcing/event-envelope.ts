/**
 * What goes with an event, as plain JSON. An application may add facts of its own.
 */
export interface EventMetadata {
  /** The service that recorded the event: `serviceId` of `withEventSourcing`. */
  readonly serviceId: string;
  /** What all events of one flow share: the id of its first event, unless somebody says otherwise. */
  readonly correlationId?: string;
  /** The id of the event or the command that led to this one. */
  readonly causationId?: string;
  /** On whose behalf. */
  readonly userId?: string;
  /** Facts of the application. */
  readonly [fact: string]: unknown;
}

/** An event that is to be recorded. An {@link EventEnvelope} is one too: what the store assigns is then left out. */
export interface NewEvent<D = unknown> {
  /** What happened, in the past tense, such as `OrderPlaced`; not empty, at most 256 characters. */
  readonly type: string;
  /** Facts of the event: plain JSON, with no cycle. @default null */
  readonly data?: D | undefined;
  /** Unique in the log: an append that is repeated with the same ids is stored once. @default a random UUID */
  readonly id?: string | undefined;
  /** What it happened to. @default what follows the first `-` in the name of the stream, else the whole name */
  readonly aggregateId?: string | undefined;
  /** Of which kind that is. @default what stands before the first `-` in the name of the stream */
  readonly aggregateType?: string | undefined;
  /** The version of the shape of `data`, at least 1. @default the newest that an upcaster knows, else 1 */
  readonly schemaVersion?: number | undefined;
  /** What goes with it. The store adds who recorded it, and what led to it. @default {} */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** An event that has its id and its parts, but no place in a log yet. */
export interface PreparedEvent<D = unknown> {
  /** Unique in the log. */
  readonly id: string;
  /** What happened. */
  readonly type: string;
  /** The version of the shape of {@link PreparedEvent.data}, at least 1. */
  readonly schemaVersion: number;
  /** What it happened to. */
  readonly aggregateId: string;
  /** Of which kind that is. */
  readonly aggregateType: string;
  /** Facts of the event, as plain JSON. */
  readonly data: D;
  /** What goes with it. */
  readonly metadata: EventMetadata;
}

/** A recorded event: the one shape in which events are stored and read. It never changes. */
export interface EventEnvelope<D = unknown> extends PreparedEvent<D> {
  /** The name of its stream. */
  readonly stream: string;
  /** Its place in the stream, counted from 1. */
  readonly version: number;
  /** Its place in the log, above 0. A later event has a higher one; there may be gaps. */
  readonly position: number;
  /** When it was recorded: wall time in milliseconds since the epoch. It may go back from one event to the next. */
  readonly timestamp: number;
}

/**
 * An envelope of an event that others gave: it may be in no log yet. What it does not say is left out, so that the store
 * gives it when the event is recorded.
 */
export interface EventDraft<D = unknown> extends Omit<
  EventEnvelope<D>,
  'schemaVersion' | 'metadata'
> {
  /** The version of the shape of `data`. @default the newest that an upcaster knows, else 1 */
  readonly schemaVersion?: number;
  /** What goes with it; without a `serviceId` it is of the application that records it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** An event as event-driven services see it. */
export interface DomainEvent<D = unknown> {
  /** Unique in the log. */
  readonly id: string;
  /** What happened. */
  readonly type: string;
  /** What it happened to. */
  readonly aggregateId: string;
  /** Of which kind that is. */
  readonly aggregateType: string;
  /** Its place in its stream, counted from 1. */
  readonly version: number;
  /** When it was recorded. */
  readonly timestamp: Date;
  /** Facts of the event. */
  readonly data: D;
  /** What goes with it. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The name of its stream. @default aggregate type and id, joined by `-` */
  readonly streamId?: string;
  /** Its place in the log. @default 0: it is in none yet */
  readonly position?: number;
  /** The version of the shape of `data`. @default the newest that an upcaster knows, else 1 */
  readonly schemaVersion?: number;
}

/** An event as services see it that get it from others. */
export interface DistributedEvent<D = unknown> {
  /** Unique in the log. */
  readonly id: string;
  /** The name of its stream. */
  readonly streamId: string;
  /** What happened. */
  readonly eventType: string;
  /** What it happened to. */
  readonly aggregateId: string;
  /** Of which kind that is. */
  readonly aggregateType: string;
  /** Its place in its stream, counted from 1. */
  readonly version: number;
  /** When it was recorded. */
  readonly timestamp: Date;
  /** Facts of the event. */
  readonly data: D;
  /** What goes with it. */
  readonly metadata: EventMetadata;
  /** Its place in the log. @default 0: it is in none yet */
  readonly position?: number;
  /** The version of the shape of `data`. @default the newest that an upcaster knows, else 1 */
  readonly schemaVersion?: number;
}

/**
 * The event as event-driven services see it. Nothing is lost: {@link fromDomainEvent} gives the envelope back.
 *
 * @usageNotes
 * ```ts
 * const event = toDomainEvent(envelope);
 * event.timestamp.toISOString();
 * ```
 */
export function toDomainEvent<D>(envelope: EventEnvelope<D>): DomainEvent<D> {
  const { stream, timestamp, ...rest } = envelope;
  return { ...rest, streamId: stream, timestamp: new Date(timestamp) };
}

/**
 * The envelope of an event as event-driven services see it. The time of one that has been JSON is a text or a number; of one
 * that cannot be read it is `NaN`.
 *
 * @usageNotes
 * ```ts
 * store.appendToStream('order-7', fromDomainEvent(event)); // its version and position are given anew
 * ```
 */
export function fromDomainEvent<D>(event: DomainEvent<D>): EventDraft<D> {
  const { streamId, timestamp, position = 0, metadata, ...rest } = event;
  const { aggregateId, aggregateType } = event;
  return {
    ...rest,
    stream: streamId ?? `${aggregateType}-${aggregateId}`,
    timestamp: timeOf(timestamp),
    position,
    metadata: { ...metadata },
  };
}

/**
 * The event as services see it that get it from others. Nothing is lost: {@link fromDistributedEvent} gives the envelope
 * back.
 *
 * @usageNotes
 * ```ts
 * const { eventType, metadata } = toDistributedEvent(envelope);
 * metadata.serviceId; // who recorded it
 * ```
 */
export function toDistributedEvent<D>(envelope: EventEnvelope<D>): DistributedEvent<D> {
  const { stream, type, timestamp, ...rest } = envelope;
  return { ...rest, streamId: stream, eventType: type, timestamp: new Date(timestamp) };
}

/**
 * The envelope of an event as services see it that get it from others. The time of one that has been JSON is a text or a
 * number; of one that cannot be read it is `NaN`.
 *
 * @usageNotes
 * ```ts
 * store.appendToStream(event.streamId, fromDistributedEvent(event));
 * ```
 */
export function fromDistributedEvent<D>(event: DistributedEvent<D>): EventDraft<D> {
  const { streamId, eventType, timestamp, position = 0, metadata, ...rest } = event;
  return {
    ...rest,
    stream: streamId,
    type: eventType,
    timestamp: timeOf(timestamp),
    position,
    metadata: { ...metadata },
  };
}

// A date, unless the event has been JSON.
function timeOf(timestamp: Date | string | number): number {
  return new Date(timestamp).getTime();
}

/**
 * The category of a stream: what stands before the first `-`, else its whole name.
 *
 * @usageNotes
 * ```ts
 * categoryOf('order-7'); // 'order'
 * ```
 */
export function categoryOf(stream: string): string {
  const dash = stream.indexOf('-');
  return dash < 0 ? stream : stream.slice(0, dash);
}
