import { constantBackoff } from 'rx-mesh/kernel';
import { SagaDesk } from '../../spec-support/saga-desk';
import { SagaOriginWorld } from '../../spec-support/saga-world';
import { settled } from '../../spec-support/settled';
import { createSaga } from './create-saga';
import type { SagaDefinition } from './saga-definition';

import { standsStill } from './saga-idle';
import { type SagasOptions, withSagas } from './saga-options';

const MINUTE = 60_000;

/** Two devices on one log: neither knows of the other but by what is recorded. */
const devices = async (
  define: (desk: SagaDesk) => SagaDefinition<unknown> = (desk) =>
    createSaga<unknown>('t').step('a', desk.step()).step('b', desk.step()).build(),
  options: SagasOptions = {},
) => {
  // What each of them does.
  const [desk, away] = [new SagaDesk(), new SagaDesk()];
  const saga = define(desk);
  const features = [withSagas({ owner: 'shop', ...options })];
  const first = new SagaOriginWorld(features);
  const second = new SagaOriginWorld(features, first.log);
  const open = async (world: SagaOriginWorld, known: SagaDefinition<unknown>) => {
    const tab = world.tab();
    tab.sagas.register(known);
    const watch = tab.follow(tab.sagas.supervise());
    await settled();
    return { tab, watch };
  };
  const claims = async () =>
    (await first.story('saga-t:1')).filter((type) => type === 'Claimed').length;
  const one = await open(first, saga);
  const start = one.tab.follow(one.tab.sagas.start(saga, null, { id: '1' }));
  await settled();
  start.work.unsubscribe();
  const two = await open(second, define(away));
  return { desk, away, saga, first, second, one, two, claims };
};

describe(standsStill.name, () => {
  it('lets a supervisor go on with a saga that another device took away, and then vanished', async () => {
    const { desk, away, first, second, one, two, claims } = await devices();

    expect([desk.calls, away.calls]).toEqual([['a#1'], ['a#2']]);
    expect(one.tab.sagas.running()).toEqual([]);

    two.tab.close();
    // A try may take a minute.
    await first.advance(6 * MINUTE - 1);

    expect(desk.calls).toHaveLength(1);

    await first.advance(1);

    expect(desk.calls).toEqual(['a#1', 'a#3']);
    expect([...desk.keys, ...away.keys]).toEqual(['1/a', '1/a', '1/a']);
    expect(await claims()).toBe(3);

    desk.answer('a');
    await settled();
    desk.answer('b');
    await settled();

    expect(one.watch.states.at(-1)).toBe('completed');

    one.tab.close();

    expect([first.clock.pending, second.clock.pending]).toEqual([0, 0]);
  });

  it('leaves a saga alone that goes on elsewhere', async () => {
    const { desk, away, first, one, claims } = await devices();
    await first.advance(5 * MINUTE);
    away.answer('a');
    await first.advance(MINUTE);

    expect(away.calls).toEqual(['a#2', 'b#1']);

    await first.advance(6 * MINUTE - 1);

    expect(await claims()).toBe(2);

    await first.advance(1);

    expect(await claims()).toBe(3);
    expect(desk.calls).toEqual(['a#1', 'b#2']);

    one.tab.close();

    expect(first.clock.pending).toBe(0);
  });

  it('waits for a pause and a retry on top', async () => {
    const { desk, first, two, claims } = await devices((at) =>
      createSaga<unknown>('t')
        .wait('pause', 60 * MINUTE)
        .step(
          'a',
          at.step({ retry: { backoff: constantBackoff(30 * MINUTE), isRetryable: () => true } }),
        ) // prettier-ignore
        .build(),
    );
    await first.advance(65 * MINUTE - 1);

    expect(await claims()).toBe(2);

    await first.advance(1);

    expect([await claims(), desk.calls]).toEqual([3, ['a#1']]);

    two.tab.close();
    desk.fail('a');
    await settled();

    expect(await claims()).toBe(3);
  });

  it('takes a saga that waits for an event, ever more seldom while the other one is there', async () => {
    const { first, second, one, two, claims } = await devices(
      () => createSaga<unknown>('t').waitForEvent('paid', { type: 'Paid', timeout: 600 * MINUTE }).build(), // prettier-ignore
      { idleAfter: 1000 },
    );
    const seen: number[] = [];
    for (const [world, ms] of [
      [first, 1000],
      [second, 1000],
      [first, 1999],
      [first, 1],
      [second, 2000],
      [first, 4000],
      [second, 4000],
      [first, 8000],
      [second, 8000],
      [first, 8000],
    ] as const) {
      // prettier-ignore
      await world.advance(ms);
      seen.push(await claims());
    }

    expect(seen).toEqual([3, 4, 4, 5, 6, 7, 8, 9, 10, 11]);

    two.tab.close();
    await one.tab.all(one.tab.store.appendToStream('order-1', { type: 'Paid' }, { correlationId: '1' })); // prettier-ignore
    await settled();

    expect(one.watch.states.at(-1)).toBe('completed');

    one.tab.close();

    expect([first.clock.pending, second.clock.pending]).toEqual([0, 0]);
  });

  it.each(['pause', 'answer'] as const)('is over with the saga: %s', async (how) => {
    const { desk, away, first, one, two, claims } = await devices((at) =>
      createSaga<unknown>('t').step('a', at.step()).build(),
    );
    if (how === 'pause') await two.tab.all(two.tab.sagas.pause('1'));
    away.answer('a');
    await settled();
    await first.advance(600 * MINUTE);

    expect([await claims(), desk.calls, away.calls]).toEqual([2, ['a#1'], ['a#2']]);

    await two.tab.all(two.tab.sagas.resume('1'));
    await settled();
    one.tab.close();
    two.tab.close();

    expect(first.clock.pending).toBe(0);
  });

  it('keeps no turn from the sagas that are run here', async () => {
    const { saga, desk, away, one, first } = await devices(undefined, { maxOpen: 1 });

    expect([desk.calls, away.calls]).toEqual([['a#1'], ['a#2']]);

    const start = one.tab.follow(one.tab.sagas.start(saga, null, { id: '2' }));
    await settled();
    start.work.unsubscribe();
    await settled();

    expect(one.tab.sagas.running()).toMatchObject([{ id: '2' }]);

    one.tab.close();

    expect(first.clock.pending).toBe(0);
  });

  it.each([[0], [-1], [NaN], [Infinity]])('is refused %p', (idleAfter) => {
    expect(() => withSagas({ idleAfter })).toThrow('SagasOptions.idleAfter');
  });
});
