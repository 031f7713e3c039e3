import { SagaDesk } from '../../spec-support/saga-desk';
import { SagaOriginWorld } from '../../spec-support/saga-world';
import { settled } from '../../spec-support/settled';
import { createSaga } from './create-saga';
import { SagaOrchestratorService } from './saga-orchestrator-service';
import { OpenSagas } from './open-sagas';
import { problemOf } from './saga-events';
import { SagaTriggers } from './saga-triggers';
import { runSaga } from './saga-runner';

const origin = () => {
  const [world, desk] = [new SagaOriginWorld(), new SagaDesk()];
  return { world, desk, tab: world.tab() };
};

describe(SagaTriggers.name, () => {
  it('goes on behind an event whose id is that of a saga of another type', async () => {
    const { world, desk, tab } = origin();
    const startsOn = { type: 'Placed', input: () => null, id: ({ id }: { id: string }) => id };
    const other = createSaga<unknown>('other').step('a', desk.step()).build();
    tab.sagas.register(createSaga<unknown>('t', { startsOn }).step('a', desk.step()).build());
    tab.sagas.register(other);
    tab.follow(tab.sagas.supervise());
    await settled();
    tab.follow(tab.sagas.start(other, null, { id: 'x' }));
    await settled();
    await tab.all(tab.store.appendToStream('order-1', { type: 'Placed', id: 'x' }));
    await tab.all(tab.store.appendToStream('order-2', { type: 'Placed', id: 'y' }));
    await settled();
    const started = (await world.events()).filter(({ type }) => type === 'SagaStarted');

    expect(started.map(({ stream }) => stream)).toEqual(['saga-other:x', 'saga-t:y']);
    expect(world.diagnostics.records).toMatchObject([
      { code: 'RXM519', cause: { code: 'RXM516', reason: 'stream' } },
    ]);

    tab.close();

    expect(world.clock.pending).toBe(0);
  });

  it.each([{ after: -1, at: 0 }, { after: 0.5, at: 0 }, null, 'x'])(
    'begins at the end where its place is %j, which is none',
    async (state) => {
      const { world, desk, tab } = origin();
      const startsOn = { type: 'Placed', input: () => null };
      tab.sagas.register(createSaga<unknown>('t', { startsOn }).step('a', desk.step()).build());
      const key = 'rx-mesh sagas t Placed';
      await world.snapshots.put({ key, version: 1, schemaVersion: 1, state, timestamp: 0 });
      const watch = tab.follow(tab.sagas.supervise());
      await settled();
      await tab.all(tab.store.appendToStream('order-1', { type: 'Placed', id: 'x' }));
      await settled();

      expect(watch.error).toBeUndefined();
      expect(desk.calls).toEqual(['a#1']);

      tab.close();
    },
  );
});

describe(OpenSagas.name, () => {
  it.each([[null], ['x'], [{}], [{ stream: 'saga-t:1' }]])(
    'reads the log where a list is kept that holds %j',
    async (broken) => {
      const { world, desk, tab } = origin();
      const saga = createSaga<unknown>('t').step('a', desk.step()).build();
      tab.follow(tab.sagas.start(saga, null, { id: '1' }));
      await settled();
      tab.close();
      const state = { after: 0, open: [broken] };
      const key = 'rx-mesh sagas open';
      await world.snapshots.put({ key, version: 1, schemaVersion: 1, state, timestamp: 0 });
      const next = world.tab();
      next.sagas.register(saga);
      const watch = next.follow(next.sagas.supervise());
      await settled();

      expect(watch.error).toBeUndefined();
      expect(desk.calls).toEqual(['a#1', 'a#2']);

      next.close();
    },
  );
});

