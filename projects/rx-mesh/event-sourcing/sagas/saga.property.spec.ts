import fc from 'fast-check';
import {
  type ChaosFault,
  type ChaosPlan,
  type ChaosStep,
  type ChaosTrace,
  UNDO_RETRIES,
  live,
  nameOf,
} from '../../spec-support/saga-chaos';

const small = fc.integer({ min: 0, max: 2 });
const step: fc.Arbitrary<ChaosStep> = fc.record({
  failures: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) },
  ),
  silent: fc.constantFrom('done', 'not-done', undefined, undefined),
  retries: small,
  latency: fc.constantFrom(0, 5, 15, 25),
  inDoubt: fc.constantFrom('rerun', 'rerun', 'compensate'),
  undo: fc.constantFrom(0, 0, 0, 1, 2, 4, undefined),
});
const fault: fc.Arbitrary<ChaosFault> = fc.record({
  at: fc.integer({ min: 1, max: 25 }),
  kind: fc.constantFrom(
    'kill-before-append',
    'kill-after-append',
    'append-refused',
    'append-unanswered',
    'read-refused',
    'kill-after-effect',
  ),
});
const plan: fc.Arbitrary<ChaosPlan> = fc.record({
  stages: fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
  faults: fc.array(fault, { maxLength: 5 }),
  orders: fc.array(
    fc.record({ at: fc.integer({ min: 0, max: 12 }), order: fc.constantFrom('pause', 'cancel') }),
    { maxLength: 2 },
  ),
  restarts: fc.boolean(),
  hasSecond: fc.boolean(),
});

/** What the plan says of a step. */
const planned = ({ stages }: ChaosPlan) =>
  new Map(
    stages.flatMap((stage, at) =>
      stage.map((each, place) => [nameOf(at, place), { ...each, stage: at }] as const),
    ),
  );
const firsts = (names: readonly string[]) => [...new Set(names)];

// Judges by what the log holds and by what was called outside, never by the fold that is under test.
function judge({ plan: given, log, calls, overlap, end, pending, kills }: ChaosTrace): void {
  const steps = planned(given);
  const types = log.map(({ type }) => type);
  const undone = calls.filter(({ isUndo }) => isUndo);
  const did = calls.filter(({ isUndo, ok }) => !isUndo && ok).map((call) => call.step);
  const recorded = log
    .filter(({ type, fields }) => {
      // One that is tried again has not come to its end.
      const isDoubt = fields['isInDoubt'] === true && fields['due'] === undefined;
      return type === 'SagaStepSucceeded' || isDoubt;
    })
    .map((event) => event.step);

  // An explicit end, once, and nothing behind it; nothing ticks.
  expect(end).toBeDefined();
  expect(types.at(-1)).toBe(end);
  expect(pending).toBe(0);
  // One key a step, and never twice at the same time.
  for (const { step: name, key, isUndo } of calls) {
    expect(key).toBe(isUndo ? `x/${name}/compensate` : `x/${name}`);
  }
  expect(overlap).toBeLessThanOrEqual(1);
  // A step runs once all of the stages before it have succeeded.
  const begun = log.filter(({ type }) => type === 'SagaStepStarted');
  for (const event of begun) {
    const before = log.slice(0, log.indexOf(event));
    const stage = steps.get(event.step)?.stage ?? 0;
    const missing = [...steps].filter(
      ([name, each]) =>
        each.stage < stage &&
        !before.some((one) => one.type === 'SagaStepSucceeded' && one.step === name),
    );
    expect(missing).toEqual([]);
  }
  // No more tries than the policies allow.
  const count = (type: string, name: string): number =>
    log.filter((event) => event.type === type && event.step === name).length;
  for (const [name, { retries }] of steps) {
    expect(count('SagaStepFailed', name)).toBeLessThanOrEqual(retries + 1);
    expect(count('SagaStepNotCompensated', name)).toBeLessThanOrEqual(UNDO_RETRIES + 1);
  }
  // All that was done was recorded, and nothing else but what policy takes for done.
  for (const name of did) expect(recorded).toContain(name);
  for (const name of recorded) {
    const { inDoubt, silent } = steps.get(name) ?? {};
    const isGuess = silent !== undefined || (inDoubt === 'compensate' && kills > 0);
    expect(did.includes(name) || isGuess).toBe(true);
  }
  expect(firsts(recorded)).toEqual(recorded);
  if (end === 'SagaCompleted') {
    expect([...recorded].sort()).toEqual([...steps.keys()].sort());
    expect(undone).toEqual([]);
    return;
  }
  // The compensations are exactly the steps that were done, the last first.
  const wanted = recorded.filter((name) => steps.get(name)?.undo !== undefined).reverse();
  const order = firsts(undone.map((call) => call.step));
  const isStuck = end === 'SagaCompensationFailed';
  expect(order).toEqual(isStuck ? wanted.slice(0, order.length) : wanted);
  const succeeded = firsts(undone.filter(({ ok }) => ok).map((call) => call.step));
  expect(succeeded).toEqual(isStuck ? wanted.slice(0, order.length - 1) : wanted);
  if (isStuck) {
    expect(log.at(-1)?.fields).toMatchObject({ undone: succeeded, left: wanted.slice(succeeded.length) }); // prettier-ignore
  }
  // Without an end in between, what succeeded is not done again.
  if (kills === 0) expect(undone.filter(({ ok }) => ok)).toHaveLength(succeeded.length);
}

describe('a saga, whatever happens to it', () => {
  it('undoes exactly what was done, in reverse, and comes to an explicit end', async () => {
    const ends = new Set<string | undefined>();
    await fc.assert(
      fc.asyncProperty(plan, async (given) => {
        const trace = await live(given);
        ends.add(trace.end);
        judge(trace);
      }),
      { numRuns: 150 },
    );

    expect(ends.size).toBe(5);
  }, 120_000);
});
