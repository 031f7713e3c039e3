import { constantBackoff } from 'rx-mesh/kernel';
import { SagaDesk } from '../../spec-support/saga-desk';
import { SagaOriginWorld } from '../../spec-support/saga-world';
import { settled } from '../../spec-support/settled';
import { createSaga } from './create-saga';
import type { SagaOptions } from './saga-definition';
import { SagaOrchestratorService } from './saga-orchestrator-service';

const begun = async (options: SagaOptions<unknown> = {}) => {
  const [world, desk] = [new SagaOriginWorld(), new SagaDesk()];
  const tab = world.tab();
  const saga = createSaga<unknown>('t', options)
    .step('a', desk.step())
    .parallel((side) => side.step('b', desk.step()).step('c', desk.step()))
    .wait('d', 1000)
    .step('e', desk.step())
    .build();
  const watch = tab.follow(tab.sagas.start(saga, null, { id: '1' }));
  const order = async (name: 'pause' | 'resume' | 'cancel' | 'retryCompensation') => {
    const { seen, error } = tab.follow(tab.sagas[name]('1'));
    await settled();
    expect(error).toBeUndefined();
    return seen.map(({ state }) => state).join();
  };
  const answer = async (...names: readonly string[]) => {
    for (const name of names) {
      desk.answer(name);
      await settled();
    }
  };
  await settled();
  return { world, desk, tab, watch, order, answer };
};

