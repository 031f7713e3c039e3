import type { Clock, IdGenerator } from 'rx-mesh/kernel';
import type { Command, NewCommand } from '../message-types';
import type { StandardSchemaIssue } from '../standard-schema';
import { InvalidCommandError } from './command-errors';

// Ids of events follow from them, and those end at 256.
const LONGEST_ID = 240;
const LONGEST = 256;

/** The command with its id and its time. */
export function completed<R, P>(
  command: NewCommand<R, P>,
  ids: IdGenerator,
  clock: Clock,
): Command<R, P> {
  const { id, metadata } = command;
  if (id !== undefined && metadata?.timestamp) return command as Command<R, P>;
  const timestamp = metadata?.timestamp ?? new Date(clock.now());
  return { ...command, id: id ?? ids.uuid(), metadata: { ...metadata, timestamp } };
}

/** What is wrong with the parts of a command that every command has; `undefined` when nothing is. */
export function faultOf({ id, type, aggregateId, metadata }: Command): Error | undefined {
  const isSound =
    isText(id, LONGEST_ID) &&
    id !== '' &&
    isText(type, LONGEST) &&
    type !== '' &&
    isText(aggregateId, LONGEST) &&
    isTime(metadata.timestamp);
  if (isSound) return undefined;
  const issues: StandardSchemaIssue[] = [];
  const check = (path: string, fine: boolean, message: string): void => {
    if (!fine) issues.push({ path: [path], message });
  };
  check('id', isText(id, LONGEST_ID) && id !== '', `must be a text of 1 to ${LONGEST_ID} characters`); // prettier-ignore
  check('type', isText(type, LONGEST) && type !== '', `must be a text of 1 to ${LONGEST} characters`); // prettier-ignore
  check('aggregateId', isText(aggregateId, LONGEST), `must be a text of at most ${LONGEST} characters`); // prettier-ignore
  check('metadata.timestamp', isTime(metadata.timestamp), 'must be a date');
  return new InvalidCommandError(type, id, issues);
}

/** The error of a command whose id is that of another one. */
export function foreignId({ id, type }: Command): InvalidCommandError {
  const message = 'is the id of another command. Each intent needs an id of its own';
  return new InvalidCommandError(type, id, [{ path: ['id'], message }]);
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest;
}

// By what only a Date can do: one of another realm is none of this one's.
function isTime(value: unknown): boolean {
  try {
    return Number.isFinite(Date.prototype.getTime.call(value));
  } catch {
    return false;
  }
}
