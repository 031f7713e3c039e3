import { ManualClock } from 'rx-mesh/testing';
import { EMPTY, NEVER, Observable, catchError, concat, finalize, of, take } from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import { CallTimeoutError } from './resilience-errors';
import { TIMEOUT, type TimeoutOptions, timeoutPolicy } from './timeout-policy';

const call = { name: 'orders' };
const attempt = (limit: number) => new CallTimeoutError('orders', limit, 'attempt');

describe('timeoutPolicy', () => {
  it('lets through what ends in time, and waits no longer', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a-b|');
      const result = timeoutPolicy({ clock }, { limit: 10 })(source, call);

      expectObservable(result).toBe('--a-b|');
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });
  });

  it('passes an error on as it is', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a-#', undefined, 'not found');
      const result = timeoutPolicy({ clock }, { limit: 10 })(source, call);

      expectObservable(result).toBe('--a-#', undefined, 'not found');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('ends and cancels what takes too long', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--------------a|');
      const result = timeoutPolicy({ clock }, { limit: 10 })(source, call);

      expectObservable(result).toBe('----------#', undefined, attempt(10));
      expectSubscriptions(source.subscriptions).toBe('^---------!');
    });
  });

  it('limits the whole, however lively the source is in between', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-c-d-e-f-g-|');
      const result = timeoutPolicy({ clock }, { limit: 6 })(source, call);

      expectObservable(result).toBe('-a-b-c#', undefined, attempt(6));
      expectSubscriptions(source.subscriptions).toBe('^-----!');
    });
  });

  it('cuts off an answer that comes just when the time is over', () => {
    runMarbles(({ clock, cold, expectObservable }) => {
      const result = timeoutPolicy({ clock }, { limit: 5 })(cold('-----(a|)'), call);

      expectObservable(result).toBe('-----#', undefined, attempt(5));
    });
  });

  it('cancels the source when the subscriber leaves', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a-------b');
      const result = timeoutPolicy({ clock }, { limit: 10 })(source, call);

      expectObservable(result, '^---!').toBe('--a--');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('gives each subscriber the whole limit', () => {
    runMarbles(({ clock, cold, expectObservable }) => {
      const result = timeoutPolicy({ clock }, { limit: 5 })(cold('---a|'), call);

      expectObservable(result, '^').toBe('---a|');
      expectObservable(result, '---^').toBe('------a|');
    });
  });

  it.each([
    ['completes', of(1, 2)],
    ['is empty', EMPTY],
    ['is left', concat(of(1), NEVER).pipe(take(1))],
  ])('leaves no timer when the source %s at once', (_how, source) => {
    const clock = new ManualClock();
    const ended = jest.fn();
    timeoutPolicy({ clock }, { limit: 10 })(source, call).subscribe({ complete: ended });

    expect(ended).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer when the subscriber leaves or the time is over', () => {
    const clock = new ManualClock();
    const limited = timeoutPolicy({ clock }, { limit: 10 })(NEVER, call);
    limited.subscribe().unsubscribe();

    expect(clock.pending).toBe(0);

    const failed = jest.fn();
    limited.subscribe({ error: failed });
    clock.advance(10);

    expect(failed).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
  });

  it('stops a source that emits for ever inside of subscribe, once nobody wants more', () => {
    const clock = new ManualClock();
    let emitted = 0;
    const source = new Observable<number>((subscriber) => {
      while (!subscriber.closed && emitted < 100) subscriber.next(emitted++);
    });
    timeoutPolicy({ clock }, { limit: 10 })(source, call).pipe(take(2)).subscribe();

    expect(emitted).toBe(2);
  });

  it('has cancelled the source by the time that anybody hears of the error', () => {
    const clock = new ManualClock();
    const order: string[] = [];
    const source = NEVER.pipe(finalize(() => order.push('cancelled')));
    timeoutPolicy({ clock }, { limit: 10 })(source, call)
      .pipe(
        catchError((error: unknown) => {
          order.push(error instanceof CallTimeoutError ? 'told' : 'wrong');
          return of('stand-in');
        }),
      )
      .subscribe((value) => order.push(value));
    clock.advance(10);

    expect(order).toEqual(['cancelled', 'told', 'stand-in']);
  });

  it('says whether the limit was for an attempt or for the whole call', () => {
    runMarbles(({ clock, cold, expectObservable }) => {
      const result = timeoutPolicy({ clock }, { limit: 3, scope: 'call' })(cold('-'), call);

      expectObservable(result).toBe('---#', undefined, new CallTimeoutError('orders', 3, 'call'));
    });
  });

  it('has the documented defaults', () => {
    expect(TIMEOUT.defaults).toEqual({ limit: 5000, scope: 'attempt' });

    runMarbles(({ clock, cold, expectObservable }) => {
      expectObservable(timeoutPolicy({ clock })(cold('-'), call)).toBe(
        '5s #',
        undefined,
        attempt(5000),
      );
    });
  });

  it.each<[TimeoutOptions, string]>([
    [{ limit: 0 }, 'TimeoutOptions.limit is 0, but must be a number above 0.'],
    [{ limit: -1 }, 'TimeoutOptions.limit is -1, but must be a number above 0.'],
    [{ limit: NaN }, 'TimeoutOptions.limit is NaN, but must be a number above 0.'],
    [{ limit: Infinity }, 'TimeoutOptions.limit is Infinity, but must be a number above 0.'],
    [
      { limit: 2_147_483_648 },
      'TimeoutOptions.limit is 2147483648, but must be at most 2147483647 (24 days).',
    ],
  ])('refuses %p', (options, message) => {
    expect(() => timeoutPolicy({ clock: new ManualClock() }, options)).toThrow(message);
  });
});
