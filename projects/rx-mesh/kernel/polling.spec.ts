import { ManualClock } from 'rx-mesh/testing';
import { NEVER, type Observable, Subject, take, throwError } from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import { polling } from './polling';
import { InvalidOptionError } from './rx-mesh-error';

describe(polling.name, () => {
  it('does the work at once, then again after each rest', () => {
    runMarbles(({ clock, expectObservable }) => {
      let round = 0;
      const rounds$ = polling({ period: 5, clock }, () => [String(++round)]);

      expectObservable(rounds$, '^-----------!').toBe('1----2----3');
    });
  });

  it('counts the rest from the end of a round, and cancels no slow work', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const slow = cold('       ---a---|');
      const rounds$ = polling({ period: 2, clock }, () => slow);

      expectObservable(rounds$, '^------------------------!').toBe('---a--------a--------a---');
      expectSubscriptions(slow.subscriptions).toBe([
        '^------!',
        '---------^------!',
        '------------------^------!',
      ]);
    });
  });

  it('does one round for all subscribers, and gives a late one the latest value', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const work = cold('       -(a|)');
      const rounds$ = polling({ period: 5, clock }, () => work);

      expectObservable(rounds$, '^----------!').toBe('-a-----a---');
      expectObservable(rounds$, '---^-------!').toBe('---a---a---');
      expectSubscriptions(work.subscriptions).toBe(['^!', '------^!']);
    });
  });

  it('stops with the last subscriber, and starts anew with the next one', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const work = cold('       --a-b|');
      const rounds$ = polling({ period: 10, clock }, () => work);

      expectObservable(rounds$, '^--!').toBe('--a');
      expectObservable(rounds$, '------^---------!').toBe('--------a-b');
      // The value of the first subscriber is forgotten, its round is cancelled.
      expectSubscriptions(work.subscriptions).toBe(['^--!', '------^----!']);
    });
  });

  it('waits for nothing once nobody is left', () => {
    const clock = new ManualClock();
    const work = jest.fn(() => [1]);
    const rounds$ = polling({ period: 1000, clock }, work);

    expect(work).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);

    const first = rounds$.subscribe();
    const second = rounds$.subscribe();

    expect(work).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(1);

    first.unsubscribe();
    clock.advance(2000);

    expect(work).toHaveBeenCalledTimes(3);

    second.unsubscribe();

    expect(clock.pending).toBe(0);

    clock.advance(60_000);

    expect(work).toHaveBeenCalledTimes(3);
  });

  it('is no faster or slower when the wall clock is set', () => {
    const clock = new ManualClock();
    const work = jest.fn(() => [1]);
    const subscription = polling({ period: 1000, clock }, work).subscribe();
    clock.jumpWall(86_400_000);
    clock.advance(999);

    expect(work).toHaveBeenCalledTimes(1);

    clock.jumpWall(-2 * 86_400_000);
    clock.advance(1);

    expect(work).toHaveBeenCalledTimes(2);

    subscription.unsubscribe();
  });

  it('leaves no timer when its only subscriber leaves at the first value', () => {
    const clock = new ManualClock();
    const seen: unknown[] = [];
    polling({ period: 1000, clock }, () => ['a', 'b'])
      .pipe(take(1))
      .subscribe((value) => seen.push(value));

    expect(seen).toEqual(['a']);
    expect(clock.pending).toBe(0);
  });

  it('passes on every value of a round, and takes promises for work', async () => {
    const clock = new ManualClock();
    const seen: unknown[] = [];
    let round = 0;
    const subscription = polling<unknown>({ period: 1000, clock }, () =>
      ++round === 1 ? Promise.resolve('a') : ['b', undefined],
    ).subscribe((value) => seen.push(value));
    await new Promise((resolve) => setTimeout(resolve));
    clock.advance(1000);

    expect(seen).toEqual(['a', 'b', undefined]);

    subscription.unsubscribe();
  });

  it('has no second round of work that never completes', () => {
    const clock = new ManualClock();
    const work = jest.fn(() => NEVER);
    const subscription = polling({ period: 1000, clock }, work).subscribe();
    clock.advance(60_000);

    expect(work).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);

    subscription.unsubscribe();
  });

  it('rests after a round without a value as well', () => {
    const clock = new ManualClock();
    const work = jest.fn(() => []);
    const subscription = polling({ period: 1000, clock }, work).subscribe();
    clock.advance(3000);

    expect(work).toHaveBeenCalledTimes(4);

    subscription.unsubscribe();
  });

  it('lets a subscriber leave and another come inside of a value', () => {
    const clock = new ManualClock();
    const work = new Subject<number>();
    const rounds$ = polling({ period: 1000, clock }, () => work);
    const seen: string[] = [];
    const join = () => rounds$.subscribe((value) => seen.push(`second ${value}`));
    const first = rounds$.subscribe((value) => {
      seen.push(`first ${value}`);
      join();
      first.unsubscribe();
    });
    work.next(1);
    work.next(2);

    expect(seen).toEqual(['first 1', 'second 1', 'second 2']);
  });

  describe('when a round fails', () => {
    const failing = (ways: readonly (() => Observable<string>)[]) => {
      let round = 0;
      return () => (ways[round++] ?? (() => NEVER))();
    };
    const bug = (): never => {
      throw new Error('thrown');
    };

    it('ends with the error where there is nobody to tell, and starts anew afterwards', () => {
      runMarbles(({ clock, cold, expectObservable }) => {
        const work = failing([() => cold('-(a|)'), () => cold('-#'), () => cold('-b')]);
        const rounds$ = polling({ period: 2, clock }, work);

        expectObservable(rounds$).toBe('       -a--#');
        expectObservable(rounds$, '------^-!').toBe('-------b');
      });
    });

    it('tells onError, rests and goes on', () => {
      runMarbles(({ clock, cold, expectObservable, flush }) => {
        const errors: unknown[] = [];
        const onError = (error: unknown) => errors.push(error);
        const work = failing([() => cold('-a-#'), bug, () => cold('-(b|)')]);

        expectObservable(polling({ period: 2, clock, onError }, work), '^--------!').toBe(
          '-a------b',
        );
        flush();

        expect(errors).toEqual(['error', new Error('thrown')]);
      });
    });

    it('takes work that throws for a round that failed', () => {
      runMarbles(({ clock, expectObservable }) => {
        expectObservable(polling({ period: 2, clock }, bug)).toBe('#', {}, new Error('thrown'));
      });
    });

    it('ends when onError throws, and leaves no timer', () => {
      const clock = new ManualClock();
      const errors: unknown[] = [];
      const work = jest.fn(() => throwError(() => new Error('down')));
      polling({ period: 1000, clock, onError: bug }, work).subscribe({
        error: (error: unknown) => errors.push(error),
      });
      clock.advance(5000);

      expect(errors).toEqual([new Error('thrown')]);
      expect(work).toHaveBeenCalledTimes(1);
      expect(clock.pending).toBe(0);
    });

    it('does not call onError for a round that was left', () => {
      const onError = jest.fn();
      const work = new Subject<never>();
      polling({ period: 1000, clock: new ManualClock(), onError }, () => work)
        .subscribe()
        .unsubscribe();
      work.error(new Error('too late'));

      expect(onError).not.toHaveBeenCalled();
      expect(work.observed).toBe(false);
    });
  });

  it.each([
    [0, 'PollingOptions.period is 0, but must be a number above 0.'],
    [-1, 'PollingOptions.period is -1, but must be a number above 0.'],
    [NaN, 'PollingOptions.period is NaN, but must be a number above 0.'],
    [Infinity, 'PollingOptions.period is Infinity, but must be a number above 0.'],
    [
      2_147_483_648,
      'PollingOptions.period is 2147483648, but must be at most 2147483647 (24 days).',
    ],
  ])('refuses a period of %p on the stream, and does no work', (period, message) => {
    const errors: unknown[] = [];
    const work = jest.fn(() => [1]);
    polling({ period, clock: new ManualClock() }, work).subscribe({
      error: (error: unknown) => errors.push(error),
    });

    expect(errors).toEqual([expect.any(InvalidOptionError)]);
    expect(errors).toEqual([expect.objectContaining({ message })]);
    expect(work).not.toHaveBeenCalled();
  });

  it('takes the longest period that a platform can wait', () => {
    const clock = new ManualClock();
    const work = jest.fn(() => [1]);
    const subscription = polling({ period: 2_147_483_647, clock }, work).subscribe();
    clock.advance(2_147_483_647);

    expect(work).toHaveBeenCalledTimes(2);

    subscription.unsubscribe();
  });
});
