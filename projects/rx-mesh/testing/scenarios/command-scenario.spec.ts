import { TestBed } from '@angular/core/testing';
import { EventStoreService, WrongExpectedVersionError } from 'rx-mesh/event-sourcing';
import { NEVER, map, of, switchMap } from 'rxjs';
import { provideRxMeshTesting } from '../provide-rx-mesh-testing';
import { type ScenarioContext, commandScenario } from './command-scenario';
import { ScenarioError } from './scenario-error';

interface Ship {
  readonly id: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly payload: { readonly carrier: string };
  readonly metadata: { readonly timestamp: Date; readonly correlationId?: string };
}

const ship = { type: 'Ship', aggregateId: '7', payload: { carrier: 'post' } };

const handler = ({ aggregateId, payload }: Ship, context: ScenarioContext) =>
  context
    .append(
      `order-${aggregateId}`,
      { type: 'OrderShipped', data: payload, metadata: { correlationId: context.correlationId } },
      { expected: 1 },
    )
    .pipe(map(({ version }) => ({ version })));

const placed = { type: 'OrderPlaced', stream: 'order-7' };

describe(commandScenario.name, () => {
  it('tells events and result of a command', async () => {
    const outcome = commandScenario(handler).given([placed]).when(ship);

    await expect(
      outcome.then([
        {
          type: 'OrderShipped',
          stream: 'order-7',
          aggregateId: '7',
          aggregateType: 'order',
          data: { carrier: 'post' },
          metadata: { correlationId: 'command-1' },
        },
      ]),
    ).resolves.toBeUndefined();
    await expect(outcome.thenResult({ version: 2 })).resolves.toBeUndefined();
  });

  it('is as strict with versions as a real store', async () => {
    const outcome = commandScenario(handler).given([placed, placed]).when(ship);

    await expect(outcome.thenError(WrongExpectedVersionError)).resolves.toBeUndefined();
    await expect(outcome.thenError({ expected: 1, actual: 2 })).resolves.toBeUndefined();
    await expect(
      outcome.thenError(new WrongExpectedVersionError('order-7', 1, 2).code),
    ).resolves.toBeUndefined();
  });

  it('tells an error by its message, its class, or itself', async () => {
    const outcome = commandScenario((): never => {
      throw new RangeError('out of stock');
    }).when({});

    await expect(outcome.then(new Error('out of stock'))).resolves.toBeUndefined();
    await expect(outcome.thenError('of stock')).resolves.toBeUndefined();
    await expect(outcome.thenError(RangeError)).resolves.toBeUndefined();

    await expect(outcome.thenError(TypeError)).rejects.toThrow('It has failed in another way.');
    await expect(outcome.thenError('else')).rejects.toThrow(
      'Expected: "else"\nActual:   RangeError: out of stock',
    );
    await expect(outcome.then([])).rejects.toMatchObject({
      message: expect.stringContaining('It has failed.') as unknown,
      cause: { message: 'out of stock' },
    });
    await expect(outcome.thenResult(undefined as never)).rejects.toThrow('It has failed.');
  });

  it('fails with both when something else has happened', async () => {
    const scenario = commandScenario(handler).given(placed);

    await expect(scenario.when(ship).then([])).rejects.toThrow('Other events have happened.');
    await expect(scenario.when(ship).then([{ type: 'OrderShipped', data: {} }])).rejects.toThrow(
      ScenarioError,
    );
    await expect(
      scenario.when(ship).then([{ type: 'OrderShipped', metadata: { correlationId: 'x' } }]),
    ).rejects.toThrow(ScenarioError);
    await expect(scenario.when(ship).thenError('no')).rejects.toThrow('It has not failed.');
    await expect(scenario.when(ship).thenResult({ version: 3 })).rejects.toThrow(
      'The result is another one.',
    );
  });

  it('does not take an error for nothing when events have happened before it', async () => {
    const outcome = commandScenario((_: Ship, context) =>
      context.append('s', { type: 'A' }).pipe(
        map((): number => {
          throw new Error('late');
        }),
      ),
    ).when(ship);

    await expect(outcome.thenError('late')).rejects.toThrow('events have happened');
  });

  it('completes the command, and leaves the handler after its first value', async () => {
    const seen: unknown[] = [];
    const outcome = commandScenario((command: Ship, { signal, attempt, idempotencyKey }) => {
      seen.push(command, signal, attempt, idempotencyKey);
      return of(1, 2);
    }).when({ ...ship, id: 'c-9', metadata: { correlationId: 'flow' } });

    await expect(outcome.thenResult(1)).resolves.toBeUndefined();
    await expect(outcome.then([])).resolves.toBeUndefined();

    expect(seen).toEqual([
      {
        ...ship,
        id: 'c-9',
        metadata: { timestamp: new Date(Date.UTC(2026, 0)), correlationId: 'flow' },
      },
      expect.objectContaining({ aborted: true }),
      1,
      'c-9',
    ]);
  });

  it('does not wait for ever', async () => {
    const outcome = commandScenario(() => NEVER, { timeout: 5 }).when({});

    await expect(outcome.thenError({ name: 'TimeoutError' })).resolves.toBeUndefined();
  });

  it('uses the store of the application', async () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const store = TestBed.inject(EventStoreService);
    const reading = ({ aggregateId }: Ship) =>
      store
        .load(`order-${aggregateId}`, {
          initial: () => 0,
          evolve: (count: number) => count + 1,
        } as never)
        .pipe(
          switchMap(({ state }) =>
            store
              .appendToStream(`order-${aggregateId}`, { type: 'OrderShipped', data: state })
              .pipe(map(() => state)),
          ),
        );
    const outcome = commandScenario(reading, { store }).given([placed, placed]).when(ship);

    await expect(outcome.then([{ type: 'OrderShipped', data: 2 }])).resolves.toBeUndefined();
    await expect(outcome.thenResult(2)).resolves.toBeUndefined();
  });

  it('says so when it is awaited too early', async () => {
    await expect(Promise.resolve(commandScenario(handler).when(ship))).rejects.toThrow(
      'A scenario is not awaited, its then(...) is.',
    );
  });
});
