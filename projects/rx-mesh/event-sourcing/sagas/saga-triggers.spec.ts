import { webcrypto } from 'node:crypto';
import { SagaDesk } from '../../spec-support/saga-desk';
import { SagaOriginWorld, type SagaTab } from '../../spec-support/saga-world';
import { settled } from '../../spec-support/settled';
import { EventLogUnavailableError } from '../event-sourcing-errors';
import type { EventEnvelope } from '../event-envelope';
import { createSaga } from './create-saga';
import type { SagaTrigger } from './saga-definition';
import { withSagas } from './saga-options';

// jsdom has none.
beforeAll(() => {
  Object.defineProperty(globalThis.crypto, 'subtle', { configurable: true, value: webcrypto.subtle }); // prettier-ignore
});

const shop = (trigger: Partial<SagaTrigger<unknown>> = {}, world = new SagaOriginWorld()) => {
  const desk = new SagaDesk();
  const startsOn = { type: 'OrderPlaced', input: ({ data }: { data: unknown }) => data, ...trigger }; // prettier-ignore
  const saga = createSaga<unknown>('t', { startsOn }).step('a', desk.step()).build();
  const open = async () => {
    const tab = world.tab();
    tab.sagas.register(saga);
    const watch = tab.follow(tab.sagas.supervise());
    await settled();
    return { tab, watch };
  };
  const place = async (tab: SagaTab, id: string, data: unknown = id, at = world) => {
    await tab.all(tab.store.appendToStream(`order-${id}`, { type: 'OrderPlaced', id, data }));
    await settled();
    return at;
  };
  const started = async () =>
    (await world.events()).filter(({ type }) => type === 'SagaStarted').map(({ stream }) => stream);
  return { world, desk, saga, open, place, started };
};

describe('a saga that events start', () => {
  it('is started once an event, from the first time on that anybody supervised', async () => {
    const { world, desk, open, place, started } = shop();
    await place(world.tab(), 'before');
    const first = await open();
    const second = await open();
    await place(first.tab, 'x', { total: 7 });

    expect(await started()).toEqual(['saga-t:t:x']);
    expect(first.watch.seen.at(-1)).toMatchObject({ id: 't:x', state: 'running', input: { total: 7 } }); // prettier-ignore
    expect((await world.events('saga-t:t:x'))[0]?.metadata).toMatchObject({ causationId: 'x', correlationId: 'x' }); // prettier-ignore
    expect(desk.keys).toEqual(['t:x/a']);
    expect(desk.calls).toEqual(['a#1']);

    first.tab.close();
    second.tab.close();
    await place(first.tab, 'y');

    expect(await started()).toEqual(['saga-t:t:x']);

    const third = await open();

    expect(await started()).toEqual(['saga-t:t:x', 'saga-t:t:y']);
    expect(third.watch.seen.map(({ id }) => id)).toContain('t:y');

    third.tab.close();

    expect(world.clock.pending).toBe(0);
  });

  it('is one of each type that the event starts', async () => {
    const { world, open, place, started } = shop();
    const desk = new SagaDesk();
    const startsOn = { type: 'OrderPlaced', input: () => null };
    const { tab } = await open();
    tab.sagas.register(createSaga<unknown>('u', { startsOn }).step('a', desk.step()).build());
    await settled();
    await place(tab, 'x');

    expect([...(await started())].sort()).toEqual(['saga-t:t:x', 'saga-u:u:x']);
    expect(desk.calls).toEqual(['a#1']);
    expect(world.diagnostics.codes).toEqual([]);

    // By hand it is the same one.
    const [event] = (await world.events('order-x')) as [EventEnvelope];
    const watch = tab.follow(tab.sagas.startFrom('u', event));
    await settled();

    expect(watch.seen.at(-1)).toMatchObject({ id: 'u:x', state: 'running' });
    expect(await started()).toHaveLength(2);

    tab.close();
  });

  it('is one for all events with its id', async () => {
    const { open, place, started } = shop({ id: ({ data }) => String(data) });
    const { tab } = await open();
    await place(tab, 'x', 'same');
    await place(tab, 'y', 'same');

    expect(await started()).toEqual(['saga-t:same']);
  });

  it('is not held up by an event that is of no use', async () => {
    const { world, open, place, started } = shop({
      id: ({ data }) => {
        if (data === 'bad') throw new Error('bug');
        return String(data);
      },
    });
    const { tab } = await open();
    await place(tab, 'x', 'bad');
    await place(tab, 'y', '');
    await place(tab, 'z', 'good');

    expect(await started()).toEqual(['saga-t:good']);
    expect(world.diagnostics.codes).toEqual(['RXM519', 'RXM519']);
    expect(world.diagnostics.records[0]).toMatchObject({ cause: { message: 'bug' } });
  });

  it('is started later, when the log cannot be used', async () => {
    const { world, open, place, started } = shop();
    const { tab } = await open();
    const { append } = world.log;
    world.log.append = async (commit, ...rest) => {
      if (commit.stream.startsWith('saga-')) throw new EventLogUnavailableError('memory');
      return append(commit, ...rest);
    };
    await place(tab, 'x');
    await world.advance(60_000);
    world.log.append = append;
    await world.advance(60_000);

    expect(await started()).toEqual(['saga-t:t:x']);
    expect(world.diagnostics.codes).toEqual(['RXM518']);
  });

  it('is not started by what is replayed, nor by what is imported', async () => {
    const { world, open, place, started } = shop();
    const { tab } = await open();
    await place(tab, 'x');
    await tab.all(tab.store.replay());
    // Another browser, a week ago.
    const other = shop({}, new SagaOriginWorld());
    other.world.clock.jumpWall(-604_800_000);
    await place(other.world.tab(), 'old');
    const text = (await tab.all(other.world.tab().store.exportNdjson())).join('');
    await tab.all(tab.store.importNdjson(text));
    await settled();

    expect((await world.events('order-old')).length).toBe(1);
    expect(await started()).toEqual(['saga-t:t:x']);
    expect(world.diagnostics.records).toMatchObject([{ code: 'RXM519', message: expect.stringContaining('imported') as string }]); // prettier-ignore

    await place(tab, 'y');

    expect(await started()).toEqual(['saga-t:t:x', 'saga-t:t:y']);
  });

  it('is started by the newest version', async () => {
    const { world, open, place } = shop();
    const { tab } = await open();
    const desk = new SagaDesk();
    const startsOn = { type: 'OrderPlaced', input: () => 'second' };
    tab.sagas.register(createSaga<unknown>('t', { version: 2, startsOn }).step('a', desk.step()).build()); // prettier-ignore
    await place(tab, 'x');

    expect((await world.events('saga-t:t:x'))[0]?.data).toMatchObject({ definitionVersion: 2, input: 'second' }); // prettier-ignore
    expect(desk.calls).toEqual(['a#1']);
  });
});

