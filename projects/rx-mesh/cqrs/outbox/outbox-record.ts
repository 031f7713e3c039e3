import type { ReadModelRecord } from 'rx-mesh/event-sourcing';
import type { Command } from '../message-types';
import type { OutboxEntry, OutboxReason, OutboxState } from './outbox-entry';
import { plainJson } from './outbox-json';

/** The commands that are not done yet. */
export const OUTBOX = '$outbox';
/** How the last ones have ended. */
export const ENDED = '$outbox-ended';
/** Two thousand million commands a second for a month fit in. */
const DIGITS = 16;
/** The most bytes of a result that is kept. */
const MOST_RESULT = 4096;
/** The newest shape of what is stored. */
const SHAPE = 1;

/** A command that is not done yet, as it is kept. */
export interface QueuedCommand {
  /** Its place, and its id: so two tabs that take the same place do not write over each other. */
  readonly key: string;
  readonly command: Command;
  readonly state: 'queued' | 'sending' | 'rejected' | 'conflict';
  readonly attempts: number;
  readonly queuedAt: number;
  readonly expires?: number | undefined;
  readonly reason?: OutboxReason | undefined;
  /** Whether it was sent, and nobody knows what became of that. */
  readonly inDoubt: boolean;
  /** Whether it was refused, and is to be done all the same: until it is sent. */
  readonly isAnew?: boolean | undefined;
}

/** What became of a command, as it is kept. */
export interface EndedCommand {
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly state: 'done' | 'cancelled';
  readonly attempts: number;
  readonly queuedAt: number;
  readonly result?: unknown;
  readonly inDoubt: boolean;
  readonly replacedBy?: string | undefined;
}

/** The place of a command, in the order in which records are listed. */
export function keyOf(place: number, id: string): string {
  return `${String(place).padStart(DIGITS, '0')} ${id}`;
}

/** The place of a key, in front of the id. */
export function placeOf(key: string): string {
  return key.slice(0, DIGITS);
}

/** Whether it may be sent, and nobody has to decide. */
export function isSendable({ state }: QueuedCommand): boolean {
  return state === 'queued' || state === 'sending';
}

/** What is stored of a command that is not done yet. */
export function queuedValue({ command, reason, ...facts }: QueuedCommand): unknown {
  const metadata = { ...command.metadata, timestamp: command.metadata.timestamp.getTime() };
  const rest = reason ? { ...facts, reason: { ...reason, cause: undefined } } : facts;
  return { ...rest, shape: SHAPE, command: { ...command, metadata } };
}

/** What is stored of a command that has ended: its result only when it is small, plain JSON. */
export function endedValue({ result, ...ended }: EndedCommand): unknown {
  const kept = smallCopy(result);
  return { ...ended, shape: SHAPE, ...(kept === undefined ? {} : { result: kept }) };
}

function smallCopy(result: unknown): unknown {
  try {
    return result === undefined ? undefined : plainJson(result, 'result', MOST_RESULT);
  } catch {
    return undefined;
  }
}

/** A stored command; `undefined` when it is none, or of a newer shape. */
export function readQueued({ id: key, value }: ReadModelRecord): QueuedCommand | undefined {
  const found = fieldsOf(value);
  const command = commandOf(found?.['command']);
  const { state, attempts, queuedAt, expires, inDoubt } = found ?? {};
  const isOne =
    found?.['shape'] === SHAPE &&
    (state === 'queued' || state === 'sending' || state === 'rejected' || state === 'conflict') &&
    isCount(attempts) &&
    isTime(queuedAt) &&
    (expires === undefined || isTime(expires));
  if (!isOne || !command) return undefined;
  const reason = readReason(found['reason']);
  const isAnew = found['isAnew'] === true ? { isAnew: true } : {};
  return { key, command, state, attempts, queuedAt, expires, reason, inDoubt: inDoubt === true, ...isAnew }; // prettier-ignore
}

/** What became of a command; `undefined` when it is none. */
export function readEnded({ id: key, value }: ReadModelRecord): EndedCommand | undefined {
  const found = fieldsOf(value);
  const { id, type, aggregateId, state, attempts, queuedAt, result, replacedBy } = found ?? {};
  const isOne =
    found?.['shape'] === SHAPE &&
    typeof id === 'string' &&
    typeof type === 'string' &&
    typeof aggregateId === 'string' &&
    (state === 'done' || state === 'cancelled') &&
    isCount(attempts) &&
    isTime(queuedAt);
  if (!isOne) return undefined;
  return {
    ...{ key, id, type, aggregateId, state, attempts, queuedAt, result },
    replacedBy: typeof replacedBy === 'string' ? replacedBy : undefined,
    inDoubt: found['inDoubt'] === true,
  };
}

/** What users see of a command that is not done yet. */
export function entryOf(
  { command, state, attempts, queuedAt, expires, reason, inDoubt }: QueuedCommand,
  isParked: boolean,
): OutboxEntry {
  const shown: OutboxState = isParked && state === 'queued' ? 'parked' : state;
  const { id, type, aggregateId } = command;
  return {
    ...{ id, type, aggregateId, state: shown, attempts, queuedAt, command },
    ...(expires === undefined ? {} : { expires }),
    ...(reason ? { reason } : {}),
    mayHaveHappened: inDoubt,
  };
}

/** What users see of a command that has ended. */
export function endedEntryOf(ended: EndedCommand): OutboxEntry {
  const { id, type, aggregateId, state, attempts, queuedAt, result, replacedBy, inDoubt } = ended;
  return {
    ...{ id, type, aggregateId, state, attempts, queuedAt },
    ...(result === undefined ? {} : { result }),
    ...(replacedBy === undefined ? {} : { replacedBy }),
    mayHaveHappened: inDoubt,
  };
}

function commandOf(found: unknown): Command | undefined {
  const command = fieldsOf(found);
  const metadata = fieldsOf(command?.['metadata']);
  const { id, type, aggregateId, payload } = command ?? {};
  const isOne =
    typeof id === 'string' &&
    typeof type === 'string' &&
    typeof aggregateId === 'string' &&
    isTime(metadata?.['timestamp']);
  if (!isOne) return undefined;
  const timestamp = new Date(metadata['timestamp'] as number);
  return { id, type, aggregateId, payload, metadata: { ...metadata, timestamp } };
}

function readReason(found: unknown): OutboxReason | undefined {
  const { name, message, code, status, actual } = fieldsOf(found) ?? {};
  if (typeof name !== 'string' || typeof message !== 'string') return undefined;
  return {
    ...{ name, message },
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof actual === 'number' ? { actual } : {}),
  };
}

function fieldsOf(found: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof found === 'object' && found !== null
    ? (found as Readonly<Record<string, unknown>>)
    : undefined;
}

function isCount(found: unknown): found is number {
  return Number.isSafeInteger(found) && (found as number) >= 0;
}

function isTime(found: unknown): found is number {
  return typeof found === 'number' && Math.abs(found) <= 8.64e15;
}
