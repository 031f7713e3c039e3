import { WrongExpectedVersionError } from 'rx-mesh/event-sourcing';
import { InvalidOptionError, isRxMeshError } from 'rx-mesh/kernel';
import * as errors from './command-errors';
import { failureOf, recordOfFailure } from './failure-record';

const ALL = [
  [new errors.DuplicateHandlerError('T'), 'RXM540', errors.isDuplicateHandlerError],
  [new errors.InvalidCommandError('T', 'x', [{ message: 'm' }]), 'RXM541', errors.isInvalidCommandError], // prettier-ignore
  [new errors.CommandRefusedError('T', 'x', 'no-handler'), 'RXM542', errors.isCommandRefusedError],
  [new errors.CommandRefusedError('T', 'x', 'not-allowed'), 'RXM542', errors.isCommandRefusedError],
  [new errors.CommandRefusedError('T', 'x', 'already-begun'), 'RXM542', errors.isCommandRefusedError], // prettier-ignore
  [new errors.CommandTimeoutError('T', 'x', 5, true), 'RXM543', errors.isCommandTimeoutError],
  [new errors.CommandTimeoutError('T', 'x', 5, false), 'RXM543', errors.isCommandTimeoutError],
] as const;

const other = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('the errors of commands', () => {
  it.each(ALL)('%p has its code and its guard', (error, code, is) => {
    expect(error.code).toBe(code);
    expect(isRxMeshError(error)).toBe(true);
    expect(is(error)).toBe(true);
    expect(is(new InvalidOptionError('x', 1, 'y'))).toBe(false);
    expect(error.message).toMatch(/\.$/);
  });

  it('list everything that is wrong, with its place', () => {
    const error = new errors.InvalidCommandError('T', 'x', [
      { message: 'is no number', path: ['items', { key: 0 }, 'count'] },
      { message: 'is missing' },
    ]);

    expect(error.message).toBe(
      'Command "T" is invalid: items.0.count: is no number; is missing. Nothing was done.',
    );
  });

  it.each([
    ...ALL.slice(1).map(([error]) => error),
    new WrongExpectedVersionError('s', 3, 4),
    new WrongExpectedVersionError('s', 'no-stream', 4),
    new TypeError('odd'),
  ])('survive as plain JSON: %p', (error) => {
    const record: unknown = JSON.parse(JSON.stringify(recordOfFailure(error)));

    expect(failureOf(record, { type: 'T', id: 'x' }, other)).toEqual(error);
  });

  it.each([
    undefined,
    null,
    7,
    'text',
    [],
    { code: 'RXM501' },
    { code: 'RXM541', issues: 1 },
    { code: 'RXM542', reason: 'constructor' },
    { code: 'RXM543', limit: 'x', message: 7 },
  ])('are told as good as it goes of %p', (found) => {
    const error = failureOf(found, { type: 'T', id: 'x' }, other);

    expect(error).toMatchObject({ name: 'Error', message: 'no reason was given' });
  });

  it('keep hostile words and issues short', () => {
    const issues = [...Array.from({ length: 500 }, () => ({ message: 'm'.repeat(9999), path: [{}, 'a', 1] })), 7]; // prettier-ignore
    const error = failureOf({ code: 'RXM541', issues }, { type: 'T', id: 'x' }, other);

    expect(error).toMatchObject({ code: 'RXM541' });
    const told = errors.isInvalidCommandError(error) ? error.issues : [];

    expect(told).toHaveLength(100);
    expect(told[0]).toEqual({ message: 'm'.repeat(1024), path: ['a', 1] });
    expect(recordOfFailure('just a text')).toEqual({ name: 'Error', message: 'just a text' });
  });
});
