import { EventLogUnavailableError } from '../event-sourcing-errors';
import { memorySnapshotStore } from '../store/snapshots';
import { isInvalidOptionError } from 'rx-mesh/kernel';
import { of } from 'rxjs';
import { SagaDesk } from '../../spec-support/saga-desk';
import { SagaOriginWorld, type SagaTab } from '../../spec-support/saga-world';
import { settled } from '../../spec-support/settled';
import { createSaga } from './create-saga';
import { isSagaMismatchError, isUnknownSagaError } from './saga-errors';
import { SagaOrchestratorService } from './saga-orchestrator-service';

const simple = (version = 1, ...names: readonly string[]) => {
  const desk = new SagaDesk();
  const first = createSaga<unknown>('t', { version }).step('a', desk.step());
  const saga = names.reduce((all, name) => all.step<string, string>(name, desk.step()) as typeof first, first).build(); // prettier-ignore
  return { desk, saga };
};
const errorOf = async (
  tab: SagaTab,
  name: 'watch' | 'pause' | 'execution' | 'adopt',
  id: string,
) => {
  const watch = tab.follow(tab.sagas[name](id));
  await settled();
  return watch.error;
};

describe(`what goes wrong, for ${SagaOrchestratorService.name}`, () => {
  it('does nothing before somebody subscribes, and tells errors in the stream', async () => {
    const world = new SagaOriginWorld();
    const tab = world.tab();
    const { saga } = simple();
    tab.sagas.start(saga, null);
    tab.sagas.supervise();
    const unknown = tab.follow(tab.sagas.start('nobody', null));
    const wrong = tab.follow(tab.sagas.start(saga, null, { id: '' }));
    const noJson = tab.follow(tab.sagas.start(saga, { at: new Date(0) }));
    await settled();

    expect(isUnknownSagaError(unknown.error)).toBe(true);
    expect(isInvalidOptionError(wrong.error)).toBe(true);
    expect(noJson.error).toMatchObject({ code: 'RXM500', path: 'events[0].data.input.at' });
    expect(await world.events()).toEqual([]);
    for (const name of ['watch', 'pause', 'execution', 'adopt'] as const) {
      expect(isUnknownSagaError(await errorOf(tab, name, 'x'))).toBe(true);
    }
    expect(world.clock.pending).toBe(0);
  });

  it('gives a call one id, however often it is subscribed', async () => {
    const world = new SagaOriginWorld();
    const tab = world.tab();
    const { saga, desk } = simple();
    tab.sagas.register(saga);
    const start$ = tab.sagas.start('t', 7);
    const [one, two] = [tab.follow(start$), tab.follow(start$)];
    await settled();
    desk.answer('a');
    await settled();

    expect(one.seen.at(-1)).toMatchObject({ state: 'completed', input: 7 });
    expect(two.seen.at(-1)).toEqual(one.seen.at(-1));
    expect(desk.calls).toEqual(['a#1']);
    const id = one.seen[0]?.id ?? '';
    expect(await tab.all(tab.sagas.execution(id))).toEqual([one.seen.at(-1)]);
    expect(await tab.all(tab.sagas.watch(id))).toEqual([one.seen.at(-1)]);
  });

  it('refuses an id that a saga of another type has, and mixes no types up', async () => {
    const world = new SagaOriginWorld();
    const tab = world.tab();
    const one = createSaga('a')
      .step('s', { run: () => of(1) })
      .build();
    const two = createSaga('a-b')
      .step('s', { run: () => of(1) })
      .build();
    tab.follow(tab.sagas.start(one, undefined, { id: '7' }));
    await settled();
    const other = tab.follow(tab.sagas.start(two, undefined, { id: '7' }));
    // Together these are the same text, type a and id b-8, type a-b and id 8.
    const next = tab.follow(tab.sagas.start(one, undefined, { id: 'b-8' }));
    await settled();
    const same = tab.follow(tab.sagas.start(two, undefined, { id: '8' }));
    await settled();

    expect(other.error).toMatchObject({ code: 'RXM516', reason: 'stream' });
    expect(next.states.at(-1)).toBe('completed');
    expect(same.states.at(-1)).toBe('completed');
    expect((await world.events()).filter(({ type }) => type === 'SagaStarted').map(({ stream }) => stream)).toEqual(['saga-a:7', 'saga-a:b-8', 'saga-a-b:8']); // prettier-ignore
  });

  it('goes on with the version with which a saga began, or not at all', async () => {
    const world = new SagaOriginWorld();
    const first = world.tab();
    const old = simple();
    first.follow(first.sagas.start(old.saga, null, { id: '1' }));
    await settled();
    first.close();
    const tab = world.tab();
    const next = simple(2, 'b');
    const supervised = tab.follow(tab.sagas.supervise());
    tab.sagas.register(next.saga);
    await settled();
    const again = tab.follow(tab.sagas.start(next.saga, null, { id: '1' }));
    await settled();

    expect(again.states).toEqual(['running']);
    expect(again.error).toMatchObject({ code: 'RXM516', reason: 'version' });
    expect(next.desk.calls).toEqual([]);
    expect(world.diagnostics.records).toMatchObject([{ code: 'RXM519', cause: { reason: 'version' } }]); // prettier-ignore

    tab.sagas.register(old.saga);
    await settled();
    old.desk.answer('a');
    await settled();

    expect(old.desk.calls).toEqual(['a#1', 'a#2']);
    expect(supervised.states.at(-1)).toBe('completed');

    const fresh = tab.follow(tab.sagas.start('t', null, { id: '2' }));
    await settled();

    expect(fresh.seen.at(-1)?.definition.version).toBe(2);
  });

  it('refuses other steps under the same version', async () => {
    const world = new SagaOriginWorld();
    const first = world.tab();
    first.follow(first.sagas.start(simple().saga, null, { id: '1' }));
    await settled();
    first.close();
    const tab = world.tab();
    const other = simple(1, 'b').saga;
    const again = tab.follow(tab.sagas.start(other, null, { id: '1' }));
    await settled();

    expect(again.error).toMatchObject({ reason: 'steps' });
    expect(() => tab.sagas.register(other)).not.toThrow();
    expect(() => tab.sagas.register(simple(1, 'b').saga)).not.toThrow();
    expect(() => tab.sagas.register(simple().saga)).toThrow('has other steps');
  });

  it('waits while the log cannot be used, tells it once, and loses nothing', async () => {
    const world = new SagaOriginWorld();
    const tab = world.tab();
    const { saga, desk } = simple(1, 'b');
    const watch = tab.follow(tab.sagas.start(saga, null, { id: '1' }));
    await settled();
    const { append } = world.log;
    let [isDown, tries] = [true, 0];
    world.log.append = async (...args) => {
      tries++;
      if (!isDown) return append(...args);
      // It is stored every other time, and nobody is told.
      if (tries % 2 === 0) await append(...args);
      throw new EventLogUnavailableError('memory');
    };
    desk.answer('a');
    for (let turn = 0; turn < 5; turn++) await world.advance(30_000);

    expect(tries).toBeGreaterThan(4);
    expect(desk.calls).toEqual(['a#1']);
    expect(world.diagnostics.codes).toEqual(['RXM518']);

    isDown = false;
    await world.advance(30_000);
    desk.answer('b');
    await settled();

    expect(desk.calls).toEqual(['a#1', 'b#1']);
    expect(watch.states).toEqual(['running', 'completed']);
    expect(world.clock.pending).toBe(0);
  });

  it('leaves nothing behind when the last one leaves, also while the log cannot be used', async () => {
    const world = new SagaOriginWorld();
    const tab = world.tab();
    const { saga, desk } = simple();
    world.log.readStream = async () => Promise.reject(new EventLogUnavailableError('memory'));
    let isDown = true;
    const snapshots = memorySnapshotStore();
    world.snapshots.get = async (key) => {
      if (isDown) throw new Error('no');
      return snapshots.get(key);
    };
    tab.sagas.register(saga);
    const watch = tab.follow(tab.sagas.supervise());
    await world.advance(1000);

    expect(world.clock.pending).toBeGreaterThan(0);

    isDown = false;
    await world.advance(60_000);
    tab.follow(tab.sagas.start(saga, null, { id: '1' }));
    await world.advance(60_000);
    tab.close();
    await settled();

    expect([watch.error, desk.calls.length, world.clock.pending]).toEqual([undefined, 0, 0]);
  });

  it('tells whoever starts it when its beginning cannot be recorded', async () => {
    const world = new SagaOriginWorld();
    const tab = world.tab();
    const { saga } = simple();
    const { append } = world.log;
    world.log.append = async () => Promise.reject(new EventLogUnavailableError('memory'));
    const start$ = tab.sagas.start(saga, null);
    const failed = tab.follow(start$);
    await settled();
    world.log.append = append;
    const again = tab.follow(start$);
    await settled();

    expect(failed.error).toMatchObject({ code: 'RXM505' });
    expect(again.states).toEqual(['running']);
    expect(isSagaMismatchError(again.error)).toBe(false);
  });
});