describe(`the controls of ${SagaOrchestratorService.name}`, () => {
  it('pauses at the next safe point, and goes on when it is told', async () => {
    const { desk, tab, watch, order, answer, world } = await begun();

    expect(await order('pause')).toBe('paused');
    expect(await order('pause')).toBe('paused');
    expect(desk.open).toEqual(['a']);

    await answer('a');

    expect(watch.seen.at(-1)).toMatchObject({ state: 'paused', results: { a: 'A' } });
    expect(tab.sagas.running()).toEqual([]);
    expect(desk.open).toEqual([]);
    expect(await order('resume')).toBe('running');
    expect(await order('resume')).toBe('running');
    expect(desk.calls).toEqual(['a#1', 'b#1', 'c#1']);

    await answer('b', 'c');
    await order('pause');
    await world.advance(5000);

    expect(desk.calls).toHaveLength(3);

    await order('resume');
    await answer('e');

    expect(watch.isComplete).toBe(true);
    expect(watch.states).toEqual(['running', 'paused', 'running', 'waiting', 'paused', 'waiting', 'running', 'completed']); // prettier-ignore
    expect(await world.story('saga-t:1')).toHaveLength(19);
    expect(world.clock.pending).toBe(0);
  });

  it('goes on when it is resumed before it has come to its safe point', async () => {
    const { desk, watch, order, answer } = await begun();
    await order('pause');
    await order('resume');
    await answer('a', 'b', 'c');

    expect(desk.calls).toEqual(['a#1', 'b#1', 'c#1']);
    expect(watch.states.at(-1)).toBe('waiting');
  });

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['while the first step runs', [], ['a', '-a'], ['-a#1']],
    ['while two steps run', ['a'], ['b', 'c', '-c', '-b', '-a'], ['-c#1', '-b#1', '-a#1']],
    ['while one of two still runs', ['a', 'c'], ['b', '-b', '-c', '-a'], ['-b#1', '-c#1', '-a#1']],
    ['while it waits', ['a', 'c', 'b'], ['-b', '-c', '-a'], ['-b#1', '-c#1', '-a#1']],
  ])('cancels %s, and undoes what was done', async (_when, before, after, undone) => {
    const { desk, watch, order, answer, world } = await begun();
    await answer(...before);

    expect(await order('cancel')).toBe('compensating');
    expect(await order('cancel')).toBe('compensating');

    await answer(...after);

    expect(desk.calls.filter((call) => call.startsWith('-'))).toEqual(undone);
    expect(watch.states.slice(-2)).toEqual(['compensating', 'cancelled']);
    expect(watch.seen.at(-1)?.error).toBeUndefined();
    expect(watch.isComplete).toBe(true);
    expect([desk.open.length, world.clock.pending]).toEqual([0, 0]);
  });

  it('cancels what is paused, and undoes nothing where nothing was done', async () => {
    const { desk, watch, order, world } = await begun();
    await order('pause');
    desk.fail('a');
    await settled();

    expect(watch.states).toEqual(['running', 'paused']);

    await order('cancel');
    await order('resume');

    expect(watch.states).toEqual(['running', 'paused', 'compensating', 'failed']);
    expect(await order('cancel')).toBe('failed');
    expect(await order('pause')).toBe('failed');
    expect(await order('retryCompensation')).toBe('failed');
    expect((await world.story('saga-t:1')).at(-1)).toBe('Failed');
  });

  it('pauses in the middle of compensations, and goes on there', async () => {
    const { desk, watch, order, answer } = await begun();
    await answer('a', 'b');
    desk.fail('c');
    await settled();
    await order('pause');
    await answer('-b');

    expect(desk.open).toEqual([]);

    await order('resume');
    await answer('-a');

    expect(watch.states).toEqual(['running', 'compensating', 'paused', 'compensating', 'compensated']); // prettier-ignore
    expect(watch.seen.at(-1)).toMatchObject({ error: { message: 'c failed' } });
  });

  describe('a compensation that fails', () => {
    const compensation = { retries: 1, backoff: constantBackoff(100) };
    const failing = async (options: SagaOptions<unknown>) => {
      const parts = await begun({ compensation, ...options });
      const { desk, answer, world } = parts;
      await answer('a', 'b', 'c');
      await world.advance(1000);
      desk.fail('e');
      await settled();
      desk.fail('-c');
      await world.advance(99);
      expect(desk.open).toEqual([]);
      await world.advance(1);
      expect(desk.calls.slice(-2)).toEqual(['-c#1', '-c#2']);
      desk.fail('-c', { name: 'Gone', message: 'no more', status: 410 });
      await settled();
      return parts;
    };

    it('is tried again, and then ends the saga with what is left', async () => {
      const { watch, desk, world } = await failing({});

      expect(desk.open).toEqual([]);
      expect(watch.isComplete).toBe(true);
      expect(watch.seen.at(-1)).toMatchObject({
        state: 'compensation-failed',
        error: { message: 'e failed' },
        compensations: [
          { step: 'c', state: 'failed', attempts: 2, error: { name: 'Gone', code: 410 } },
          { step: 'b', state: 'pending', attempts: 0 },
          { step: 'a', state: 'pending', attempts: 0 },
        ],
      });
      expect((await world.events('saga-t:1')).at(-1)).toMatchObject({
        type: 'SagaCompensationFailed',
        data: { undone: [], left: ['c', 'b', 'a'] },
      });
    });

    it('does not keep the others from being undone, where that is wanted', async () => {
      const { watch, answer, world } = await failing({ onCompensationFailure: 'continue' });
      await answer('-b', '-a');

      expect(watch.states.at(-1)).toBe('compensation-failed');
      expect((await world.events('saga-t:1')).at(-1)).toMatchObject({
        data: { undone: ['b', 'a'], left: ['c'] },
      });
    });

    it('is tried once more by hand', async () => {
      const { tab, desk, order, answer, world } = await failing({});
      const supervising = tab.follow(tab.sagas.supervise());

      expect(await order('retryCompensation')).toBe('compensating');
      expect(await order('retryCompensation')).toBe('compensating');

      const watch = tab.follow(tab.sagas.watch('1'));
      await answer('-c', '-b', '-a');

      expect(watch.states).toEqual(['compensating', 'compensated']);
      expect(watch.isComplete).toBe(true);
      expect(desk.calls.slice(-3)).toEqual(['-c#3', '-b#1', '-a#1']);

      supervising.work.unsubscribe();

      expect(world.clock.pending).toBe(0);
    });
  });
});
