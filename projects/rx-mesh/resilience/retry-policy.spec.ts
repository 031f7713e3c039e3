import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { constantBackoff, exponentialBackoff } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { Observable, defer, of, throwError } from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import { isTransientError } from './error-verdict';
import type { CallContext, PolicyEvent } from './policy';
import { CallTimeoutError, CircuitOpenError, RetriesExhaustedError } from './resilience-errors';
import { RETRY, type RetryOptions, retryPolicy } from './retry-policy';

const random = { next: () => 0.5 };
const call: CallContext = { name: 'orders' };
const down = new HttpErrorResponse({ status: 503, statusText: 'Service Unavailable' });
const missing = new HttpErrorResponse({ status: 404, statusText: 'Not Found' });
const exhausted = (...attempts: unknown[]) => new RetriesExhaustedError('orders', attempts);
const asking = (text: string) =>
  new HttpErrorResponse({ status: 503, headers: new HttpHeaders({ 'Retry-After': text }) });

/** Always the same short wait, that marbles can show. */
const WAIT_5 = { backoff: constantBackoff(5) };

/** One stream for each attempt. */
function attempts<T>(...streams: readonly Observable<T>[]): Observable<T> {
  let next = 0;
  return defer(() => streams[next++] ?? throwError(() => new Error('one attempt too many')));
}

/** Runs work that fails with each of the errors in turn, and tells when it ran and how it ended. */
function history(errors: readonly unknown[], options: RetryOptions, context: CallContext = call) {
  const clock = new ManualClock({ startAt: Date.UTC(2026, 0, 7, 12) });
  const startedAt: number[] = [];
  const ends: unknown[] = [];
  const work = defer(() => {
    startedAt.push(clock.monotonic());
    const error = errors[startedAt.length - 1];
    return error === undefined ? of('answer') : failing(error);
  });
  retryPolicy({ clock, random }, options)(work, context).subscribe({
    next: (value) => ends.push(value),
    error: (error: unknown) => ends.push(error),
  });
  clock.advance(200_000);
  return { startedAt, end: ends.at(-1), pending: clock.pending };
}

