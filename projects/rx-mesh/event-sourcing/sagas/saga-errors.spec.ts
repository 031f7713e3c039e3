import { InvalidOptionError, isRxMeshError } from 'rx-mesh/kernel';
import * as errors from './saga-errors';

const REASONS = ['version', 'steps', 'owner', 'stream'] as const;
const ALL = [
  [new errors.UnknownSagaError('type', 't'), 'RXM515', errors.isUnknownSagaError],
  [new errors.UnknownSagaError('id', 'x'), 'RXM515', errors.isUnknownSagaError],
  ...REASONS.map(
    (reason) =>
      [new errors.SagaMismatchError('x', reason), 'RXM516', errors.isSagaMismatchError] as const,
  ),
  [new errors.SagaResultError('a', { cause: 1 }), 'RXM517', errors.isSagaResultError],
] as const;

describe('the errors of sagas', () => {
  it.each(ALL)('%p has its code and its guard', (error, code, is) => {
    expect(error.code).toBe(code);
    expect(isRxMeshError(error)).toBe(true);
    expect(is(error)).toBe(true);
    expect(is(new InvalidOptionError('x', 1, 'y'))).toBe(false);
    expect(error.message).toMatch(/\.$/);
  });

  it('say which saga it was', () => {
    expect(new errors.UnknownSagaError('id', 'x')).toMatchObject({ what: 'id', subject: 'x' });
    expect(new errors.SagaMismatchError('x', 'owner')).toMatchObject({
      sagaId: 'x',
      reason: 'owner',
    });
    expect(new errors.SagaResultError('a', { cause: 1 })).toMatchObject({ step: 'a', cause: 1 });
  });
});
