import { Observable, of } from 'rxjs';
import { policyWorld, work } from '../spec-support/policy-world';
import { fallbackPolicy } from './fallback-policy';
import { LastAnswers } from './last-answers';
import { stalePolicy } from './stale-policy';

/** Work that fails at once, with whatever. */
const failing = (error: unknown): Observable<string> =>
  new Observable((subscriber) => subscriber.error(error));

describe(fallbackPolicy.name, () => {
  it('answers in place of work that failed, once that is torn down', () => {
    const { told, watch } = policyWorld();
    const { live, runs, source } = work();
    const running: number[] = [];
    const policy = fallbackPolicy({
      use: (error) => {
        running.push(live());
        return [`instead of ${String(error)}`];
      },
    });
    const seen = watch(policy, source);
    runs[0]?.error('broken');

    expect(seen).toMatchObject({ values: ['instead of broken'], completed: true, errors: [] });
    expect(running).toEqual([0]);
    expect(told).toEqual([{ type: 'fallback', error: 'broken' }]);
  });

  it('leaves success alone, and failures that it is not for', () => {
    const { watch } = policyWorld();
    const policy = fallbackPolicy({ use: () => of('no'), when: (error) => error === 'mine' });

    expect(watch(policy, of('yes'))).toMatchObject({ values: ['yes'], completed: true });
    expect(watch(policy, failing('yours')).errors).toEqual(['yours']);
  });

  it('fails as the stand-in fails, or as what makes it does', () => {
    const { watch } = policyWorld();
    const broken = fallbackPolicy({ use: () => failing('second') });
    const throwing = fallbackPolicy({
      use: () => {
        throw new Error('bug');
      },
    });

    expect(watch(broken, failing('first')).errors).toEqual(['second']);
    expect(watch(throwing, failing('first')).errors).toEqual([new Error('bug')]);
  });

  it('ends the stand-in when the subscriber leaves', () => {
    const { watch } = policyWorld();
    const standIn = work();
    const seen = watch(fallbackPolicy({ use: () => standIn.source }), failing('first'));

    expect(standIn.live()).toBe(1);

    seen.leave();

    expect(standIn.live()).toBe(0);
  });
});

describe(LastAnswers.name, () => {
  it('recalls the last answer and its age, until it is too old', () => {
    const { clock, ports } = policyWorld();
    const answers = new LastAnswers(ports, { maxAge: 1000 });
    answers.keep('a', undefined);
    clock.advance(400);

    expect(answers.recall('a')).toEqual({ value: undefined, age: 400 });
    expect(answers.recall('a', 399)).toBeUndefined();
    expect(answers.recall('b')).toBeUndefined();

    clock.advance(601);

    expect([answers.recall('a'), answers.size]).toEqual([undefined, 0]);
  });

  it('keeps so many, and lets go of the one that was used longest ago', () => {
    const answers = new LastAnswers(policyWorld().ports, { maxEntries: 2 });
    answers.keep('a', 1);
    answers.keep('b', 2);
    answers.recall('a');
    answers.keep('c', 3);

    expect(['a', 'b', 'c'].map((key) => answers.recall(key)?.value)).toEqual([1, undefined, 3]);

    answers.clear();

    expect(answers.size).toBe(0);
  });

  it('refuses senseless options', () => {
    expect(() => new LastAnswers(policyWorld().ports, { maxAge: 0 })).toThrow('maxAge');
  });
});

describe(stalePolicy.name, () => {
  function world(when?: (error: unknown) => boolean) {
    const made = policyWorld();
    return { ...made, policy: stalePolicy(new LastAnswers(made.ports), when), ...work() };
  }

  it('answers with the last good answer of the same key when the work fails', () => {
    const { clock, policy, runs, source, told, watch } = world();
    watch(policy, source, { key: 'a' });
    runs[0]?.next('first');
    runs[0]?.next('last');
    runs[0]?.complete();
    clock.advance(250);
    const again = watch(policy, source, { key: 'a' });
    const other = watch(policy, source, { key: 'b' });
    runs[1]?.error('down');
    runs[2]?.error('down');

    expect(again).toMatchObject({ values: ['last'], completed: true, errors: [] });
    expect(other.errors).toEqual(['down']);
    expect(told).toEqual([{ type: 'fallback', error: 'down', age: 250 }]);
  });

  it('remembers what somebody took and left with, and not what somebody left before', () => {
    const { policy, runs, source, watch } = world();
    const isAnswer = (value: unknown): boolean => value === 'answer';
    const early = watch(policy, source, { key: 'a', isAnswer });
    runs[0]?.next('progress');
    early.leave();
    const none = watch(policy, source, { key: 'a', isAnswer });
    runs[1]?.error('down');

    expect(none.errors).toEqual(['down']);

    const taken = watch(policy, source, { key: 'a', isAnswer });
    runs[2]?.next('answer');
    taken.leave();
    const seen = watch(policy, source, { key: 'a', isAnswer });
    runs[3]?.error('down');

    expect(seen.values).toEqual(['answer']);
  });

  it('leaves alone what has no key, and failures that it is not for', () => {
    const { policy, runs, source, watch } = world((error) => error === 'open');
    watch(policy, source, { key: 'a' });
    runs[0]?.next('answer');
    runs[0]?.complete();
    const keyless = watch(policy, source);
    const other = watch(policy, source, { key: 'a' });
    runs[1]?.error('open');
    runs[2]?.error('wrong');

    expect([keyless.errors, other.errors]).toEqual([['open'], ['wrong']]);
  });

  it('passes on what its question throws', () => {
    const bug = new Error('bug');
    const { policy, watch } = world(() => {
      throw bug;
    });

    expect(watch(policy, failing('down'), { key: 'a' }).errors).toEqual([bug]);
  });
});
