import { Subject, of, throwError } from 'rxjs';
import { SagaOriginWorld } from '../../spec-support/saga-world';
import { settled } from '../../spec-support/settled';
import { createSaga } from './create-saga';
import { SagaOrchestratorService } from './saga-orchestrator-service';

describe(SagaOrchestratorService.name, () => {
  it('runs all steps to the end, each with the results before it', async () => {
    const world = new SagaOriginWorld();
    const tab = world.tab();
    const saga = createSaga<{ readonly sku: string }>('order')
      .step('reserve', { run: ({ sku }, _results, { attempt }) => of({ id: `r-${sku}`, attempt }) })
      .step('charge', { run: async (_input, { reserve }) => Promise.resolve(`c-${reserve.id}`) })
      .parallel((side) =>
        side
          .step('pack', { run: (_input, { charge }) => [`p-${charge}`] })
          .step('mail', { run: (_input, _results, { idempotencyKey }) => of(idempotencyKey) }),
      )
      .step('close', { run: (_input, { pack, mail }) => of([pack, mail]) })
      .build();
    const watch = tab.follow(tab.sagas.start(saga, { sku: 'a' }, { id: '7' }));
    await settled();

    expect(watch.error).toBeUndefined();
    expect(watch.states).toEqual(['running', 'completed']);
    expect(watch.isComplete).toBe(true);
    expect(watch.seen.at(-1)).toMatchObject({
      id: '7',
      definition: { type: 'order', version: 1 },
      currentStep: 5,
      results: {
        reserve: { id: 'r-a', attempt: 1 },
        charge: 'c-r-a',
        pack: 'p-c-r-a',
        mail: '7/mail',
        close: ['p-c-r-a', '7/mail'],
      },
      compensations: [],
      correlationId: '7',
    });
    expect(await world.story('saga-order:7')).toEqual([
      'Started',
      'Claimed',
      'StepStarted reserve',
      'StepSucceeded reserve',
      'StepStarted charge',
      'StepSucceeded charge',
      'StepStarted pack',
      'StepStarted mail',
      'StepSucceeded pack',
      'StepSucceeded mail',
      'StepStarted close',
      'StepSucceeded close',
      'Completed',
    ]);
    expect(world.clock.pending).toBe(0);
  });

  it('undoes in reverse what was done, when a step fails', async () => {
    const world = new SagaOriginWorld();
    const tab = world.tab();
    const undone: string[] = [];
    const undo = (
      result: unknown,
      { idempotencyKey, stepKey }: { idempotencyKey: string; stepKey: string },
    ) => {
      undone.push(`${String(result)} ${idempotencyKey} ${stepKey}`);
      return of(null);
    };
    const slow = new Subject<string>();
    const saga = createSaga('order')
      .step('a', { run: () => of('A'), compensate: undo })
      .step('b', { run: () => of('B') })
      .parallel((side) =>
        side
          .step('c', { run: () => slow, compensate: undo })
          .step('d', { run: () => of('D'), compensate: undo }),
      )
      .step('e', { run: () => throwError(() => new TypeError('no')), compensate: undo })
      .step('f', { run: () => of('F'), compensate: undo })
      .build();
    const watch = tab.follow(tab.sagas.start(saga, undefined, { id: '1' }));
    await settled();
    slow.next('C');
    await settled();

    expect(watch.states).toEqual(['running', 'compensating', 'compensated']);
    expect(undone).toEqual([
      'C 1/c/compensate 1/c',
      'D 1/d/compensate 1/d',
      'A 1/a/compensate 1/a',
    ]);
    expect(watch.seen.at(-1)).toMatchObject({
      error: { name: 'TypeError', message: 'no' },
      compensations: [
        { step: 'c', state: 'done', attempts: 1 },
        { step: 'd', state: 'done' },
        { step: 'a', state: 'done' },
      ],
    });
    expect(world.clock.pending).toBe(0);
  });
});
