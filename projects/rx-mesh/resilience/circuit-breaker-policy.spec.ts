import { ManualClock } from 'rx-mesh/testing';
import {
  EMPTY,
  NEVER,
  Observable,
  type ObservableInput,
  Subject,
  concat,
  defer,
  of,
  take,
  throwError,
} from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import { CircuitBreaker } from './circuit-breaker';
import type { CircuitBreakerOptions } from './circuit-breaker-options';
import { circuitBreakerPolicy } from './circuit-breaker-policy';
import type { CallContext, PolicyEvent } from './policy';
import { CircuitOpenError, isCircuitOpenError } from './resilience-errors';

const DOWN = new Error('down');

function world(options: CircuitBreakerOptions = {}) {
  const clock = new ManualClock();
  const breaker = new CircuitBreaker(
    'orders',
    { clock, random: { next: () => 0.5 } },
    { consecutiveFailures: 1, openWait: 1000, probes: 1, ...options },
  );
  const verdicts: string[] = [];
  breaker.events$.subscribe((event) => {
    if (event.type === 'settled') verdicts.push(event.verdict);
  });
  const policy = circuitBreakerPolicy(breaker);
  return {
    breaker,
    clock,
    verdicts,
    guard: <T>(source: Observable<T>, context: Partial<CallContext> = {}) =>
      policy(source, { name: 'orders', ...context }),
    open: () => breaker.tryAcquire()?.failure(),
  };
}

/** What somebody who subscribes hears; it grows while they listen. */
function heard(stream: Observable<unknown>): unknown[] {
  const all: unknown[] = [];
  stream.subscribe({
    next: (value) => all.push(value),
    error: (error: unknown) => all.push({ error }),
    complete: () => all.push('end'),
  });
  return all;
}