describe('a saga that was imported', () => {
  const imported = async (features: Parameters<typeof withSagas>[0] = {}) => {
    const home = shop();
    const from = await home.open();
    from.tab.follow(from.tab.sagas.start(home.saga, null, { id: '1' }));
    await settled();
    const text = (await from.tab.all(from.tab.store.exportNdjson())).join('');
    from.tab.close();
    // Everything is restored into a browser that has nothing, so that even the positions are the same.
    const away = shop({}, new SagaOriginWorld([withSagas(features)]));
    await away.world.tab().all(away.world.tab().store.importNdjson(text));
    return { ...away, ...(await away.open()) };
  };

  it('is not run, and that is told once', async () => {
    const { desk, tab, world, watch, saga } = await imported();
    const again = tab.follow(tab.sagas.start(saga, null, { id: '1' }));
    const all = tab.follow(tab.sagas.resumeAll());
    await settled();

    expect([desk.calls.length, watch.seen.length, all.seen.length]).toEqual([0, 0, 0]);
    expect(again.error).toMatchObject({ code: 'RXM516', reason: 'owner' });
    expect(world.diagnostics.codes).toContain('RXM519');
    expect(world.diagnostics.records[0]).toMatchObject({ cause: { reason: 'owner' } });
  });

  it('is run once it was adopted', async () => {
    const { desk, tab, watch } = await imported();
    const adopted = tab.follow(tab.sagas.adopt('1'));
    await settled();
    desk.answer('a');
    await settled();

    expect(adopted.isComplete).toBe(true);
    expect(watch.states).toEqual(['running', 'completed']);
    expect(desk.keys).toEqual(['1/a']);
  });

  it('is run under a name that was given to both', async () => {
    const world = new SagaOriginWorld([withSagas({ owner: 'shop' })]);
    const { saga, desk } = shop({}, world);
    const first = world.tab();
    first.follow(first.sagas.start(saga, null, { id: '1' }));
    await settled();
    first.close();
    // A page that has lost all snapshots.
    const next = new SagaOriginWorld([withSagas({ owner: 'shop' })], world.log);
    const tab = next.tab();
    tab.sagas.register(saga);
    tab.follow(tab.sagas.supervise());
    await settled();

    expect(desk.calls).toEqual(['a#1', 'a#2']);
  });
});

describe(withSagas.name, () => {
  it.each([[{ maxResultBytes: 0 }], [{ maxOpen: 0.5 }], [{ owner: 7 as never }]])('refuses %j', (options) => {
    expect(() => withSagas(options)).toThrow('SagasOptions.');
  }); // prettier-ignore
});
