import { TestBed } from '@angular/core/testing';
import {
  EventStoreService,
  ProjectionService,
  createProjection,
  withEventSourcing,
} from 'rx-mesh/event-sourcing';
import { ManualClock, commandScenario, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, Subject, filter, map, of, switchMap } from 'rxjs';
import { watching } from '../spec-support/projection-world';
import { settled } from '../spec-support/settled';
import type { CommandHandler } from './commands/command-handler';
import { DistributedCQRSService } from './distributed-cqrs-service';
import { defineCommand, defineQuery } from './message-types';

const placeOrder = defineCommand<{ readonly sku: string }, number>('PlaceOrder');
const countOrders = defineQuery<{ readonly sku: string }, number>('CountOrders');

const orders = createProjection<number, { OrderPlaced: { sku: string } }>({
  name: 'orders',
  initial: () => 0,
  when: { OrderPlaced: (count) => count + 1 },
  idOf: ({ data }) => (data as { sku: string }).sku,
});

function cqrsWorld() {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...withEventSourcing({ serviceId: 'shop' }).ɵproviders],
  });
  const clock = TestBed.inject(ManualClock);
  return {
    clock,
    cqrs: TestBed.inject(DistributedCQRSService),
    store: TestBed.inject(EventStoreService),
    projections: TestBed.inject(ProjectionService),
    advance: async (ms: number) => {
      await settled();
      clock.advance(ms);
      await settled();
    },
  };
}

function shopWorld() {
  const world = cqrsWorld();
  const { cqrs, projections } = world;
  cqrs.registerCommandHandler(placeOrder, ({ aggregateId, payload }, context) =>
    context
      .append(`order-${aggregateId}`, { type: 'OrderPlaced', data: payload })
      .pipe(map(({ position }) => position)),
  );
  cqrs.registerQueryHandler(
    countOrders,
    ({ parameters: { sku } }) => projections.state(orders, sku).pipe(map((count) => count ?? 0)),
    { reads: [orders] },
  );
  return world;
}

const order = (id: string) => placeOrder({ aggregateId: id, payload: { sku: 'tea' } });
const count = countOrders({ parameters: { sku: 'tea' } });