describe('circuitBreakerPolicy', () => {
  it.each<[string, ObservableInput<unknown>, unknown[]]>([
    ['one value', of(1), [1, 'end']],
    ['no value', EMPTY, ['end']],
    ['null and undefined', of(null, undefined), [null, undefined, 'end']],
  ])('counts a source that completes with %s as a success', (_what, source, expected) => {
    const { guard, verdicts } = world();

    expect(heard(guard(defer(() => source)))).toEqual(expected);
    expect(verdicts).toEqual(['success']);
  });

  it.each([
    ['at once', throwError(() => DOWN), [{ error: DOWN }]],
    [
      'after a value',
      concat(
        of(1),
        throwError(() => DOWN),
      ),
      [1, { error: DOWN }],
    ],
  ])(
    'counts a source that fails %s as a failure',
    (_when, source: Observable<unknown>, expected) => {
      const { breaker, guard, verdicts } = world();

      expect(heard(guard(source))).toEqual(expected);
      expect(verdicts).toEqual(['failure']);
      expect(breaker.phase).toBe('open');
    },
  );

  it('counts one that throws while it is subscribed to', () => {
    const { guard, verdicts } = world();
    const bad = new Observable(() => {
      throw new Error('a bug in a source');
    });

    expect(heard(guard(bad))).toEqual([{ error: new Error('a bug in a source') }]);
    expect(verdicts).toEqual(['failure']);
  });

  it('has told the breaker before the subscriber hears of the failure', () => {
    const { breaker, guard } = world();
    const phases: string[] = [];
    guard(throwError(() => DOWN)).subscribe({ error: () => phases.push(breaker.phase) });

    expect(phases).toEqual(['open']);
  });

  it('touches nothing before somebody subscribes, and asks for each subscription', () => {
    const { breaker, guard } = world();
    let runs = 0;
    const guarded = guard(defer(() => of(++runs)));

    expect([runs, breaker.snapshot.calls]).toEqual([0, 0]);

    heard(guarded);
    heard(guarded);

    expect([runs, breaker.snapshot.calls]).toEqual([2, 2]);
  });

  it('fails at once while the circuit is open, without a subscription to the source', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const { guard, open } = world();
      open();
      const source = cold('a|');

      expectObservable(guard(source)).toBe('#', undefined, new CircuitOpenError('orders', 1000));
      expectSubscriptions(source.subscriptions).toBe([]);
    });
  });

  it('tells the observer of a call why it was turned away', () => {
    const { guard, open } = world();
    open();
    const events: PolicyEvent[] = [];
    const [told] = heard(guard(of(1), { observe: (event) => events.push(event) }));

    expect(events).toEqual([{ type: 'rejected', error: (told as { error: unknown }).error }]);
  });

  it('does not record the calls that another breaker has turned away', () => {
    const inner = world();
    const outer = world();
    inner.open();
    const [told] = heard(outer.guard(inner.guard(of(1))));

    expect(isCircuitOpenError((told as { error: unknown }).error)).toBe(true);
    expect(outer.verdicts).toEqual(['neutral']);
    expect(outer.breaker.snapshot).toMatchObject({ state: 'closed', calls: 0 });
  });

  it('passes values on as they come, and cancels the source when the subscriber leaves', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const { guard } = world();
      const source = cold('-a-b-c-|');

      expectObservable(guard(source), '^---!').toBe('-a-b');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  describe('when the subscriber leaves', () => {
    it('before an answer, it knows nothing of the other side', () => {
      const { breaker, guard, verdicts } = world();
      guard(NEVER).subscribe().unsubscribe();

      expect(verdicts).toEqual(['neutral']);
      expect(breaker.snapshot.calls).toBe(0);
    });

    it('after an answer, it was served', () => {
      const { guard, verdicts } = world();

      expect(heard(guard(concat(of(0), NEVER)).pipe(take(1)))).toEqual([0, 'end']);
      expect(verdicts).toEqual(['success']);
    });

    it('after progress that is no answer, it knows nothing', () => {
      const { guard, verdicts } = world();
      const isAnswer = (value: unknown) => value === 'answer';
      heard(guard(concat(of('sent'), NEVER), { isAnswer }).pipe(take(1)));
      heard(guard(concat(of('sent', 'answer', 'more'), NEVER), { isAnswer }).pipe(take(3)));

      expect(verdicts).toEqual(['neutral', 'success']);
    });

    it('hands the permit of a probe to the next call', () => {
      const { breaker, clock, guard, open } = world();
      open();
      clock.advance(1000);
      const probe = guard(NEVER).subscribe();

      expect(heard(guard(of(1)))).toEqual([{ error: new CircuitOpenError('orders', 15_000) }]);

      probe.unsubscribe();

      expect(heard(guard(of(1)))).toEqual([1, 'end']);
      expect(breaker.phase).toBe('closed');
    });

    it('while a source emits inside of subscribe, it is still settled once', () => {
      const { guard, verdicts } = world();
      heard(guard(of(1, 2, 3)).pipe(take(2)));

      expect(verdicts).toEqual(['success']);
    });
  });

  describe('with a callback that throws', () => {
    const bug = new Error('a bug of the application');
    const throwing = (): never => {
      throw bug;
    };

    it('gives the permit back when the judge throws, and passes on what the call failed with', () => {
      const { breaker, guard, verdicts } = world({ judge: throwing });
      const rethrown: unknown[] = [];
      const queue = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
        try {
          task();
        } catch (error) {
          rethrown.push(error);
        }
      });
      const told = heard(guard(throwError(() => DOWN)));
      queue.mockRestore();

      expect(told).toEqual([{ error: DOWN }]);
      expect(verdicts).toEqual(['neutral']);
      expect(breaker.snapshot).toMatchObject({ state: 'closed', calls: 0 });
      expect(rethrown).toEqual([bug]);
    });

    it('fails with what isAnswer throws, and holds nothing against the other side', () => {
      const { breaker, clock, guard, open, verdicts } = world();
      open();
      clock.advance(1000);
      verdicts.length = 0;
      const source = new Subject<number>();
      const told = heard(guard(source, { isAnswer: throwing }));
      source.next(1);

      expect(told).toEqual([{ error: bug }]);
      expect(source.observed).toBe(false);
      expect(verdicts).toEqual(['neutral']);
      expect(breaker.tryAcquire()).toBeDefined();
    });

    it('fails with what the observer throws, and has taken no permit', () => {
      const { breaker, clock, guard, open } = world();
      open();

      expect(heard(guard(of(1), { observe: throwing }))).toEqual([{ error: bug }]);

      clock.advance(1000);

      expect(breaker.tryAcquire()).toBeDefined();
    });
  });
});
