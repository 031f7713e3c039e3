import fc from 'fast-check';
import { problemOf } from './saga-events';
import { executionOf } from './saga-execution';
import { foldSaga } from './saga-record';

const started = {
  id: '7',
  type: 'order',
  definitionVersion: 2,
  shape: 'a b+c',
  owner: 'me',
  correlationId: 'flow',
  input: { sku: 'x' },
};
type Told = readonly [type: string, data?: unknown];
const events = (...told: readonly Told[]) =>
  ([['SagaStarted', started], ...told] as readonly Told[]).map(([type, data], at) => ({
    type,
    data,
    version: at + 1,
    timestamp: 1000 + at,
    position: 50 + at,
  }));
const plain = (_key: string, value: unknown) => (value instanceof Map ? [...value] : value);
const fold = (...told: readonly Told[]) => foldSaga(events(...told));
const shown = (...told: readonly Told[]) => {
  const record = fold(...told);
  return record && executionOf(record);
};

describe(foldSaga.name, () => {
  it('knows nothing without a beginning', () => {
    expect(foldSaga([])).toBeUndefined();
    expect(foldSaga(events(['SagaPaused']).slice(1))).toBeUndefined();
  });

  it('begins with steps that nobody has begun', () => {
    expect(shown()).toEqual({
      id: '7',
      definition: { type: 'order', version: 2 },
      state: 'running',
      currentStep: 0,
      steps: ['a', 'b', 'c'].map((name) => ({ name, state: 'pending', attempts: 0 })),
      results: {},
      compensations: [],
      input: { sku: 'x' },
      startTime: new Date(1000),
      correlationId: 'flow',
    });
    expect(fold()).toMatchObject({ position: 50, version: 1, owner: 'me', runner: '' });
  });

  it.each<[string, number, readonly Told[]]>([
    [
      'running',
      1,
      [
        ['SagaStepStarted', { step: 'a' }],
        ['SagaStepSucceeded', { step: 'a' }],
      ],
    ],
    ['waiting', 0, [['SagaStepWaiting', { step: 'a', due: 5, wait: 1 }]]],
    [
      'running',
      0,
      [
        ['SagaStepWaiting', { step: 'b' }],
        ['SagaStepStarted', { step: 'c' }],
      ],
    ],
    ['paused', 0, [['SagaPaused']]],
    ['running', 0, [['SagaPaused'], ['SagaResumed']]],
    ['compensating', 0, [['SagaCancelRequested']]],
    ['compensating', 0, [['SagaStepFailed', { step: 'a', error: {} }]]],
    ['running', 0, [['SagaStepFailed', { step: 'a', error: {}, due: 7 }]]],
    ['compensating', 0, [['SagaCompensationStarted', { order: ['a'] }]]],
    ['completed', 0, [['SagaCompleted']]],
    ['failed', 0, [['SagaFailed'], ['SagaPaused'], ['SagaCompleted']]],
    [
      'compensating',
      0,
      [
        ['SagaCompensationStarted', { order: ['a'] }],
        ['SagaStepNotCompensated', { step: 'a' }],
        ['SagaCompensationFailed'],
        ['SagaCompensationRetried'],
      ],
    ],
    ['completed', 0, [['SagaCompleted'], ['SagaCompensationRetried']]],
  ])('tells that it is %s at step %i', (state, currentStep, told) => {
    expect(shown(...told)).toMatchObject({ state, currentStep });
  });

  it('keeps results, tries, failures and the order in which steps were done', () => {
    const record = fold(
      ['SagaStepStarted', { step: 'a', attempt: 1 }],
      [
        'SagaStepFailed',
        { step: 'a', error: { name: 'E', message: 'no', code: 7 }, due: 9, wait: 4 },
      ],
      ['SagaStepStarted', { step: 'a', attempt: 2 }],
      ['SagaStepSucceeded', { step: 'a', result: [1] }],
      ['SagaStepStarted', { step: 'b' }],
      ['SagaStepStarted', { step: 'c' }],
      ['SagaStepSucceeded', { step: 'c', result: null }],
      ['SagaStepFailed', { step: 'b', error: { name: 'E', message: 'doubt' }, isInDoubt: true }],
      ['SagaStepSucceeded', { step: 'a', result: 'twice' }],
    );

    expect(record?.done).toEqual(['a', 'c', 'b']);
    expect(record?.error).toEqual({ name: 'E', message: 'doubt' });
    expect(record && executionOf(record)).toMatchObject({
      currentStep: 1,
      results: { a: [1], c: null },
      steps: [
        { name: 'a', state: 'succeeded', attempts: 2, result: [1] },
        { name: 'b', state: 'in-doubt', attempts: 1, error: { message: 'doubt' } },
        { name: 'c', state: 'succeeded' },
      ],
    });
  });

  it('takes nothing twice, and goes on where it stood', () => {
    const all = events(['SagaStepStarted', { step: 'a' }], ['SagaStepStarted', { step: 'a' }]);
    const half = foldSaga(all.slice(0, 2));

    expect(foldSaga(all, half)).toEqual(foldSaga(all));
    expect(foldSaga(all, foldSaga(all))).toEqual(foldSaga(all));
    expect(foldSaga(all)?.steps.get('a')?.attempts).toBe(2);
  });

  it('does not change a record that it was given', () => {
    const before = fold(['SagaStepStarted', { step: 'a' }]);
    const copy = JSON.stringify(before, plain);
    foldSaga(events(['X'], ['SagaStepSucceeded', { step: 'a' }], ['SagaCompleted']), before);

    expect(JSON.stringify(before, plain)).toBe(copy);
  });

  it('never fails, whatever is in the log', () => {
    const types = fc.constantFrom(
      'SagaStarted', 'SagaClaimed', 'SagaAdopted', 'SagaPaused', 'SagaStepStarted', 'SagaStepWaiting',
      'SagaStepSucceeded', 'SagaStepFailed', 'SagaCompensationStarted', 'SagaStepCompensating',
      'SagaStepCompensated', 'SagaStepNotCompensated', 'SagaCompensationRetried', 'SagaFailed', 'toString',
    ); // prettier-ignore
    const name = fc.constantFrom('a', 'b', '__proto__', 'constructor');
    const data = fc.oneof(
      fc.jsonValue(),
      fc.record({ step: name, order: fc.array(name), due: fc.jsonValue(), error: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(types, data)), (told) => {
        const record = fold(...told);
        const seen = record && executionOf(record);
        expect(seen?.steps.map((step) => step.name)).toEqual(['a', 'b', 'c']);
        expect(Object.getPrototypeOf(seen?.results)).toBe(Object.prototype);
      }),
    );
  });
});

describe(problemOf.name, () => {
  it.each([
    [new TypeError('no'), { name: 'TypeError', message: 'no' }],
    [{ name: 'HttpErrorResponse', message: 'bad', status: 503 }, { name: 'HttpErrorResponse', message: 'bad', code: 503 }],
    [Object.assign(new Error('x'), { code: 'E1', status: 4 }), { name: 'Error', message: 'x', code: 'E1' }],
    ['text', { name: 'Error', message: 'text' }],
    [undefined, { name: 'Error', message: 'undefined' }],
    [Symbol('s'), { name: 'Error', message: 'Symbol(s)' }],
    [{ get message() { throw new Error('trap'); } }, { name: 'Error', message: '' }],
    [new Error('x'.repeat(5000)), { name: 'Error', message: 'x'.repeat(1000) }],
    [{ code: NaN }, { name: 'Error', message: '' }],
  ])('%# records what was thrown', (error, problem) => {
    expect(problemOf(error)).toEqual(problem);
  });
}); // prettier-ignore
