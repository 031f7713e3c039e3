import { CircuitPermit, type PermitOwner } from './circuit-permit';
import { type ErrorVerdict, judgeError } from './error-verdict';

function permitted(judge: (error: unknown) => ErrorVerdict = judgeError) {
  const verdicts: ErrorVerdict[] = [];
  const owner: PermitOwner = { judge, settle: (_permit, verdict) => verdicts.push(verdict) };
  return { permit: new CircuitPermit(owner, 0, 0, 0), verdicts };
}

describe(CircuitPermit.name, () => {
  it.each([
    ['success', 'success'],
    ['failure', 'failure'],
    ['release', 'neutral'],
  ] as const)('%s() settles it: %s', (end, verdict) => {
    const { permit, verdicts } = permitted();
    permit[end]();

    expect(verdicts).toEqual([verdict]);
  });

  it('is settled by the first end alone', () => {
    const { permit, verdicts } = permitted();
    permit.release();
    permit.success();
    permit.failure(new Error('late'));
    permit.release();

    expect(verdicts).toEqual(['neutral']);
  });

  it.each(['failure', 'success', 'neutral'] as const)(
    'takes the word of the judge for a failed call: %s',
    (verdict) => {
      const judged: unknown[] = [];
      const { permit, verdicts } = permitted((error) => {
        judged.push(error);
        return verdict;
      });
      permit.failure('the error');

      expect(judged).toEqual(['the error']);
      expect(verdicts).toEqual([verdict]);
    },
  );

  it('does not ask the judge about a call that was settled before', () => {
    const judge = jest.fn(() => 'failure' as const);
    const { permit } = permitted(judge);
    permit.success();
    permit.failure(new Error('late'));

    expect(judge).not.toHaveBeenCalled();
  });

  it('is given back when the judge throws, and lets the caller know', () => {
    const { permit, verdicts } = permitted(() => {
      throw new Error('a bug in a judge');
    });

    expect(() => permit.failure(new Error('the call'))).toThrow('a bug in a judge');
    expect(verdicts).toEqual(['neutral']);

    permit.failure(new Error('again'));

    expect(verdicts).toHaveLength(1);
  });

  it('is settled already when what it tells settles it again', () => {
    const verdicts: ErrorVerdict[] = [];
    const owner: PermitOwner = {
      judge: judgeError,
      settle: (settled, verdict) => {
        verdicts.push(verdict);
        settled.release();
      },
    };
    const permit = new CircuitPermit(owner, 0, 0, 0);
    permit.success();

    expect(verdicts).toEqual(['success']);
  });
});
