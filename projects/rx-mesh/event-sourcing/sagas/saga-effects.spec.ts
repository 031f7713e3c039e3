import { constantBackoff } from 'rx-mesh/kernel';
import { CallTimeoutError } from 'rx-mesh/resilience';
import { EMPTY, NEVER, Observable, Subject, concat, map, of, toArray } from 'rxjs'; // prettier-ignore
import { withEventSourcing } from '../with-event-sourcing';
import { SagaOriginWorld } from '../../spec-support/saga-world';
import { settled } from '../../spec-support/settled';
import { createSaga } from './create-saga';
import type { SagaStep } from './saga-definition';
import { effectOf } from './saga-effects';
import { withSagas } from './saga-options';

const run = async (
  step: SagaStep<unknown, object, unknown>,
  world: SagaOriginWorld = new SagaOriginWorld(),
) => {
  const tab = world.tab();
  const saga = createSaga<unknown>('t').step('a', step).build();
  const watch = tab.follow(tab.sagas.start(saga, null, { id: '1' }));
  await settled();
  return { world, tab, watch, last: () => watch.seen.at(-1) };
};
// Anything can be thrown.
const failing = (what: unknown) => new Observable<never>((out) => out.error(what));
const transient = { name: 'HttpErrorResponse', message: 'busy', status: 503 };