describe(DistributedCQRSService.name, () => {
  it('takes a command to its handler, and what it wrote is there when it is read', async () => {
    const { cqrs, projections, advance } = shopWorld();
    const run = watching(projections.run(orders));
    const results = watching(cqrs.commandPipeline$);
    const answers = watching(cqrs.queryPipeline$);
    const read = watching(
      cqrs.sendCommand(order('1')).pipe(
        filter((result) => result.success),
        switchMap(({ position = 0 }) => cqrs.waitForConsistency(position)),
        switchMap(() => cqrs.executeQuery(count)),
      ),
    );
    await advance(100);

    expect(read).toMatchObject({ values: [1], isComplete: true, error: undefined });
    expect(results.values).toMatchObject([{ success: true, result: 1, position: 1 }]);
    expect(answers.values).toMatchObject([{ success: true, data: 1 }]);

    run.stop();
    results.stop();
    answers.stop();
  });

  it('gives a failure as a result, and no failing message ends a pipeline', async () => {
    const { cqrs, advance } = cqrsWorld();
    const results = watching(cqrs.commandPipeline$);
    const answers = watching(cqrs.queryPipeline$);
    cqrs.registerCommandHandler('Throw', () => {
      throw new Error('thrown');
    });
    cqrs.registerCommandHandler('Hang', () => NEVER, { timeout: 1000 });
    cqrs.registerCommandHandler('Fine', () => of('fine'));
    cqrs.registerQueryHandler('Throw', () => {
      throw new Error('thrown');
    });
    cqrs.registerQueryHandler('Hang', () => NEVER);
    cqrs.registerQueryHandler('Fine', () => of('fine'));
    const types = ['Throw', 'Unknown', 'Hang', 'Fine'];
    const sent = types.map((type) =>
      watching(cqrs.sendCommand({ type, aggregateId: type, payload: null })),
    );
    const asked = types.map((type) => watching(cqrs.executeQuery({ type, parameters: null })));
    await advance(1000);
    await advance(10_000);

    expect(sent.map(({ values: [result], error }) => [result?.success, error])).toEqual([
      [false, undefined],
      [false, undefined],
      [false, undefined],
      [true, undefined],
    ]);
    expect(sent[0]?.values).toMatchObject([{ error: 'thrown' }]);
    expect(asked.map(({ values }) => values)).toEqual([[], [], [], ['fine']]);
    expect(asked[0]?.error).toMatchObject({ message: 'thrown' });
    expect(results.values.map(({ success }) => success).sort()).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(answers.values.at(-1)).toMatchObject({ success: false });

    const late = watching(cqrs.sendCommand({ type: 'Fine', aggregateId: '1', payload: null }));
    await advance(0);

    expect(late.last()).toMatchObject({ success: true, result: 'fine' });
    expect(results.last()).toEqual(late.last());
    expect(results.isComplete).toBe(false);

    results.stop();
    answers.stop();
  });

  it('removes handlers by what registering them gave', async () => {
    const { cqrs, advance } = cqrsWorld();
    const removeCommand = cqrs.registerCommandHandler('A', () => of(1));
    const removeQuery = cqrs.registerQueryHandler('A', () => of(1));

    expect(() => cqrs.registerCommandHandler('A', () => of(2))).toThrow(/has a handler already/u);
    expect(() => cqrs.registerQueryHandler('A', () => of(2))).toThrow(/has a handler already/u);

    removeCommand();
    removeQuery();
    const sent = watching(cqrs.sendCommand({ type: 'A', aggregateId: '1', payload: null }));
    const asked = watching(cqrs.executeQuery({ type: 'A', parameters: null }));
    await advance(0);

    expect(sent.last()).toMatchObject({ success: false });
    expect(asked.error).toMatchObject({ code: 'RXM551' });
  });

  it('shows a projector that is paused, and brings read models elsewhere up to date', async () => {
    const { cqrs, projections, advance, clock } = shopWorld();
    const run = watching(projections.run(orders));
    await settled();
    const reports = watching(cqrs.monitorEventualConsistency({ period: 1000 }));
    await advance(0);
    run.stop();
    const sent: number[] = [];
    const sync = watching(
      cqrs.synchronizeReadModels({
        handlers: { order: ({ events }) => of(sent.push(events.length)) },
      }),
    );
    const placed = watching(cqrs.sendCommand(order('1')));
    await settled();

    expect(placed.last()).toMatchObject({ success: true, position: 1 });

    await advance(1000);
    await advance(1000);

    expect(reports.values[0]).toMatchObject({ isConsistent: true });
    expect(reports.last()).toMatchObject({
      isConsistent: false,
      lagTime: 2000,
      inconsistencies: [{ service: 'shop', readModel: 'orders', lagEvents: 1 }],
    });

    await advance(3000);

    expect(sync.last()).toMatchObject({ success: true, updatedModels: 1, events: 1 });

    reports.stop();
    sync.stop();
    await settled();

    expect(clock.pending).toBe(0);
  });

  it('has handlers that the scenarios of rx-mesh/testing can test', async () => {
    const handler: CommandHandler<{ readonly sku: string }, number> = (
      { aggregateId, payload },
      context,
    ) =>
      context
        .append(`order-${aggregateId}`, { type: 'OrderPlaced', data: payload })
        .pipe(map(({ version }) => version));
    const outcome = commandScenario(handler).when(order('7'));

    await expect(
      outcome.then([{ type: 'OrderPlaced', stream: 'order-7', data: { sku: 'tea' } }]),
    ).resolves.toBeUndefined();
    await expect(outcome.thenResult(1)).resolves.toBeUndefined();
  });

  it('cancels a command when its last subscriber leaves', async () => {
    const { cqrs, advance, clock } = cqrsWorld();
    const work = new Subject<number>();
    cqrs.registerCommandHandler('A', () => work);
    const watch = watching(cqrs.sendCommand({ type: 'A', aggregateId: '1', payload: null }));
    await advance(0);

    expect(work.observed).toBe(true);

    watch.stop();
    await settled();

    expect(work.observed).toBe(false);
    expect(clock.pending).toBe(0);
  });
});
