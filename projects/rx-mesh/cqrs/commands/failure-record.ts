import { WrongExpectedVersionError, isWrongExpectedVersionError } from 'rx-mesh/event-sourcing';
import {
  CommandRefusedError,
  type CommandRefusal,
  CommandTimeoutError,
  InvalidCommandError,
  isCommandRefusedError,
  isCommandTimeoutError,
  isInvalidCommandError,
} from './command-errors';
import type { StandardSchemaIssue } from '../standard-schema';

/** An error as plain JSON. */
export interface FailureRecord {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly [field: string]: unknown;
}

type Field =
  | 'name'
  | 'message'
  | 'path'
  | 'code'
  | 'stream'
  | 'expected'
  | 'actual'
  | 'issues'
  | 'reason'
  | 'limit'
  | 'begun';

const LONGEST = 1024;
const MOST_ISSUES = 100;
const REFUSALS: readonly CommandRefusal[] = ['no-handler', 'not-allowed', 'already-begun'];

/** An error as plain JSON: its words, and what senders look at. */
export function recordOfFailure(error: unknown): FailureRecord {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const words = { name: name.slice(0, LONGEST), message: message.slice(0, LONGEST) };
  if (isWrongExpectedVersionError(error)) {
    const { code, stream, expected, actual } = error;
    return { ...words, code, stream, expected, actual };
  }
  if (isInvalidCommandError(error)) {
    return { ...words, code: error.code, issues: error.issues.slice(0, MOST_ISSUES).map(plain) };
  }
  if (isCommandRefusedError(error)) return { ...words, code: error.code, reason: error.reason };
  if (isCommandTimeoutError(error)) {
    return { ...words, code: error.code, limit: error.limit, begun: error.begun };
  }
  return words;
}

/**
 * The error that was written down, as good as it can be told; it may come from outside.
 *
 * @param other What stands for an error that is none of those that are known here.
 */
export function failureOf(
  found: unknown,
  { type, id }: { readonly type: string; readonly id: string },
  other: (name: string, message: string) => Error,
): Error {
  const record: Partial<Record<Field, unknown>> = isObject(found) ? found : {};
  const { code, stream, expected, actual, issues, reason, limit, begun } = record;
  if (code === 'RXM501' && typeof stream === 'string' && Number.isSafeInteger(actual)) {
    const version = typeof expected === 'number' || expected === 'no-stream' || expected === 'stream-exists' ? expected : 'any'; // prettier-ignore
    return new WrongExpectedVersionError(stream, version, actual as number);
  }
  if (code === 'RXM541' && Array.isArray(issues)) {
    return new InvalidCommandError(type, id, issues.slice(0, MOST_ISSUES).flatMap(issueOf));
  }
  const refusal = REFUSALS.find((known) => known === reason);
  if (code === 'RXM542' && refusal) return new CommandRefusedError(type, id, refusal);
  if (code === 'RXM543' && typeof limit === 'number') {
    return new CommandTimeoutError(type, id, limit, begun !== false);
  }
  return other(text(record.name) ?? 'Error', text(record.message) ?? 'no reason was given');
}

function plain({ message, path = [] }: StandardSchemaIssue) {
  const keys = path.map((step) => (typeof step === 'object' ? step.key : step));
  return { message, path: keys.map((key) => (typeof key === 'symbol' ? String(key) : key)) };
}

function issueOf(found: unknown): readonly StandardSchemaIssue[] {
  if (!isObject(found)) return [];
  const message = text(found.message) ?? 'invalid';
  const keys: readonly unknown[] = Array.isArray(found.path) ? found.path.slice(0, 100) : [];
  const path = keys.filter((key) => typeof key === 'string' || typeof key === 'number');
  return [{ message, path }];
}

function text(found: unknown): string | undefined {
  return typeof found === 'string' ? found.slice(0, LONGEST) : undefined;
}

function isObject(found: unknown): found is Partial<Record<Field, unknown>> {
  return typeof found === 'object' && found !== null;
}
