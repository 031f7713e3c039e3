import { of } from 'rxjs';
import { createSaga } from './create-saga';
import type { SagaDefinition } from './saga-definition';
import { shapeOf } from './saga-definition';
import { type SagaView, nextActions } from './saga-plan';
import { foldSaga } from './saga-record';

const step = { run: () => of(1), compensate: () => of(1) };
const saga = createSaga<unknown>('t')
  .step('a', step)
  .parallel((side) =>
    side
      .step('b', step)
      .step('c', { ...step, inDoubt: 'compensate' })
      .step('d', { run: step.run }),
  )
  .wait('e', 500)
  .waitForEvent('f', { type: 'T', timeout: 900 })
  .build();

type Told = readonly [type: string, data?: Readonly<Record<string, unknown>>];
const view: SagaView = { now: 1000, isUnderWay: () => false, remaining: (due) => due - 1000 };
const busy = (...names: readonly string[]): SagaView => ({
  ...view,
  isUnderWay: (kind, name) => names.includes(`${kind} ${name}`),
});
const planOf = (told: readonly Told[], given = view, definition: SagaDefinition = saga) => {
  const start: Told = [
    'SagaStarted',
    { id: '1', type: 't', shape: shapeOf(definition), definitionVersion: 1 },
  ];
  const events = [start, ...told].map(([type, data], at) => ({ type, data, version: at + 1, timestamp: 0 })); // prettier-ignore
  const record = foldSaga(events);
  if (!record) throw new Error('There is no saga.');
  const { wait, isOver, ...plan } = nextActions(definition, record, given);
  return {
    wait,
    isOver,
    events: plan.events.map(({ type, data }) => `${type} ${String((data?.['step'] ?? data?.['order'] ?? '') as string | readonly string[])}`.trim()), // prettier-ignore
    effects: plan.effects.map((effect) => `${effect.kind} ${effect.step}`),
    facts: plan.events,
  };
};
const did = (...names: readonly string[]): readonly Told[] =>
  names.map((name) => ['SagaStepSucceeded', { step: name, result: name }]);
const idle = { events: [], effects: [], wait: Infinity, isOver: false };

