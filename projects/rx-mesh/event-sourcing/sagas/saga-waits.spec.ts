import { SagaOriginWorld } from '../../spec-support/saga-world';
import { settled } from '../../spec-support/settled';
import { of } from 'rxjs';
import { createSaga } from './create-saga';
import type { SagaEventWait } from './saga-definition';

const waiting = async (wait: number | ((input: unknown, results: object) => number)) => {
  const world = new SagaOriginWorld();
  const saga = createSaga<unknown>('t').wait('a', wait).build();
  const tab = world.tab();
  const watch = tab.follow(tab.sagas.start(saga, 3, { id: '1' }));
  await settled();
  return { world, tab, watch, saga, state: () => watch.seen.at(-1)?.state };
};

describe('a saga that waits for a time', () => {
  it('goes on when it is due', async () => {
    const { world, watch, state } = await waiting((input) => Number(input) * 1000);
    await world.advance(2999);

    expect(state()).toBe('waiting');

    await world.advance(1);

    expect(state()).toBe('completed');
    expect(watch.seen.at(-1)?.results).toEqual({ a: null });
    expect(world.clock.pending).toBe(0);
  });

  it('goes on at once when there is nothing to wait for', async () => {
    const { state } = await waiting(0);

    expect(state()).toBe('completed');
  });

  it('waits longer than a platform can', async () => {
    const { world, state } = await waiting(3_000_000_000);
    await world.advance(2_900_000_000);

    expect(state()).toBe('waiting');

    await world.advance(100_000_000);

    expect(state()).toBe('completed');
  });

  it('is not held up by a clock that is put back, nor by one that was put back before a reload', async () => {
    const first = await waiting(5000);
    first.world.clock.jumpWall(-86_400_000);
    await first.world.advance(5000);

    expect(first.state()).toBe('completed');

    const second = await waiting(5000);
    await second.world.advance(1000);
    second.tab.close();
    second.world.clock.jumpWall(-86_400_000);
    const tab = second.world.tab();
    const watch = tab.follow(tab.sagas.start(second.saga, 3, { id: '1' }));
    await second.world.advance(5000);

    expect(watch.states.at(-1)).toBe('completed');
  });

  it('goes on as soon as anybody looks, when the time has passed meanwhile', async () => {
    const { world, tab, saga } = await waiting(5000);
    tab.close();
    await world.advance(86_400_000);
    const next = world.tab();
    const watch = next.follow(next.sagas.start(saga, 3, { id: '1' }));
    await settled();

    expect(watch.states.at(-1)).toBe('completed');
  });

  it.each([
    ['throws', () => { throw new Error('bug'); }, 'bug'],
    ['is no number', () => NaN, 'The pause is NaN, but must be a number of at least 0.'],
    ['is negative', () => -1, 'The pause is -1, but must be a number of at least 0.'],
  ])('fails when the pause %s', async (_how, wait, message) => {
    const { watch } = await waiting(wait);

    expect(watch.seen.at(-1)).toMatchObject({ state: 'failed', error: { message } });
  }); // prettier-ignore
});

const listening = async (wait: Partial<SagaEventWait<unknown, object>> = {}) => {
  const world = new SagaOriginWorld();
  const tab = world.tab();
  const append = async (id: string, correlationId?: string, data: unknown = null) => {
    await tab.all(tab.store.appendToStream('p-1', { type: 'Paid', id, data }, { correlationId }));
    await settled();
  };
  await append('early', 'flow');
  const saga = createSaga<unknown>('t')
    .step('a', { run: () => of('A') })
    .waitForEvent('b', { type: 'Paid', ...wait })
    .build();
  const watch = tab.follow(tab.sagas.start(saga, 'in', { id: '1', correlationId: 'flow' }));
  await settled();
  return { world, tab, watch, append, last: () => watch.seen.at(-1) };
};

describe('a saga that waits for an event', () => {
  it('takes the first one of its flow that was recorded since it began', async () => {
    const { world, append, last, watch } = await listening();
    await append('other', 'other flow');

    expect(last()?.state).toBe('waiting');

    await append('mine', 'flow', { amount: 7 });
    await append('later', 'flow');

    expect(last()).toMatchObject({ state: 'completed', results: { b: { id: 'mine', data: { amount: 7 } } } }); // prettier-ignore
    expect([watch.isComplete, world.clock.pending]).toEqual([true, 0]);
  });

  it('asks which one it is', async () => {
    const asked: unknown[] = [];
    const { append, last } = await listening({
      correlate: ({ id }, input, results) => {
        asked.push([id, input, results]);
        return id === 'mine';
      },
    });
    await append('other');
    await append('mine');

    expect(last()).toMatchObject({ results: { b: { id: 'mine' } } });
    expect(asked).toEqual([
      ['other', 'in', { a: 'A' }],
      ['mine', 'in', { a: 'A' }],
    ]);
  });

  it('fails when it comes too late', async () => {
    const { world, append, last } = await listening({ timeout: 1000 });
    await world.advance(999);

    expect(last()?.state).toBe('waiting');

    await world.advance(1);
    await append('late', 'flow');

    expect(last()).toMatchObject({ state: 'failed', error: { code: 'RXM202' } });
    expect(world.clock.pending).toBe(0);
  });

  it('fails when it cannot be told which one it is', async () => {
    const { append, last } = await listening({
      correlate: () => {
        throw new Error('bug');
      },
    });
    await append('any');

    expect(last()).toMatchObject({ state: 'failed', error: { message: 'bug' } });
  });

  it('fails when the event is too large to be kept', async () => {
    const { append, last } = await listening();
    await append('large', 'flow', 'x'.repeat(70_000));

    expect(last()).toMatchObject({ state: 'failed', error: { code: 'RXM517' } });
  });
});
