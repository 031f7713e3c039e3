import { createProjection } from 'rx-mesh/event-sourcing';
import { projectionScenario } from './projection-scenario';
import { ScenarioError } from './scenario-error';

interface Order {
  readonly total: number;
}

const orders = createProjection<
  { readonly total: number; readonly replayed?: boolean },
  { OrderPlaced: Order; OrderChanged: Order; OrderGone: null; Nothing: null }
>({
  name: 'orders',
  initial: () => ({ total: 0 }),
  when: {
    OrderPlaced: ({ total }, { data }, { isReplay }) => ({
      total: total + data.total,
      ...(isReplay ? { replayed: true } : {}),
    }),
    OrderChanged: (state, { data }) => Object.assign(state, data),
    OrderGone: () => undefined,
    Nothing: () => new Map() as never,
  },
  idOf: ({ aggregateId }) => (aggregateId === 'none' ? undefined : aggregateId),
});

const sum = createProjection<number, { OrderPlaced: Order }>({
  name: 'sum',
  initial: () => 0,
  when: { OrderPlaced: (total, { data }) => total + data.total },
});

const placed = (id: string, total: number) => ({
  type: 'OrderPlaced',
  stream: `order-${id}`,
  data: { total },
});

describe(projectionScenario.name, () => {
  it('folds events into the only record', () => {
    const scenario = projectionScenario(sum)
      .given([placed('7', 3), { type: 'Other' }])
      .given(placed('8', 4));

    expect(() => scenario.then(7)).not.toThrow();
  });

  it('folds events into records by id', () => {
    const scenario = projectionScenario(orders).given([placed('7', 3), placed('8', 4)]);
    const records = { '7': { total: 3 }, '8': { total: 4 } };

    expect(() => scenario.then({ total: 3 }, '7')).not.toThrow();
    expect(() => scenario.then(undefined, '9')).not.toThrow();
    expect(() => scenario.thenRecords(records)).not.toThrow();
    expect(() => scenario.given(placed('none', 1)).thenRecords(records)).not.toThrow();

    const gone = scenario.given({ type: 'OrderGone', stream: 'order-7' });

    expect(() => gone.then({ total: 4 })).not.toThrow();
  });

  it('has no state without events', () => {
    expect(() => projectionScenario(sum).then(undefined)).not.toThrow();
    expect(() => projectionScenario(orders).then(undefined)).not.toThrow();
  });

  it('says whether it is a replay', () => {
    const scenario = projectionScenario(orders).givenReplayed(placed('7', 3));

    expect(() => scenario.then({ total: 3, replayed: true })).not.toThrow();
  });

  it('makes up what a test does not care about, in the order of a log', () => {
    const seen: unknown[] = [];
    const spy = createProjection<number>({
      name: 'spy',
      initial: () => 0,
      when: { A: (count, event) => (seen.push(event), count + 1) },
    });
    projectionScenario(spy)
      .given([{ type: 'A', stream: 's-1' }, { type: 'A' }, { type: 'A', stream: 's-1', id: 'x' }])
      .then(3);

    expect(seen).toMatchObject([
      { id: 'event-1', stream: 's-1', version: 1, position: 1, aggregateType: 's', data: null },
      { id: 'event-2', stream: 'test', version: 1, position: 2, aggregateId: 'test' },
      { id: 'x', version: 2, position: 3, metadata: { serviceId: 'test' } },
    ]);
  });

  it('fails with both when the state is another one', () => {
    const scenario = projectionScenario(sum).given(placed('7', 3));

    expect(() => scenario.then(4)).toThrow('The state is another one.\nExpected: 4\nActual:   3');
    expect(() => scenario.thenRecords({})).toThrow(ScenarioError);
    expect(() =>
      projectionScenario(orders)
        .given([placed('7', 1), placed('8', 1)])
        .then({ total: 1 }),
    ).toThrow('There are many records: say which one.');
  });

  it('fails when a handler changes its state, or gives no plain JSON', () => {
    const changing = projectionScenario(orders).given([
      placed('7', 3),
      { type: 'OrderChanged', stream: 'order-7', data: { total: 4 } },
    ]);

    expect(() => changing.then({ total: 4 })).toThrow(
      'Event "OrderChanged" of position 2 cannot be handled.',
    );

    changing.thenError('read only');

    expect(() => changing.thenError('else')).toThrow('The error is another one.');

    projectionScenario(orders).given({ type: 'Nothing' }).thenError('no plain JSON');

    expect(() => projectionScenario(sum).given(placed('7', 3)).thenError()).toThrow(
      'The event was handled.',
    );
  });

  it('says so when it is awaited', async () => {
    await expect(Promise.resolve(projectionScenario(sum))).rejects.toThrow(
      'A scenario is not awaited, its then(...) is.',
    );
  });
});
