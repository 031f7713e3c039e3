import { type SagaExecution } from 'rx-mesh/event-sourcing';
import { SAGA_LOOKS, keysOf, sagaView } from './saga-view';

const SAGA: SagaExecution = {
  id: 'a1',
  definition: { type: 'place-order', version: 1 },
  state: 'running',
  currentStep: 1,
  steps: [
    { name: 'reserve', state: 'succeeded', attempts: 1 },
    { name: 'charge', state: 'retrying', attempts: 2, error: { name: 'E', message: 'busy' } },
    { name: 'notify', state: 'pending', attempts: 0 },
  ],
  results: {},
  compensations: [],
  input: { item: 'Desk lamp' },
  startTime: new Date(0),
  correlationId: 'a1',
};

describe(sagaView.name, () => {
  it('says how each step stands', () => {
    const { steps, title, look } = sagaView(SAGA);
    expect([title, look]).toEqual(['Desk lamp', SAGA_LOOKS.running]);
    expect(steps.map(({ facts, look, title }) => [title, look.text, facts])).toEqual([
      ['Reserve stock', 'Done', '1 try'],
      ['Charge card', 'Tries again', '2 tries · busy'],
      ['Notify customer', 'Not begun', ''],
    ]);
    expect(steps.map(({ beside }) => beside)).toEqual([false, false, true]);
  });

  it('says what is undone, and that there may be nothing to undo', () => {
    const { undo } = sagaView({
      ...SAGA,
      compensations: [
        { step: 'notify', state: 'pending', attempts: 0 },
        { step: 'reserve', state: 'done', attempts: 1 },
      ],
    });
    expect(undo.map(({ look, title }) => [title, look.text])).toEqual([
      ['Nothing to undo: Notify customer', 'To be undone'],
      ['Release stock', 'Undone'],
    ]);
  });

  it('offers what can be done to it', () => {
    const can = (state: SagaExecution['state']) => {
      const { canCancel, canPause, canResume } = sagaView({ ...SAGA, state });
      return [canPause, canResume, canCancel];
    };
    expect(can('running')).toEqual([true, false, true]);
    expect(can('paused')).toEqual([false, true, true]);
    expect(can('compensating')).toEqual([true, false, false]);
    expect(can('completed')).toEqual([false, false, false]);
  });

  it('says how long it took, and stands what it does not know', () => {
    expect(sagaView({ ...SAGA, endTime: new Date(1700) }).time).toMatch(/, took 1\.7 s$/);
    expect(sagaView(SAGA).time).toMatch(/^since /);
    const odd = { name: 'odd', state: 'pending', attempts: 0 } as const;
    const { steps, title, undo } = sagaView({
      ...SAGA,
      input: {},
      steps: [odd],
      compensations: [{ step: 'odd', state: 'failed', attempts: 1 }],
    });
    expect([title, steps[0]?.title, undo[0]?.title]).toEqual(['a1', 'odd', 'Nothing to undo: odd']);
  });
});

describe(keysOf.name, () => {
  it('lists the keys of one saga in the order of its steps, and of what undoes them', () => {
    const entries = [
      'a1/charge',
      'a1/reserve/compensate',
      'b2/reserve',
      'a1/reserve',
      'a1/charge/compensate',
    ];
    const ledger = new Map(
      entries.map((key) => [key, { key, service: 's', asked: 1, done: 1 }] as const),
    );
    expect(keysOf('a1', ledger).map(({ key }) => key)).toEqual([
      'a1/reserve',
      'a1/charge',
      'a1/charge/compensate',
      'a1/reserve/compensate',
    ]);
  });
});