describe(nextActions.name, () => {
  it('begins the next steps, all of those that run side by side, and records that first', () => {
    expect(planOf([])).toMatchObject({ events: ['SagaStepStarted a'], effects: ['run a'] });
    expect(planOf([]).facts[0]?.data).toEqual({ step: 'a', key: '1/a', attempt: 1 });
    expect(planOf(did('a'))).toMatchObject({
      events: ['SagaStepStarted b', 'SagaStepStarted c', 'SagaStepStarted d'],
      effects: ['run b', 'run c', 'run d'],
    });
  });

  it('waits for what is under way, and knows what is in doubt', () => {
    const running: readonly Told[] = [
      ...did('a', 'd'),
      ['SagaStepStarted', { step: 'b' }],
      ['SagaStepStarted', { step: 'c' }],
    ];

    expect(planOf(running, busy('run b', 'run c'))).toMatchObject(idle);

    const plan = planOf(running);

    expect(plan).toMatchObject({
      events: ['SagaStepStarted b', 'SagaStepFailed c'],
      effects: ['run b'],
    });
    expect(plan.facts[0]?.data).toMatchObject({ key: '1/b', attempt: 2 });
    expect(plan.facts[1]?.data).toMatchObject({ isInDoubt: true });
  });

  it('waits until a retry is due', () => {
    const failed = (due: number): readonly Told[] => [
      ['SagaStepFailed', { step: 'a', due, wait: 5 }],
    ];

    expect(planOf(failed(1005))).toMatchObject({ ...idle, wait: 5 });
    expect(planOf(failed(1000))).toMatchObject({ effects: ['run a'] });
  });

  it('records when a pause is due, waits, and goes on', () => {
    const before = did('a', 'b', 'c', 'd');
    const waiting = (due: number): readonly Told[] => [
      ...before,
      ['SagaStepWaiting', { step: 'e', due, wait: 500 }],
    ];

    expect(planOf(before).facts).toEqual([
      { type: 'SagaStepWaiting', data: { step: 'e', due: 1500, wait: 500 } },
    ]);
    expect(planOf(waiting(1500))).toMatchObject({ ...idle, wait: 500 });
    expect(planOf(waiting(1000))).toMatchObject({ events: ['SagaStepSucceeded e'] });
  });

  it('listens for an event, until it is too late', () => {
    const waiting = (due: number): readonly Told[] => [
      ...did('a', 'b', 'c', 'd', 'e'),
      ['SagaStepWaiting', { step: 'f', due, wait: 900 }],
    ];

    expect(planOf(waiting(1900))).toMatchObject({ ...idle, effects: ['listen f'], wait: 900 });
    expect(planOf(waiting(1900), busy('listen f'))).toMatchObject({ ...idle, wait: 900 });
    expect(planOf(waiting(1000))).toMatchObject({ events: ['SagaStepFailed f'], effects: [] });
  });

  it('undoes in reverse what was done, once all is known', () => {
    const failed: readonly Told[] = [
      ...did('a', 'd', 'c'),
      ['SagaStepFailed', { step: 'b', error: { message: 'no' } }],
    ];
    const undoing: readonly Told[] = [
      ...failed,
      ['SagaCompensationStarted', { order: ['c', 'a'] }],
    ];

    expect(planOf([...failed, ['SagaStepStarted', { step: 'b' }]], busy('run b'))).toMatchObject(idle); // prettier-ignore
    expect(planOf(failed)).toMatchObject({ events: ['SagaCompensationStarted c,a'], effects: [] });
    expect(planOf(undoing)).toMatchObject({
      events: ['SagaStepCompensating c'],
      effects: ['compensate c'],
    });

    const begun: readonly Told[] = [...undoing, ['SagaStepCompensating', { step: 'c' }]];

    expect(planOf(begun, busy('compensate c'))).toMatchObject(idle);
    expect(planOf(begun)).toMatchObject({ effects: ['compensate c'] });
    expect(planOf([...begun, ['SagaStepNotCompensated', { step: 'c', due: 1007, wait: 7 }]])).toMatchObject({ ...idle, wait: 7 }); // prettier-ignore

    const half: readonly Told[] = [...begun, ['SagaStepCompensated', { step: 'c' }]];

    expect(planOf(half)).toMatchObject({ effects: ['compensate a'] });
    expect(planOf([...half, ['SagaStepCompensated', { step: 'a' }]])).toMatchObject({ events: ['SagaCompensated'] }); // prettier-ignore
    expect(planOf([...begun, ['SagaStepNotCompensated', { step: 'c' }]]).facts).toEqual([
      {
        type: 'SagaCompensationFailed',
        data: { error: { name: 'Error', message: 'no' }, undone: [], left: ['c', 'a'] },
      },
    ]);
  });

  it.each<[string, readonly Told[]]>([
    ['SagaCompleted', did('a', 'b', 'c', 'd', 'e', 'f')],
    ['SagaFailed', [['SagaStepFailed', { step: 'a', error: {} }]]],
    ['SagaCancelled', [['SagaCancelRequested']]],
    ['SagaFailed', [...did('d'), ['SagaStepFailed', { step: 'a', error: {} }]]],
  ])('ends by %s', (type, told) => {
    expect(planOf(told)).toMatchObject({ events: [type], effects: [], isOver: false });
    expect(planOf([...told, [type]])).toMatchObject({ ...idle, isOver: true });
  });

  it('begins nothing while it is paused, and is over once nothing is under way', () => {
    const paused: readonly Told[] = [['SagaStepStarted', { step: 'a' }], ['SagaPaused']];

    expect(planOf(paused, busy('run a'))).toMatchObject(idle);
    expect(planOf(paused, busy('listen a'))).toMatchObject({ ...idle, isOver: true });
    expect(planOf(paused)).toMatchObject({ ...idle, isOver: true });
  });
});