describe(effectOf.name, () => {
  it.each<[string, () => unknown, unknown]>([
    ['the first value of many', () => of('one', 'two'), 'one'],
    ['a value of a source that never completes', () => new Observable((out) => out.next(7)), 7],
    ['nothing, where there is no value', () => EMPTY, null],
    ['nothing, where the value is undefined', () => of(undefined), null],
    ['a promise', async () => Promise.resolve({ list: [1] }), { list: [1] }],
    ['what a generator gives', function* () { yield 0; }, 0],
  ])('takes %s', async (_what, work, result) => {
    const { last, world } = await run({ run: work as () => Observable<unknown> });

    expect(last()).toMatchObject({ state: 'completed', results: { a: result } });
    expect(world.clock.pending).toBe(0);
  }); // prettier-ignore

  it('leaves the source once it has its value', async () => {
    let isLeft = false;
    await run({
      run: () =>
        new Observable((out) => {
          out.next(1);
          return () => (isLeft = true);
        }),
    });

    expect(isLeft).toBe(true);
  });

  it.each<[string, () => unknown, object]>([
    ['throws', () => { throw new TypeError('bug'); }, { name: 'TypeError', message: 'bug' }],
    ['fails', () => failing('text'), { name: 'Error', message: 'text' }],
    ['rejects', async () => Promise.reject(new Error('no')), { message: 'no' }],
    ['gives no stream at all', () => 7, { name: 'TypeError' }],
  ])('fails when a step %s', async (_how, work, error) => {
    const { last, world } = await run({ run: work as () => Observable<unknown> });

    expect(last()).toMatchObject({ state: 'failed', error, steps: [{ attempts: 1, error }] });
    expect(world.clock.pending).toBe(0);
  }); // prettier-ignore

  it('ends a step that never answers, and tries it again as far as its policy goes', async () => {
    const keys: string[] = [];
    const { world, last, watch } = await run({
      timeout: 1000,
      retry: { retries: 1, backoff: constantBackoff(500) },
      run: (_input, _results, { idempotencyKey, attempt }) => {
        keys.push(`${idempotencyKey} ${attempt}`);
        return NEVER;
      },
    });
    await world.advance(1000);

    expect(last()).toMatchObject({ state: 'running', steps: [{ state: 'retrying', attempts: 1 }] });

    await world.advance(500);
    await world.advance(1000);

    expect(keys).toEqual(['1/a 1', '1/a 2']);
    expect(last()).toMatchObject({ state: 'failed', error: { code: 'RXM202' } });
    expect([watch.isComplete, world.clock.pending]).toEqual([true, 0]);
  });

  it('ends a step without a timeout after a minute', async () => {
    const { world, last } = await run({ run: () => NEVER, retry: { retries: 0 } });
    await world.advance(59_999);

    expect(last()).toMatchObject({ state: 'running' });

    await world.advance(1);

    expect(last()).toMatchObject({ state: 'failed' });
  });

  it.each<[string, unknown, object, number]>([
    ['what may pass', transient, {}, 3],
    ['nothing else', new Error('no'), {}, 1],
    ['what the policy says', new Error('no'), { isRetryable: () => true, retries: 4 }, 5],
    ['nothing, when the policy throws', transient, { isRetryable: () => { throw new Error('bug'); } }, 1],
    ['nothing, when the wait is none', transient, { backoff: () => NaN }, 1],
  ])('tries again %s', async (_what, error, retry, calls) => {
    let count = 0;
    const { world, last } = await run({
      retry: { backoff: constantBackoff(10), ...retry },
      run: () => {
        count++;
        return failing(error);
      },
    });
    for (let turn = 0; turn < 8; turn++) await world.advance(10);

    expect(count).toBe(calls);
    expect(last()?.state).toBe('failed');
  }); // prettier-ignore

  it.each<[string, unknown, string]>([
    ['no plain JSON', { at: new Date(0) }, 'RXM517'],
    ['too large', 'x'.repeat(2000), 'RXM517'],
  ])('undoes what was done when the result is %s', async (_what, result, code) => {
    const undone: unknown[] = [];
    const { last } = await run(
      {
        run: () => of(result),
        compensate: (known, { stepKey }) => [undone.push(known, stepKey)],
      },
      new SagaOriginWorld([withSagas({ maxResultBytes: 1000 })]),
    );

    expect(undone).toEqual([undefined, '1/a']);
    expect(last()).toMatchObject({ state: 'compensated', error: { code }, steps: [{ state: 'in-doubt' }] }); // prettier-ignore
  });

  it.each<[string, SagaStep<unknown, object, unknown>]>([
    ['its timeout', { timeout: 100, run: () => NEVER }],
    ['one of RxJS', { run: () => failing({ name: 'TimeoutError', message: 'late' }) }],
    ['one of a call', { run: () => failing(new CallTimeoutError('x', 1, 'attempt')) }],
  ])('undoes a step that ended by a time-out, %s: it may have done its work', async (_which, step) => {
    const undone: unknown[] = [];
    const compensate: typeof step.compensate = (known, { stepKey }) => [undone.push(known, stepKey)]; // prettier-ignore
    const { world, last } = await run({ ...step, compensate, retry: { retries: 0 } });
    await world.advance(100);

    expect(undone).toEqual([undefined, '1/a']);
    expect(last()).toMatchObject({ state: 'compensated', steps: [{ state: 'in-doubt' }] });
    expect(world.clock.pending).toBe(0);
  }); // prettier-ignore

  it('undoes a step that is stopped between a time-out and its next try, but none whose last try failed', async () => {
    const undone: string[] = [];
    const step = (work: Observable<unknown>): SagaStep<unknown, object, unknown> => ({
      timeout: 100,
      retry: { retries: 5, backoff: constantBackoff(1000), isRetryable: () => true },
      run: () => work,
      compensate: (_result, { stepName }) => [undone.push(stepName)],
    });
    const world = new SagaOriginWorld();
    const tab = world.tab();
    const saga = createSaga<unknown>('t')
      .parallel((side) => side.step('a', step(NEVER)).step('b', step(failing(new Error('no')))))
      .build();
    const watch = tab.follow(tab.sagas.start(saga, null, { id: '1' }));
    await world.advance(100);
    tab.follow(tab.sagas.cancel('1'));
    await settled();

    expect(undone).toEqual(['a']);
    expect(watch.seen.at(-1)).toMatchObject({
      state: 'cancelled',
      steps: [{ state: 'in-doubt' }, { state: 'retrying' }],
    });
    expect(world.clock.pending).toBe(0);
  });

  it('appends under ids that a further try repeats', async () => {
    let tries = 0;
    const { world, last } = await run({
      retry: { retries: 1, backoff: constantBackoff(10), isRetryable: () => true },
      run: (_input, _results, { append }) =>
        concat(
          append('o-1', [{ type: 'A' }, { type: 'B', id: 'mine' }]),
          append('o-1', { type: 'C' }),
        ).pipe(
          toArray(),
          map(({ length }) => {
            if (++tries < 2) throw new Error('once');
            return length;
          }),
        ),
    });
    await world.advance(10);

    expect(last()?.state).toBe('completed');
    expect((await world.events('o-1')).map(({ id, metadata }) => [id, metadata.causationId, metadata.correlationId])).toEqual([
      ['1/a/1.0', '1/a', '1'],
      ['mine', '1/a', '1'],
      ['1/a/2.0', '1/a', '1'],
    ]); // prettier-ignore
  });

  it('needs no more than one event a commit', async () => {
    const world = new SagaOriginWorld([withEventSourcing({ maxCommitEvents: 1 })]);
    const tab = world.tab();
    const answers = new Subject<number>();
    let calls = 0;
    const step = { run: () => (calls++, answers) };
    const saga = createSaga<unknown>('t')
      .parallel((side) => side.step('a', step).step('b', step).step('c', step))
      .build();
    const watch = tab.follow(tab.sagas.start(saga, null, { id: '1' }));
    await settled();
    answers.next(1);
    await settled();

    expect([calls, watch.states.at(-1)]).toEqual([3, 'completed']);
  });
});