describe('retryPolicy', () => {
  it('passes a success on, and does nothing else', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b|');
      const result = retryPolicy({ clock, random })(source, call);

      expectObservable(result).toBe('-a-b|');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('runs failed work again after a wait in which nothing runs', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--#', undefined, down);
      const result = retryPolicy({ clock, random }, WAIT_5)(source, call);

      expectObservable(result).toBe('----------------#', undefined, exhausted(down, down, down));
      expectSubscriptions(source.subscriptions).toBe(['^-!', '-------^-!', '--------------^-!']);
    });
  });

  it('ends with the first attempt that succeeds', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const bad = cold('-#', undefined, down);
      const good = cold('-(a|)');
      const result = retryPolicy({ clock, random }, WAIT_5)(attempts(bad, good), call);

      expectObservable(result).toBe('-------(a|)');
      expectSubscriptions(bad.subscriptions).toBe('^!');
      expectSubscriptions(good.subscriptions).toBe('------^!');
    });
  });

  it('cannot take back what an attempt emitted before it failed', () => {
    runMarbles(({ clock, cold, expectObservable }) => {
      const work = attempts(cold('a-#', undefined, down), cold('a-(b|)'));

      expectObservable(retryPolicy({ clock, random }, WAIT_5)(work, call)).toBe('a------a-(b|)');
    });
  });

  it('does not count anew when an attempt emits before it fails', () => {
    const clock = new ManualClock();
    let runs = 0;
    const work = new Observable<string>((subscriber) => {
      runs++;
      subscriber.next('sent');
      subscriber.error(down);
    });
    retryPolicy({ clock, random }, WAIT_5)(work, call).subscribe({ error: () => undefined });
    clock.advance(1000);

    expect(runs).toBe(3);
  });

  it('stops when the subscriber leaves during an attempt', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-------a|');

      expectObservable(retryPolicy({ clock, random }, WAIT_5)(source, call), '^---!').toBe('-');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('stops when the subscriber leaves during a wait, and leaves no timer', () => {
    const clock = new ManualClock();
    let runs = 0;
    const work = defer(() => throwError(() => (runs++, down)));
    const subscription = retryPolicy({ clock, random }, WAIT_5)(work, call).subscribe();

    expect(clock.pending).toBe(1);

    subscription.unsubscribe();
    clock.advance(1000);

    expect([runs, clock.pending]).toEqual([1, 0]);
  });

  it('gives each subscriber all attempts', () => {
    runMarbles(({ clock, cold, expectObservable }) => {
      const result = retryPolicy({ clock, random }, { ...WAIT_5, retries: 1 })(
        cold('-#', undefined, down),
        call,
      );

      expectObservable(result, '^').toBe('-------#', undefined, exhausted(down, down));
      expectObservable(result, '--^').toBe('---------#', undefined, exhausted(down, down));
    });
  });

  it('does not grow the stack when work fails inside of subscribe', () => {
    const { end, startedAt } = history(Array(20_001).fill(down), {
      retries: 20_000,
      backoff: constantBackoff(0),
    });

    expect(startedAt).toHaveLength(20_001);
    expect((end as RetriesExhaustedError).attempts).toHaveLength(20_001);
  });

  describe('decides what is worth a new attempt', () => {
    it('not a failure that will not pass: it is the error as it is', () => {
      expect(history([missing], WAIT_5)).toEqual({ startedAt: [0], end: missing, pending: 0 });
    });

    it('nor one that follows failures which might have passed', () => {
      expect(history([down, missing], WAIT_5)).toMatchObject({ startedAt: [0, 5], end: missing });
    });

    it('not an open circuit', () => {
      const open = new CircuitOpenError('orders', 1);

      expect(history([open], WAIT_5)).toMatchObject({ startedAt: [0], end: open });
    });

    it('a slow attempt, but not the end of the whole time', () => {
      const slow = new CallTimeoutError('orders', 100, 'attempt');
      const over = new CallTimeoutError('orders', 100, 'call');

      expect(history([slow], WAIT_5)).toMatchObject({ startedAt: [0, 5], end: 'answer' });
      expect(history([over], WAIT_5)).toMatchObject({ startedAt: [0], end: over });
    });

    it('by a rule of the application', () => {
      const options = { ...WAIT_5, isRetryable: (error: unknown) => error === 'again' };

      expect(history(['again'], options)).toMatchObject({ startedAt: [0, 5], end: 'answer' });
      expect(history([down], options)).toMatchObject({ startedAt: [0], end: down });
    });

    it('never work that must not run twice', () => {
      const once = { ...call, idempotent: false };

      expect(history([down], WAIT_5, once)).toMatchObject({ startedAt: [0], end: down });
      expect(history([down], WAIT_5, { ...call, idempotent: true })).toMatchObject({
        end: 'answer',
      });
    });

    it('nothing at all with 0 retries', () => {
      const work = of('answer');
      const policy = retryPolicy({ clock: new ManualClock(), random }, { retries: 0 });

      expect(policy(work, call)).toBe(work);
      expect(history([down], { ...WAIT_5, retries: 0 })).toMatchObject({
        startedAt: [0],
        end: down,
      });
    });
  });

  describe('waits', () => {
    it('as long as the back-off says, which knows the attempt and the wait before', () => {
      const asked: unknown[] = [];
      const backoff = (attempt: number, _random: unknown, previous: number) => {
        asked.push([attempt, previous]);
        return 10 * (attempt + 1);
      };

      expect(history([down, down], { backoff }).startedAt).toEqual([0, 10, 30]);
      expect(asked).toEqual([
        [0, 0],
        [1, 10],
      ]);
    });

    it('spread by chance', () => {
      const backoff = exponentialBackoff({ initial: 100, jitter: 'full' });

      expect(history([down, down], { backoff }).startedAt).toEqual([0, 50, 150]);
    });

    it.each([
      ['20', 20_000],
      ['Wed, 07 Jan 2026 12:00:20 GMT', 20_000],
      ['0', 5],
      ['Wed, 07 Jan 2026 11:00:00 GMT', 5],
      ['no idea', 5],
    ])('no shorter than the server asks: %p', (text, wait) => {
      expect(history([asking(text)], WAIT_5).startedAt).toEqual([0, wait]);
    });

    it('no shorter than the back-off, when the server asks for less', () => {
      const backoff = constantBackoff(3000);

      expect(history([asking('1')], { backoff }).startedAt).toEqual([0, 3000]);
    });

    it.each(['61', '99999999999', 'Thu, 08 Jan 2026 12:00:00 GMT'])(
      'not at all when the server asks for more than is followed: %p',
      (text) => {
        const error = asking(text);

        expect(history([error], WAIT_5)).toEqual({ startedAt: [0], end: error, pending: 0 });
      },
    );

    it('as long as the server asks when that is followed', () => {
      const options = { ...WAIT_5, maxRetryAfter: 100_000 };

      expect(history([asking('100')], options).startedAt).toEqual([0, 100_000]);
      expect(history([asking('1')], { ...WAIT_5, maxRetryAfter: 0 }).startedAt).toEqual([0]);
    });

    it('as long as somebody else finds that it asks', () => {
      const retryAfter = (error: unknown): number | undefined => (error === down ? 700 : undefined);

      expect(history([down, asking('9')], { ...WAIT_5, retryAfter }).startedAt).toEqual([
        0, 700, 705,
      ]);
      expect(history([down], { retryAfter, maxRetryAfter: 699 }).startedAt).toEqual([0]);
      expect(history([down], { ...WAIT_5, retryAfter: () => -1 }).startedAt).toEqual([0, 5]);
    });

    it.each([-5, -Infinity])('not below zero: a back-off of %p', (wait) => {
      expect(history([down], { backoff: () => wait }).startedAt).toEqual([0, 0]);
    });

    it.each([NaN, Infinity, 2_147_483_648])(
      'not when the back-off says %p, which no timer can wait for',
      (wait) => {
        expect(history([down, down], { backoff: () => wait })).toEqual({
          startedAt: [0],
          end: down,
          pending: 0,
        });
      },
    );
  });

  describe('with a deadline', () => {
    const until = (deadline: number) => ({ ...call, deadline });

    it('does not put an attempt off to the deadline or beyond it', () => {
      const options = { backoff: constantBackoff(10), retries: 5 };
      const errors = [down, down, down, down];

      expect(history(errors, options, until(20))).toEqual({
        startedAt: [0, 10],
        end: exhausted(down, down),
        pending: 0,
      });
      expect(history(errors, options, until(21)).startedAt).toEqual([0, 10, 20]);
    });

    it('passes the only failure on as it is', () => {
      expect(history([down], WAIT_5, until(5))).toMatchObject({ startedAt: [0], end: down });
    });

    it('does not wait for a server that asks for more than is left', () => {
      const error = asking('20');

      expect(history([error], WAIT_5, until(10_000)).end).toBe(error);
    });
  });

  it('tells what it puts off, before the wait', () => {
    const clock = new ManualClock();
    const events: PolicyEvent[] = [];
    const context = { ...call, observe: (event: PolicyEvent) => events.push(event) };
    retryPolicy({ clock, random }, WAIT_5)(
      throwError(() => down),
      context,
    ).subscribe({ error: () => undefined });
    const first = { type: 'retry-scheduled', attempt: 1, delay: 5, error: down };

    expect(events).toEqual([first]);

    clock.advance(1000);

    expect(events).toEqual([first, { ...first, attempt: 2 }]);
  });

  it.each<[string, RetryOptions, Partial<CallContext>]>([
    ['isRetryable', { isRetryable: throwing }, {}],
    ['backoff', { backoff: throwing }, {}],
    ['retryAfter', { retryAfter: throwing }, {}],
    ['observe', {}, { observe: throwing }],
  ])('fails with what %s throws, and leaves no timer', (_callback, options, context) => {
    expect(history([down], options, { ...call, ...context })).toEqual({
      startedAt: [0],
      end: new Error('a bug of the application'),
      pending: 0,
    });
  });

  it('has the documented defaults', () => {
    expect(RETRY.defaults).toMatchObject({
      retries: 2,
      isRetryable: isTransientError,
      maxRetryAfter: 60_000,
    });
    // Half of 200 and of 400: full jitter.
    expect(history([down, down], {}).startedAt).toEqual([0, 100, 300]);
  });

  it.each<[RetryOptions, string]>([
    [{ retries: -1 }, 'retries is -1, but must be a whole number of at least 0.'],
    [{ retries: 1.5 }, 'retries is 1.5, but must be a whole number of at least 0.'],
    [{ retries: NaN }, 'retries is NaN, but must be a whole number of at least 0.'],
    [{ retries: Infinity }, 'retries is Infinity, but must be a whole number of at least 0.'],
    [{ maxRetryAfter: -1 }, 'maxRetryAfter is -1, but must be a number of at least 0.'],
    [{ maxRetryAfter: NaN }, 'maxRetryAfter is NaN, but must be a number of at least 0.'],
  ])('refuses %p', (options, message) => {
    const ports = { clock: new ManualClock(), random };

    expect(() => retryPolicy(ports, options)).toThrow(`RetryOptions.${message}`);
  });
});

function failing(error: unknown): Observable<never> {
  return new Observable((subscriber) => subscriber.error(error));
}

function throwing(): never {
  throw new Error('a bug of the application');
}
