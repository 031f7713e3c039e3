import { InjectionToken } from '@angular/core';
import type { IdGenerator } from 'rx-mesh/kernel';
import { plainCopy } from '../event-data';
import { type EventMetadata, type NewEvent, type PreparedEvent, categoryOf } from '../event-envelope'; // prettier-ignore
import { InvalidEventError } from '../event-sourcing-errors';
import type { EventSourcingValues } from '../event-sourcing-options';
import type { Durability } from '../log/event-log';
import type { ExpectedVersion } from '../log/expected-version';
import type { UpcasterChain } from '../upcasters';

declare const ngDevMode: boolean;

/** What led to events: an envelope, a message of `rx-mesh/messaging`, or whatever has an id. */
export interface EventCause {
  /** Becomes the causation id. */
  readonly id: string;
  /** Becomes the correlation id. @default that of `metadata`, else the id */
  readonly correlationId?: string | undefined;
  /** What goes with it. */
  readonly metadata?: { readonly correlationId?: unknown } | undefined;
}

/** How to append. */
export interface AppendOptions {
  /** At which version the stream has to be. @default 'any' */
  readonly expected?: ExpectedVersion | undefined;
  /** How sure the append is once it is acknowledged. @default that of `withEventSourcing` */
  readonly durability?: Durability | undefined;
  /** What led to the events. @default nothing: they begin a flow of their own */
  readonly causedBy?: EventCause | undefined;
  /** What all events of the flow share. @default that of `causedBy`, else the id of the first event */
  readonly correlationId?: string | undefined;
  /** What goes with each of the events that does not say it itself. @default {} */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Facts that go with every event, asked at each append, such as who is signed in, or the headers of the trace.
 *
 * @default none
 */
export const EVENT_CONTEXT = new InjectionToken<() => Readonly<Record<string, unknown>>>(
  ngDevMode ? 'rx-mesh EVENT_CONTEXT' : '',
  { providedIn: 'root', factory: () => () => ({}) },
);

/** What events are prepared with. */
export interface PreparePorts {
  readonly values: EventSourcingValues;
  readonly ids: IdGenerator;
  readonly upcasters: UpcasterChain;
  readonly context: () => Readonly<Record<string, unknown>>;
}

const LONGEST_NAME = 256;

/**
 * Checks events, and gives them all that they have before they are stored. They are copied, so later changes do no harm.
 *
 * @throws InvalidEventError when one of them cannot be recorded.
 */
export function prepareEvents(
  stream: string,
  events: readonly NewEvent[],
  options: AppendOptions,
  { values, ids, upcasters, context }: PreparePorts,
): readonly PreparedEvent[] {
  checkName(stream, () => 'stream');
  if (stream.startsWith('$')) throw new InvalidEventError('stream', 'a name that begins with $');
  const { maxEventBytes, maxCommitEvents } = values;
  if (events.length > maxCommitEvents) {
    const found = `a list of ${events.length}, more than ${maxCommitEvents} events`;
    throw new InvalidEventError('events', found);
  }
  const known = events.map((event, at) => ({
    event,
    id: checkName(event.id ?? ids.uuid(), () => `events[${at}].id`),
  }));
  const facts = {
    serviceId: values.serviceId,
    ...flowFacts(options, known[0]?.id),
    ...context(),
    ...options.metadata,
  };
  const shared = memo(() => metadataOf(facts, 'metadata', maxEventBytes));
  return known.map(({ event, id }, at) => {
    const path = `events[${at}]`;
    const type = checkName(event.type, () => `${path}.type`);
    const {
      aggregateId,
      aggregateType,
      schemaVersion = upcasters.newestOf(type),
      metadata,
    } = event;
    if (!Number.isSafeInteger(schemaVersion) || schemaVersion < 1) {
      throw new InvalidEventError(`${path}.schemaVersion`, String(schemaVersion));
    }
    return Object.freeze({
      id,
      type,
      schemaVersion,
      aggregateId: checkText(aggregateId ?? idIn(stream), () => `${path}.aggregateId`),
      aggregateType: checkText(aggregateType ?? categoryOf(stream), () => `${path}.aggregateType`),
      data: plainCopy(event.data ?? null, `${path}.data`, maxEventBytes),
      // Most events say nothing of their own, so they share one.
      metadata: metadata
        ? metadataOf({ ...facts, ...metadata }, `${path}.metadata`, maxEventBytes)
        : shared(),
    });
  });
}

function memo<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function flowFacts({ causedBy, correlationId }: AppendOptions, first: string | undefined) {
  const { id, metadata } = causedBy ?? {};
  const inherited = causedBy?.correlationId ?? metadata?.correlationId ?? id;
  return {
    correlationId: correlationId ?? inherited ?? first,
    ...(id === undefined ? {} : { causationId: id }),
  };
}

function metadataOf(facts: object, path: string, maxBytes: number): EventMetadata {
  const copy = plainCopy(facts, path, maxBytes) as EventMetadata;
  checkText(copy.serviceId, () => `${path}.serviceId`);
  return copy;
}

function idIn(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}

function checkName(name: unknown, path: () => string): string {
  const text = checkText(name, path);
  if (text === '') throw new InvalidEventError(path(), 'empty');
  return text;
}

function checkText(text: unknown, path: () => string): string {
  if (typeof text !== 'string') throw new InvalidEventError(path(), 'no text');
  if (text.length <= LONGEST_NAME) return text;
  throw new InvalidEventError(path(), `longer than ${LONGEST_NAME} characters`);
}
