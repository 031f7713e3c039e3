import { SagaDesk } from '../../spec-support/saga-desk';
import { SagaOriginWorld, type SagaWatch } from '../../spec-support/saga-world';
import { settled } from '../../spec-support/settled';
import { createSaga } from './create-saga';
import { SagaOrchestratorService } from './saga-orchestrator-service';

const origin = (inDoubt?: 'rerun' | 'compensate') => {
  const [world, desk] = [new SagaOriginWorld(), new SagaDesk()];
  const saga = createSaga<unknown>('t')
    .step('a', desk.step())
    .wait('b', 1000)
    .waitForEvent('c', { type: 'Paid' })
    .step('d', desk.step({ inDoubt }))
    .build();
  const start = async () => {
    const tab = world.tab();
    const watch = tab.follow(tab.sagas.start(saga, null, { id: '1', correlationId: 'flow' }));
    await settled();
    return { tab, watch };
  };
  /** A new page, in which a supervisor finds what was left. */
  const reload = async (tab: { close(): void }) => {
    tab.close();
    expect([desk.open.length, world.clock.pending]).toEqual([0, 0]);
    const next = world.tab();
    next.sagas.register(saga);
    const supervised = next.follow(next.sagas.supervise());
    const watch = next.follow(next.sagas.watch('1'));
    await settled();
    return { tab: next, watch, supervised };
  };
  const pay = async () => {
    const tab = world.tab();
    await tab.all(tab.store.appendToStream('p-1', { type: 'Paid', id: 'pay' }, { correlationId: 'flow' })); // prettier-ignore
    await settled();
  };
  return { world, desk, saga, start, reload, pay };
};

describe(`a reload, for ${SagaOrchestratorService.name}`, () => {
  it('goes on in every state', async () => {
    const { world, desk, start, reload, pay } = origin();
    let { tab } = await start();
    let watch: SagaWatch;

    // While a step runs: it is tried again under the same key.
    ({ tab } = await reload(tab));
    expect(desk.calls).toEqual(['a#1', 'a#2']);
    expect(new Set(desk.keys)).toEqual(new Set(['1/a']));

    // While it is paused: nobody runs it.
    await tab.all(tab.sagas.pause('1'));
    desk.answer('a');
    await settled();
    ({ tab, watch } = await reload(tab));
    expect(watch.states).toEqual(['paused']);
    await tab.all(tab.sagas.resume('1'));
    await settled();

    // While it waits for a time: for the rest of it.
    await world.advance(400);
    ({ tab, watch } = await reload(tab));
    await world.advance(599);
    expect(watch.seen.at(-1)).toMatchObject({ state: 'waiting', currentStep: 1 });
    await world.advance(1);
    expect(watch.seen.at(-1)).toMatchObject({ state: 'waiting', currentStep: 2 });

    // While it waits for an event, which comes when no page is open.
    tab.close();
    await pay();
    ({ tab, watch } = await reload(tab));
    expect(desk.calls.slice(2)).toEqual(['d#1']);
    expect(watch.seen.at(-1)).toMatchObject({ results: { c: { id: 'pay', type: 'Paid' } } });

    // While it compensates.
    desk.fail('d');
    await settled();
    ({ tab, watch } = await reload(tab));
    expect(desk.calls.slice(3)).toEqual(['-a#1', '-a#2']);
    desk.answer('-a');
    await settled();
    expect(watch.states).toEqual(['compensating', 'compensated']);

    // At the end there is nothing to do.
    const { supervised } = await reload(tab);
    expect(supervised.seen).toEqual([]);
    supervised.work.unsubscribe();
    expect(world.clock.pending).toBe(0);
  });

  it('undoes a step in doubt, where that is its policy', async () => {
    const { world, desk, start, reload, pay } = origin('compensate');
    const first = await start();
    desk.answer('a');
    await pay();
    await world.advance(1000);
    expect(desk.open).toEqual(['d']);
    const { watch } = await reload(first.tab);
    expect(desk.open).toEqual(['-d']);
    desk.answer('-d');
    await settled();
    desk.answer('-a');
    await settled();

    expect(desk.calls).toEqual(['a#1', 'd#1', '-d#1', '-a#1']);
    expect(watch.seen.at(-1)).toMatchObject({
      state: 'compensated',
      steps: [{}, {}, {}, { name: 'd', state: 'in-doubt' }],
    });
  });

  it('follows a saga that is started again, and runs it', async () => {
    const { desk, saga, start, world } = origin();
    const first = await start();
    desk.answer('a');
    await settled();
    first.tab.close();
    const { tab, watch } = await start();

    expect(watch.states).toEqual(['waiting']);
    expect(desk.calls).toEqual(['a#1']);

    const other = tab.follow(tab.sagas.start(saga, 'other input', { id: '1' }));
    await settled();

    expect(other.seen.at(-1)).toMatchObject({ state: 'waiting', input: null });
    expect((await world.story('saga-t:1')).filter((type) => type === 'Started')).toHaveLength(1);
  });

  it('resumes once what is open now', async () => {
    const { world, desk, saga, start } = origin();
    (await start()).tab.close();
    const tab = world.tab();
    tab.sagas.register(saga);
    const resumed = tab.follow(tab.sagas.resumeAll());
    await settled();
    desk.fail('a');
    await settled();

    expect(resumed.states).toEqual(['running', 'failed']);
    expect(resumed.isComplete).toBe(true);
    expect(world.clock.pending).toBe(0);

    const again = tab.follow(tab.sagas.resumeAll());
    await settled();

    expect([again.seen.length, again.isComplete]).toEqual([0, true]);
  });

  it('reads only what is new, once a lot is known', async () => {
    const { world, desk, start, reload } = origin();
    const { tab } = await start();
    const noise = Array.from({ length: 1000 }, () => ({ type: 'Noise' }));
    await tab.all(tab.store.appendToStream('n', noise));
    const { tab: second } = await reload(tab);
    const asked: (number | undefined)[] = [];
    const { readAll } = world.log;
    world.log.readAll = async (range = {}) => {
      if (range.filter?.category === 'saga') asked.push(range.after);
      return readAll(range);
    };
    await reload(second);

    expect(asked[0]).toBeGreaterThan(1000);
    expect(desk.open).toEqual(['a']);
  });
});

