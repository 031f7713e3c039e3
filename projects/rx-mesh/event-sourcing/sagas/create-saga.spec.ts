import { InvalidOptionError } from 'rx-mesh/kernel';
import { of } from 'rxjs';
import { createSaga } from './create-saga';
import type { SagaOptions } from './saga-definition';

const run = () => of(1);
const saga = (options: SagaOptions<void> = {}) => createSaga('t', options);
/** A builder that takes everything, as one in JavaScript does. */
interface Loose {
  readonly step: (name: string, step: unknown) => Loose;
  readonly wait: (name: string, duration: unknown) => Loose;
  readonly waitForEvent: (name: string, wait: unknown) => Loose;
}
const any = () => saga() as unknown as Loose;

describe(createSaga.name, () => {
  it('makes a definition with a value for each option', () => {
    const made = createSaga<number>('order', { version: 3 })
      .step('a', { run })
      .parallel((side) =>
        side
          .step('b', { run, timeout: 5, inDoubt: 'compensate' })
          .step('c', { run, retry: { retries: 0 } }),
      )
      .wait('d', 10)
      .waitForEvent('e', { type: 'Paid', timeout: 20 })
      .build();

    expect(made).toMatchObject({
      type: 'order',
      version: 3,
      startsOn: undefined,
      onCompensationFailure: 'stop',
      compensation: { retries: 5 },
      stages: [
        [{ kind: 'run', name: 'a', timeout: 60_000, inDoubt: 'rerun', retry: { retries: 2 } }],
        [
          { name: 'b', timeout: 5, inDoubt: 'compensate' },
          { name: 'c', retry: { retries: 0 } },
        ],
        [{ kind: 'wait', name: 'd' }],
        [{ kind: 'event', name: 'e', type: 'Paid', timeout: 20 }],
      ],
    });
    expect(made.compensation.isRetryable(new Error('any'))).toBe(true);
    expect(Object.isFrozen(made)).toBe(true);
  });

  it('leaves a builder as it was', () => {
    const first = saga().step('a', { run });
    const [one, two] = [first.step('b', { run }).build(), first.step('c', { run }).build()];

    expect([one, two].map(({ stages }) => stages.flat().map(({ name }) => name))).toEqual([
      ['a', 'b'],
      ['a', 'c'],
    ]);
  });

  it.each<[string, () => unknown]>([
    ['createSaga.type', () => createSaga('')],
    ['createSaga.type', () => createSaga('a b')],
    ['createSaga.type', () => createSaga('1')],
    ['SagaOptions.version', () => saga({ version: 0 })],
    ['SagaOptions.onCompensationFailure', () => saga({ onCompensationFailure: 'x' as never })],
    ['SagaRetryOptions.retries', () => saga({ compensation: { retries: -1 } })],
    ['createSaga.steps', () => saga().build()],
    ['createSaga.parallel', () => saga().parallel((side) => side)],
    ['createSaga.step', () => any().step('__proto__', { run })],
    ['createSaga.step', () => any().step('compensate', { run })],
    ['createSaga.step', () => any().step('a/b', { run })],
    ['createSaga.step', () => any().step('7', { run })],
    ['createSaga.step', () => any().step('a'.repeat(65), { run })],
    ['createSaga.step', () => any().step('a', { run }).step('a', { run })],
    ['createSaga.step', () => any().step('a', { run }).wait('a', 1)],
    [
      'createSaga.step',
      () => saga().parallel((side) => (side.step('a', { run }) as typeof side).step('a', { run })),
    ],
    ['a.run', () => any().step('a', {})],
    ['SagaStep.timeout', () => any().step('a', { run, timeout: 0 })],
    ['SagaStep.timeout', () => any().step('a', { run, timeout: 2_147_483_648 })],
    ['SagaStep.inDoubt', () => any().step('a', { run, inDoubt: 'x' })],
    ['SagaRetryOptions.retries', () => any().step('a', { run, retry: { retries: 0.5 } })],
    ['SagaRetryOptions.tries', () => any().step('a', { run, retry: { tries: 1 } })],
    ['a.duration', () => any().wait('a', -1)],
    ['a.duration', () => any().wait('a', Infinity)],
    ['a.type', () => any().waitForEvent('a', { type: '' })],
    ['a.timeout', () => any().waitForEvent('a', { type: 'T', timeout: 0 })],
  ])('refuses a wrong %s', (option, make) => {
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(`${option} is `);
  });
});
