import { isRxMeshError } from 'rx-mesh/kernel';
import {
  InvalidQueryError,
  QueryTimeoutError,
  QueryUnansweredError,
  isInvalidQueryError,
  isQueryTimeoutError,
  isQueryUnansweredError,
} from './query-errors';

const guards = [isInvalidQueryError, isQueryUnansweredError, isQueryTimeoutError];

describe('errors of queries', () => {
  it.each([
    [
      new InvalidQueryError('Q', [{ message: 'is no' }]),
      'RXM550',
      0,
      'Query "Q" is invalid: is no.',
    ],
    [
      new QueryUnansweredError('Q', 'no-handler'),
      'RXM551',
      1,
      '"Q" has no answer: it has no handler',
    ],
    [new QueryUnansweredError('Q', 'no-answer'), 'RXM551', 1, 'its handler returned nothing'],
    [new QueryTimeoutError('Q', 'q-1', 100), 'RXM552', 2, '"Q" was not answered within 100 ms'],
  ] as const)('say what happened: %s', (error, code, place, message) => {
    expect(error).toMatchObject({ code, name: `RxMeshError ${code}`, type: 'Q' });
    expect(error.message).toContain(message);
    expect(isRxMeshError(error)).toBe(true);
    expect(guards.map((guard) => guard(error))).toEqual([0, 1, 2].map((at) => at === place));
    expect(guards.some((guard) => guard(new Error('no')))).toBe(false);
  });
});