describe(`several tabs of ${SagaOrchestratorService.name}`, () => {
  it('never run one saga at the same time, and the next takes over', async () => {
    const { world, desk, saga, start } = origin();
    const one = await start();
    const two = world.tab();
    two.sagas.register(saga);
    const supervised = two.follow(two.sagas.supervise());
    const three = await start();
    await settled();

    expect(desk.calls).toEqual(['a#1']);

    one.tab.close();
    await settled();

    expect(desk.calls).toEqual(['a#1', 'a#2']);

    supervised.work.unsubscribe();
    await settled();

    expect(desk.calls).toEqual(['a#1', 'a#2', 'a#3']);

    desk.answer('a');
    await settled();

    expect(three.watch.states).toEqual(['running', 'waiting']);

    three.tab.close();

    expect(world.clock.pending).toBe(0);
  });

  it('is told what runs in this tab, as a stream and as a signal', async () => {
    const { desk, start, world } = origin();
    const { tab } = await start();
    const other = world.tab();
    const seen: string[] = [];
    const work = tab.sagas.running$.subscribe((all) => seen.push(all.map(({ id }) => id).join()));

    expect(tab.sagas.running()).toMatchObject([{ id: '1', state: 'running' }]);
    expect(other.sagas.running()).toEqual([]);

    desk.fail('a');
    await settled();
    work.unsubscribe();

    expect(tab.sagas.running()).toEqual([]);
    expect([seen.at(0), seen.at(-1)]).toEqual(['1', '']);
  });

  it('takes nothing from a tab that lost the saga and does not know it yet', async () => {
    const { world, desk, start } = origin();
    const one = await start();
    // As if the lock had been lost: somebody else claims it.
    const events = await world.events('saga-t:1');
    await one.tab.all(
      one.tab.store.appendToStream('saga-t:1', { type: 'SagaClaimed', data: { runner: 'other' } }, { expected: events.length }), // prettier-ignore
    );
    desk.open.forEach((name) => desk.answer(name));
    await settled();

    expect(await world.story('saga-t:1')).toEqual(['Started', 'Claimed', 'StepStarted a', 'Claimed']); // prettier-ignore
    expect(one.tab.sagas.running()).toEqual([]);
  });
});
