import { isRxMeshError } from 'rx-mesh/kernel';
import {
  BrokenReadModelError,
  CheckpointMovedError,
  ProjectionFailedError,
  ProjectionTimeoutError,
  ReadModelConflictError,
  isBrokenReadModelError,
  isCheckpointMovedError,
  isProjectionFailedError,
  isProjectionTimeoutError,
  isReadModelConflictError,
} from './projection-errors';

const guards = [
  isProjectionFailedError,
  isReadModelConflictError,
  isCheckpointMovedError,
  isProjectionTimeoutError,
  isBrokenReadModelError,
];

describe('errors of projections', () => {
  it.each([
    [
      new ProjectionFailedError('p', 7, 'Noted', 'no'),
      'RXM510',
      0,
      '"p" stops at the event "Noted" of position 7: no',
    ],
    [
      new ReadModelConflictError('m', 'a', 1, 2),
      'RXM511',
      1,
      'Record "a" of "m" is at version 2, not 1',
    ],
    [new CheckpointMovedError('c', 1, 2), 'RXM512', 2, 'Checkpoint "c" is at version 2, not 1'],
    [
      new ProjectionTimeoutError('p', 7, 3, 100),
      'RXM513',
      3,
      'at position 3 after 100 ms, not at 7',
    ],
    [new BrokenReadModelError('m', 'a'), 'RXM514', 4, 'record "a" of "m" is no record'],
  ] as const)('say what happened: %s', (error, code, place, message) => {
    expect(error).toMatchObject({ code, name: `RxMeshError ${code}` });
    expect(error.message).toContain(message);
    expect(isRxMeshError(error)).toBe(true);
    expect(guards.map((guard) => guard(error)).indexOf(true)).toBe(place);
    expect(guards.filter((guard) => guard(error))).toHaveLength(1);
    expect(guards.some((guard) => guard(new Error('no')))).toBe(false);
  });

  it('keep what was caught', () => {
    const cause = new Error('no');

    expect(new ProjectionFailedError('p', 1, 'T', 'x', { cause }).cause).toBe(cause);
    expect(new BrokenReadModelError('m', 'a', { cause }).cause).toBe(cause);
  });
});