describe(runSaga.name, () => {
  it('begins no step once nobody wants it, also when that it begins was just recorded', async () => {
    const { world, tab } = origin();
    const append = world.log.append;
    const held: (() => void)[] = [];
    world.log.append = async (commit, ...more) => {
      const result = await append(commit, ...more);
      const begins = commit.events.some(({ type }) => type === 'SagaStepStarted');
      if (begins) await new Promise<void>((resolve) => held.push(resolve));
      return result;
    };
    const run = jest.fn(async () => Promise.resolve('done'));
    const saga = createSaga<unknown>('t').step('a', { run }).build();
    const { work } = tab.follow(tab.sagas.start(saga, null, { id: '1' }));
    await settled();
    work.unsubscribe();
    for (const release of held) release();
    await settled();

    expect(await world.story('saga-t:1')).toEqual(['Started', 'Claimed', 'StepStarted a']);
    expect(run).not.toHaveBeenCalled();
  });
});

describe(problemOf.name, () => {
  it('bounds the code of an error, so that a failure can be recorded whatever it carries', async () => {
    const { desk, tab } = origin();
    const saga = createSaga<unknown>('t').step('a', desk.step()).step('b', desk.step()).build();
    const watch = tab.follow(tab.sagas.start(saga, null, { id: '1' }));
    await settled();
    desk.answer('a');
    await settled();
    desk.fail('b', { name: 'E', message: 'no', code: 'c'.repeat(300_000) });
    await settled();
    desk.answer('-a');
    await settled();

    expect(watch.states).toEqual(['running', 'compensating', 'compensated']);
    expect(watch.seen.at(-1)?.error).toEqual({ name: 'E', message: 'no', code: 'c'.repeat(1000) });
  });
});

describe(`several who want a saga in one tab, for ${SagaOrchestratorService.name}`, () => {
  const shared = () => {
    const { world, desk, tab } = origin();
    const saga = createSaga<unknown>('t')
      .step('a', desk.step({ inDoubt: 'compensate' }))
      .build();
    tab.sagas.register(saga);
    const start = async () => {
      const watch = tab.follow(tab.sagas.start(saga, null, { id: '1' }));
      await settled();
      return watch;
    };
    return { world, desk, tab, start };
  };

  it('share its run, which ends when the last of them leaves', async () => {
    const { world, desk, tab, start } = shared();
    const first = await start();
    const second = await start();
    first.work.unsubscribe();
    await settled();

    expect([desk.calls, desk.open]).toEqual([['a#1'], ['a']]);

    desk.answer('a');
    await settled();

    expect(second.states).toEqual(['running', 'completed']);
    expect(second.isComplete).toBe(true);
    expect(tab.sagas.running()).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });

  it('leave what is under way alone when the page that started it goes, but a supervisor stays', async () => {
    const { world, desk, tab, start } = shared();
    const { work } = await start();
    const supervised = tab.follow(tab.sagas.supervise());
    await settled();
    work.unsubscribe();
    await settled();

    expect([desk.calls, desk.open]).toEqual([['a#1'], ['a']]);

    desk.answer('a');
    await settled();

    expect(supervised.states).toEqual(['running', 'completed']);

    tab.close();

    expect([desk.open.length, world.clock.pending]).toEqual([0, 0]);
  });

  it('go on when it is resumed before it has come to its safe point', async () => {
    const { desk, tab, start } = shared();
    const watch = await start();
    tab.follow(tab.sagas.supervise());
    await settled();
    await tab.all(tab.sagas.pause('1'));
    await settled();
    desk.answer('a');
    await tab.all(tab.sagas.resume('1'));
    await settled();

    expect(watch.states.at(-1)).toBe('completed');
    expect(desk.calls).toEqual(['a#1']);

    tab.close();
  });

  it('let another tab have it when all have left', async () => {
    const { world, desk, tab, start } = shared();
    await start();
    await start();
    const other = world.tab();
    const watch = other.follow(
      other.sagas.start(createSaga<unknown>('t').step('a', desk.step()).build(), null, { id: '1' }),
    );
    await settled();

    expect(desk.calls).toEqual(['a#1']);

    tab.close();
    await settled();

    expect(desk.calls).toEqual(['a#1', 'a#2']);

    desk.answer('a');
    await settled();

    expect(watch.isComplete).toBe(true);
  });
});
