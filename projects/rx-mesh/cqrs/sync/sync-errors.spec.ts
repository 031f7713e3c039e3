import {
  ConsistencyTimeoutError,
  SyncBlockedError,
  SyncTimeoutError,
  isConsistencyTimeoutError,
  isSyncBlockedError,
  isSyncTimeoutError,
} from './sync-errors';

describe('errors of synchronization and consistency', () => {
  it('say what happened and what to do', () => {
    const cause = new Error('no');

    expect(new SyncTimeoutError('order', '7', 30).message).toBe(
      'The handler of "order" has not brought "7" up to date within 30 ms. Its stream has to complete.',
    );
    expect(
      new ConsistencyTimeoutError(9, [{ readModel: 'totals', position: 4 }], 100).message,
    ).toBe(
      'Position 9 was not reached within 100 ms: "totals" is at 4. Somebody has to run what makes them.',
    );
    expect(new SyncBlockedError('crm', 1000, { cause })).toMatchObject({
      message:
        'Synchronization "crm" stands still: more than 1000 events could not be handled. Mend its handlers, or discard what waits.',
      cause,
    });
  });

  it('are told apart by their guards', () => {
    const errors = [
      new SyncTimeoutError('a', 'b', 1),
      new ConsistencyTimeoutError(1, [], 1),
      new SyncBlockedError('a', 1),
      new Error('other'),
    ];

    expect(errors.map((error) => isSyncTimeoutError(error))).toEqual([true, false, false, false]);
    expect(errors.map((error) => isConsistencyTimeoutError(error))).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(errors.map((error) => isSyncBlockedError(error))).toEqual([false, false, true, false]);
  });
});
