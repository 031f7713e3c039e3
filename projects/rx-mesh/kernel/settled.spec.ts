import {
  EMPTY,
  NEVER,
  Observable,
  Subject,
  type Subscription,
  concat,
  of,
  take,
  throwError,
} from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import { type SettledCallbacks, tapSettled } from './settled';

const listTo = <T>(heard: string[], isFinal?: (value: T) => boolean): SettledCallbacks<T> => ({
  success: (last) => heard.push(`success ${String(last)}`),
  failure: (error) => heard.push(`failure ${String(error)}`),
  cancelled: () => heard.push('cancelled'),
  isFinal,
});

/** How one subscription ended, which is everything that the callbacks told. */
const outcomeOf = <T>(
  source: Observable<T>,
  { isFinal, then }: { isFinal?: (value: T) => boolean; then?: (left: Subscription) => void } = {},
): string[] => {
  const heard: string[] = [];
  const subscription = source
    .pipe(tapSettled(listTo(heard, isFinal)))
    .subscribe({ error: () => undefined });
  then?.(subscription);
  return heard;
};

const down = new Error('down');
const leave = (subscription: Subscription) => subscription.unsubscribe();
const bug = (): never => {
  throw new Error('a bug in telemetry');
};

describe(tapSettled.name, () => {
  it('changes nothing of the stream and subscribes once', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const completing = cold('-a-b-|');
      const failing = cold('   -a-#');
      const endless = cold('   -a-b-c-d');

      expectObservable(completing.pipe(tapSettled({}))).toBe('-a-b-|');
      expectObservable(failing.pipe(tapSettled({}))).toBe('-a-#');
      expectObservable(endless.pipe(tapSettled({})), '^---!').toBe('-a-b');
      expectSubscriptions(completing.subscriptions).toBe('^----!');
      expectSubscriptions(failing.subscriptions).toBe('^--!');
      expectSubscriptions(endless.subscriptions).toBe('^---!');
    });
  });

  it('tells the end at the time at which it comes', () => {
    runMarbles(({ cold, scheduler, expectObservable, flush }) => {
      const heard: string[] = [];
      const at = (name: string) => () => heard.push(`${name} ${scheduler.now()}`);
      const told = tapSettled<string>({
        success: at('success'),
        failure: at('failure'),
        cancelled: at('cancelled'),
      });
      expectObservable(cold('--a-|').pipe(told)).toBe('--a-|');
      expectObservable(cold('--a--#').pipe(told)).toBe('--a--#');
      expectObservable(cold('--a------').pipe(told), '^-----!').toBe('--a');
      expectObservable(cold('--a-b-').pipe(told, take(1))).toBe('--(a|)');
      flush();

      expect(heard).toEqual(['cancelled 2', 'success 4', 'failure 5', 'cancelled 6']);
    });
  });

  it('calls exactly one callback, whatever the end', () => {
    expect(outcomeOf(of('a', 'b'), { then: leave })).toEqual(['success b']);
    expect(outcomeOf(EMPTY, { then: leave })).toEqual(['success undefined']);
    expect(outcomeOf(throwError(() => down))).toEqual(['failure Error: down']);
    expect(outcomeOf(concat(of('a'), NEVER), { then: leave })).toEqual(['cancelled']);
    expect(outcomeOf(NEVER)).toEqual([]);
  });

  it('needs none of the callbacks', () => {
    const seen: unknown[] = [];
    const listen = (source: Observable<unknown>) =>
      source.pipe(tapSettled({})).subscribe({
        next: (value) => seen.push(value),
        error: (error: unknown) => seen.push(error),
        complete: () => seen.push('end'),
      });
    listen(of(1));
    listen(throwError(() => down));
    listen(NEVER).unsubscribe();

    expect(seen).toEqual([1, 'end', down]);
  });

  describe('with isFinal', () => {
    const isFinal = (value: string) => value === 'answer';

    it('takes the final value for success, and nothing that comes after', () => {
      const after = (rest: Observable<string>) => concat(of('progress', 'answer'), rest);

      expect(outcomeOf(after(EMPTY), { isFinal })).toEqual(['success answer']);
      expect(outcomeOf(after(throwError(() => down)), { isFinal })).toEqual(['success answer']);
      expect(outcomeOf(after(NEVER), { isFinal, then: leave })).toEqual(['success answer']);
      expect(outcomeOf(after(of('answer')), { isFinal })).toEqual(['success answer']);
    });

    it('takes one who leaves at the answer for served, and one who leaves before for gone', () => {
      const source = of('progress', 'answer', 'more');
      const heard: string[] = [];
      const told = tapSettled(listTo(heard, isFinal));
      source.pipe(told, take(2)).subscribe();
      source.pipe(told, take(1)).subscribe();

      expect(heard).toEqual(['success answer', 'cancelled']);
    });

    it('is asked no more once the answer is there', () => {
      const asked: string[] = [];
      outcomeOf(of('progress', 'answer', 'more'), {
        isFinal: (value) => {
          asked.push(value);
          return isFinal(value);
        },
      });

      expect(asked).toEqual(['progress', 'answer']);
    });

    it('tells nothing twice when there is nobody for success', () => {
      const heard: string[] = [];
      const callbacks = { ...listTo<string>(heard, isFinal), success: undefined };
      concat(of('answer'), NEVER).pipe(tapSettled(callbacks)).subscribe().unsubscribe();

      expect(heard).toEqual([]);
    });
  });

  it('tells before the subscriber hears of it', () => {
    const heard: string[] = [];
    const listen = (source: Observable<string>) =>
      source.pipe(tapSettled(listTo(heard, (value) => value === 'answer'))).subscribe({
        next: (value) => heard.push(`hears ${value}`),
        error: () => heard.push('hears the error'),
        complete: () => heard.push('hears the end'),
      });
    listen(of('a'));
    listen(of('answer'));
    listen(throwError(() => down));

    expect(heard).toEqual([
      ...['hears a', 'success a', 'hears the end'],
      ...['success answer', 'hears answer', 'hears the end'],
      ...['failure Error: down', 'hears the error'],
    ]);
  });

  it('tells that somebody left before the source is torn down, even when that throws', () => {
    const heard: string[] = [];
    const source = new Observable<never>(() => () => {
      heard.push('torn down');
      throw new Error('a bug in a teardown');
    });
    const subscription = source.pipe(tapSettled(listTo(heard))).subscribe();

    expect(() => subscription.unsubscribe()).toThrow('a bug in a teardown');
    expect(heard).toEqual(['cancelled', 'torn down']);
  });

  it('tells of one who leaves while the source still emits inside of subscribe', () => {
    const heard: string[] = [];
    const source = new Observable<number>((subscriber) => {
      for (let i = 1; !subscriber.closed && i < 1000; i++) subscriber.next(i);
      heard.push('source is through');
      subscriber.complete();
    });
    source
      .pipe(tapSettled(listTo(heard)), take(3))
      .subscribe((value) => heard.push(`hears ${value}`));

    expect(heard).toEqual(['hears 1', 'hears 2', 'hears 3', 'cancelled', 'source is through']);
  });

  it('keeps the state of each subscription apart', () => {
    const heard: string[] = [];
    const source = new Subject<string>();
    const told = source.pipe(tapSettled(listTo(heard)));
    const first = told.subscribe();
    source.next('a');
    told.subscribe();
    first.unsubscribe();
    source.next('b');
    told.subscribe();

    expect(heard).toEqual(['cancelled']);

    source.complete();
    told.subscribe();

    expect(heard).toEqual(['cancelled', 'success b', 'success undefined', 'success undefined']);
  });

  it.each(['success', 'failure', 'isFinal'] as const)(
    'tells once when the subscriber leaves inside of %s',
    (place) => {
      const heard: string[] = [];
      const source = new Subject<string>();
      const record = listTo<string>(heard);
      const leaving =
        <A extends unknown[], R>(callback: (...args: A) => R) =>
        (...args: A): R => {
          subscription.unsubscribe();
          return callback(...args);
        };
      const callbacks: SettledCallbacks<string> = {
        ...record,
        ...(place === 'success' && { success: leaving((last) => record.success?.(last)) }),
        ...(place === 'failure' && { failure: leaving((error) => record.failure?.(error)) }),
        ...(place === 'isFinal' && { isFinal: leaving(() => true) }),
      };
      const subscription = source.pipe(tapSettled(callbacks)).subscribe({
        next: (value) => heard.push(`hears ${value}`),
        error: () => heard.push('hears the error'),
        complete: () => heard.push('hears the end'),
      });
      if (place === 'isFinal') source.next('a');
      else if (place === 'failure') source.error(down);
      else source.complete();

      const told = {
        success: 'success undefined',
        failure: 'failure Error: down',
        isFinal: 'cancelled',
      };

      expect(heard).toEqual([told[place]]);
      expect(source.observed).toBe(false);
    },
  );

  describe('when a callback throws', () => {
    // What is thrown in a microtask would end the test run; here it is collected.
    const uncaught = async (work: () => void): Promise<unknown[]> => {
      const caught: unknown[] = [];
      const queue = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
        void Promise.resolve()
          .then(task)
          .catch((error: unknown) => caught.push(error));
      });
      work();

      expect(caught).toEqual([]);

      await new Promise((resolve) => setTimeout(resolve));
      queue.mockRestore();
      return caught;
    };

    const through = (source: Observable<string>, callbacks: SettledCallbacks<string>): string[] => {
      const seen: string[] = [];
      source.pipe(tapSettled(callbacks)).subscribe({
        next: (value) => seen.push(value),
        error: (error: unknown) => seen.push(`error ${String(error)}`),
        complete: () => seen.push('end'),
      });
      return seen;
    };

    it('goes on after success, and rethrows outside of the stream', async () => {
      let seen: string[] = [];
      const thrown = await uncaught(() => (seen = through(of('a', 'b'), { success: bug })));

      expect(seen).toEqual(['a', 'b', 'end']);
      expect(thrown).toEqual([new Error('a bug in telemetry')]);
    });

    it('passes the error of the source on, not that of failure', async () => {
      let seen: string[] = [];
      const thrown = await uncaught(
        () =>
          (seen = through(
            throwError(() => down),
            { failure: bug },
          )),
      );

      expect(seen).toEqual(['error Error: down']);
      expect(thrown).toEqual([new Error('a bug in telemetry')]);
    });

    it('tears the source down after cancelled', async () => {
      const source = new Subject<string>();
      const thrown = await uncaught(() =>
        source
          .pipe(tapSettled({ cancelled: bug }))
          .subscribe()
          .unsubscribe(),
      );

      expect(source.observed).toBe(false);
      expect(thrown).toEqual([new Error('a bug in telemetry')]);
    });

    it('takes a value for not final when isFinal throws, and still tells of the end', async () => {
      let seen: string[] = [];
      const heard: string[] = [];
      const thrown = await uncaught(
        () => (seen = through(of('a', 'b'), listTo<string>(heard, bug))),
      );

      expect(seen).toEqual(['a', 'b', 'end']);
      expect(heard).toEqual(['success b']);
      expect(thrown).toHaveLength(2);
    });

    it('calls it once all the same', async () => {
      const success = jest.fn(bug);
      const cancelled = jest.fn();
      await uncaught(() => {
        concat(of('a'), NEVER)
          .pipe(tapSettled({ success, cancelled, isFinal: () => true }))
          .subscribe()
          .unsubscribe();
      });

      expect(success).toHaveBeenCalledTimes(1);
      expect(cancelled).not.toHaveBeenCalled();
    });
  });
});
