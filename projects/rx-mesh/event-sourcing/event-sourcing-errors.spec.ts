import { InvalidOptionError, isRxMeshError } from 'rx-mesh/kernel';
import * as errors from './event-sourcing-errors';

const ALL = [
  [new errors.InvalidEventError('data.x', 'a cycle'), 'RXM500', errors.isInvalidEventError],
  [
    new errors.WrongExpectedVersionError('s', 'no-stream', 3),
    'RXM501',
    errors.isWrongExpectedVersionError,
  ],
  [new errors.DuplicateEventIdError('s', 'a', 't'), 'RXM502', errors.isDuplicateEventIdError],
  [new errors.EventLogFullError('log'), 'RXM503', errors.isEventLogFullError],
  [new errors.EventLogBlockedError('log', 'older-tab'), 'RXM504', errors.isEventLogBlockedError],
  [
    new errors.EventLogBlockedError('log', 'newer-version'),
    'RXM504',
    errors.isEventLogBlockedError,
  ],
  [new errors.EventLogUnavailableError('log'), 'RXM505', errors.isEventLogUnavailableError],
  [new errors.UpcasterError('T', 1, 'there is a gap'), 'RXM507', errors.isUpcasterError],
  [new errors.EventTransferError(3, 'it is no JSON'), 'RXM508', errors.isEventTransferError],
] as const;

describe('the errors of event sourcing', () => {
  it.each(ALL)('%p has its code and its guard', (error, code, is) => {
    expect(error.code).toBe(code);
    expect(isRxMeshError(error)).toBe(true);
    expect(is(error)).toBe(true);
    expect(is(new InvalidOptionError('x', 1, 'y'))).toBe(false);
    expect(error.message).toMatch(/\.$/);
  });

  it('say what was expected and what is', () => {
    expect(new errors.WrongExpectedVersionError('order-1', 2, 3)).toMatchObject({
      stream: 'order-1',
      expected: 2,
      actual: 3,
      message:
        'Stream "order-1" is at version 3, not 2. Read it again, decide again, and append with the new version.',
    });
  });

  it('keep their cause', () => {
    const cause = new Error('full');

    expect(new errors.EventLogFullError('log', { cause }).cause).toBe(cause);
  });
});
