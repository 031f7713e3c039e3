import { EMPTY, NEVER, type Observable, of, throwError } from 'rxjs';
import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { RemoteCacheError } from '../cache-errors';
import { RemoteGate, isAnswer } from './remote-gate';

const setUp = () => {
  const clock = new ManualClock();
  const diagnostics = new RecordingDiagnostics();
  // A pause is its whole length.
  const random = { next: () => 1 };
  const gate = new RemoteGate(
    'fake',
    { clock, diagnostics, random },
    { timeout: 500, failures: 3 },
  );
  const ups: number[] = [];
  gate.up$.subscribe(() => ups.push(clock.monotonic()));
  const leavers: (() => void)[] = [];
  /** What happened to work: its values, and how it ended. */
  const pass = (work: () => Observable<unknown>) => {
    const seen: unknown[] = [];
    const subscription = gate.pass(work).subscribe({
      next: (value) => seen.push(value),
      error: (error: unknown) =>
        seen.push(error instanceof RemoteCacheError ? error.failure : error),
      complete: () => seen.push('end'),
    });
    leavers.push(() => subscription.unsubscribe());
    return seen;
  };
  const failing = (failure: 'unreachable' | 'full' = 'unreachable') =>
    pass(() => throwError(() => new RemoteCacheError('fake', failure, 'x')));
  const goDown = () => [failing(), failing(), failing()];
  return { clock, diagnostics, gate, ups, pass, failing, goDown, leavers };
};

describe(RemoteGate.name, () => {
  it('lets work pass, and what it says', () => {
    const { pass, clock, ups, diagnostics } = setUp();

    expect(pass(() => of(1))).toEqual([1, 'end']);
    expect(pass(() => EMPTY)).toEqual(['end']);
    expect([clock.pending, ups, diagnostics.codes]).toEqual([0, [], []]);
  });

  it('fails work that takes too long, and ends it', () => {
    const { pass, clock } = setUp();
    const seen = pass(() => NEVER);
    clock.advance(499);

    expect(seen).toEqual([]);

    clock.advance(1);

    expect([seen, clock.pending]).toEqual([['timeout'], 0]);
  });

  it('fails work that throws', () => {
    const { pass } = setUp();
    const error = new TypeError('x');
    const throwing = (): never => {
      throw error;
    };

    expect(pass(throwing)).toEqual([error]);
  });

  it('is down after so many failures in a row: nothing is asked any more, told once', () => {
    const { goDown, pass, diagnostics, gate } = setUp();
    goDown();
    const work = jest.fn(() => of(1));

    expect([pass(work), work.mock.calls.length, gate.pause]).toEqual([['unreachable'], 0, 1000]);
    expect(diagnostics.records).toMatchObject([{ code: 'RXM706', severity: 'warning' }]);
  });

  it('is not down when a success comes between', () => {
    const { failing, pass, ups, diagnostics } = setUp();
    failing();
    failing();
    pass(() => of(1));
    failing();
    failing();

    expect([pass(() => of(2)), ups.length, diagnostics.codes]).toEqual([[2, 'end'], 2, []]);
  });

  it('tries once after the pause, with longer and longer pauses, and is back with the first success', () => {
    const { goDown, failing, pass, clock, gate, ups, diagnostics } = setUp();
    goDown();
    const pauses: number[] = [];
    for (let i = 0; i < 7; i++) {
      pauses.push(gate.pause);
      clock.advance(gate.pause);
      failing();
    }

    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);

    clock.advance(30_000);

    expect(pass(() => of(1))).toEqual([1, 'end']);
    expect([ups, gate.pause]).toEqual([[clock.monotonic()], 0]);
    expect(diagnostics.records.map(({ severity }) => severity)).toEqual(['warning', 'info']);
  });

  it('lets one try pass at a time; another when the first was left', () => {
    const { goDown, pass, clock, leavers } = setUp();
    goDown();
    clock.advance(1000);
    pass(() => NEVER);
    const leave = leavers.at(-1);

    expect(pass(() => of(1))).toEqual(['unreachable']);

    leave?.();

    expect(pass(() => of(2))).toEqual([2, 'end']);
    expect(clock.pending).toBe(0);
  });

  it('learns nothing new from what began before it was down, unless that succeeds', () => {
    const { goDown, pass, clock, gate } = setUp();
    const late = pass(() => NEVER);
    clock.advance(100);
    goDown();
    clock.advance(400);

    expect([late, gate.pause]).toEqual([['timeout'], 600]);
  });

  it('does not take a refused write for a level that is down', () => {
    const { failing, pass } = setUp();
    for (let i = 0; i < 9; i++) failing('full');

    expect(pass(() => of(1))).toEqual([1, 'end']);
  });

  it.each(['full', 'too-large', 'refused', 'timeout'] as const)(
    'knows an answer: %s',
    (failure) => {
      expect(isAnswer(new RemoteCacheError('fake', failure, 'x'))).toBe(
        failure === 'full' || failure === 'too-large',
      );
    },
  );
});
