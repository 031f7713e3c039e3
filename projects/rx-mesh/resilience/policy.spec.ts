import { ManualClock } from 'rx-mesh/testing';
import { Observable, defer, of } from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import { CircuitBreaker } from './circuit-breaker';
import { circuitBreakerPolicy } from './circuit-breaker-policy';
import { composePolicies } from './compose-policies';
import { type CallContext, type ResiliencePolicy, resilient } from './policy';
import { CallTimeoutError, RetriesExhaustedError } from './resilience-errors';
import { retryPolicy } from './retry-policy';
import { timeoutPolicy } from './timeout-policy';

const random = { next: () => 0.5 };

/** Notes when a subscription goes in and out. */
function noting(log: string[], name: string): ResiliencePolicy {
  return <T>(source: Observable<T>) =>
    new Observable<T>((subscriber) => {
      log.push(`in ${name}`);
      subscriber.add(() => log.push(`out ${name}`));
      return source.subscribe(subscriber);
    });
}

describe('composePolicies', () => {
  it('puts the first policy outermost', () => {
    const log: string[] = [];
    const policy = composePolicies(noting(log, 'a'), noting(log, 'b'), noting(log, 'c'));
    const work = defer(() => {
      log.push('work');
      return of(1);
    });
    policy(work, { name: 'orders' }).subscribe();

    expect(log.slice(0, 4)).toEqual(['in a', 'in b', 'in c', 'work']);
    expect(log.slice(4).sort()).toEqual(['out a', 'out b', 'out c']);
  });

  it('is the work itself without a policy', () => {
    const work = of(1);

    expect(composePolicies()(work, { name: 'orders' })).toBe(work);
  });

  it('composes what was composed', () => {
    const log: string[] = [];
    const inner = composePolicies(noting(log, 'b'), noting(log, 'c'));
    const policy = composePolicies(noting(log, 'a'), inner);
    policy(of(1), { name: 'orders' }).subscribe();

    expect(log.slice(0, 3)).toEqual(['in a', 'in b', 'in c']);
  });

  it('hands the same call to every policy', () => {
    const seen: CallContext[] = [];
    const looking: ResiliencePolicy = (source, context) => {
      seen.push(context);
      return source;
    };
    const context = { name: 'orders' };
    composePolicies(looking, looking)(of(1), context).subscribe();

    expect(seen).toEqual([context, context]);
    expect(seen[0]).toBe(context);
  });

  it('makes one policy of retry, breaker and time-out, in their documented order', () => {
    runMarbles(({ clock, cold, expectObservable, expectSubscriptions }) => {
      const breaker = new CircuitBreaker('orders', { clock, random }, { consecutiveFailures: 2 });
      const policy = composePolicies(
        retryPolicy({ clock, random }, { retries: 3, backoff: () => 5 }),
        circuitBreakerPolicy(breaker),
        timeoutPolicy({ clock }, { limit: 3 }),
      );
      const hung = cold('-----------------a|');
      const result = hung.pipe(resilient(policy, 'orders'));

      // The second time-out opens the circuit; the third attempt is turned away, and no other is made.
      expectObservable(result).toBe(
        '----------------#',
        undefined,
        expect.objectContaining({ code: 'RXM201' }),
      );
      expectSubscriptions(hung.subscriptions).toBe(['^--!', '--------^--!']);
    });
  });

  it('gives the attempts to whoever asks why, when all of them were too slow', () => {
    runMarbles(({ clock, cold, expectObservable }) => {
      const policy = composePolicies(
        retryPolicy({ clock, random }, { retries: 1, backoff: () => 5 }),
        timeoutPolicy({ clock }, { limit: 3 }),
      );
      const slow = new CallTimeoutError('orders', 3, 'attempt');

      expectObservable(cold('-').pipe(resilient(policy, 'orders'))).toBe(
        '-----------#',
        undefined,
        new RetriesExhaustedError('orders', [slow, slow]),
      );
    });
  });

  it('gives everything back when the subscriber leaves', () => {
    const clock = new ManualClock();
    const breaker = new CircuitBreaker('orders', { clock, random });
    const policy = composePolicies(
      timeoutPolicy({ clock }, { limit: 1000, scope: 'call' }),
      retryPolicy({ clock, random }),
      circuitBreakerPolicy(breaker),
      timeoutPolicy({ clock }),
    );
    const settled: string[] = [];
    breaker.events$.subscribe((event) => settled.push(event.type));
    let running = 0;
    const work = new Observable<never>(() => {
      running++;
      return () => running--;
    });
    const subscription = work.pipe(resilient(policy, 'orders')).subscribe();

    expect([running, clock.pending]).toEqual([1, 2]);

    subscription.unsubscribe();

    expect([running, clock.pending, settled]).toEqual([0, 0, ['settled']]);
  });
});

describe('resilient', () => {
  it('takes a name for a call of which nothing else is known', () => {
    const seen: CallContext[] = [];
    const looking: ResiliencePolicy = (source, context) => {
      seen.push(context);
      return source;
    };
    const context = { name: 'orders', idempotent: false };
    of(1).pipe(resilient(looking, 'orders')).subscribe();
    of(1).pipe(resilient(looking, context)).subscribe();

    expect(seen).toEqual([{ name: 'orders' }, context]);
  });

  it('keeps the type and the order of the values', () => {
    const same: ResiliencePolicy = (source) => source;
    const letters: string[] = [];
    of('a', 'b')
      .pipe(resilient(same, 'letters'))
      .subscribe((letter) => letters.push(letter));

    expect(letters).toEqual(['a', 'b']);
  });

  it('puts the policy on for each subscriber, not before', () => {
    let times = 0;
    const counting: ResiliencePolicy = (source) => {
      times++;
      return source;
    };
    const guarded = of(1).pipe(resilient(counting, 'orders'));

    expect(times).toBe(0);

    guarded.subscribe();
    guarded.subscribe();

    expect(times).toBe(2);
  });

  it('makes an error of the stream of a policy that throws', () => {
    const errors: unknown[] = [];
    const broken: ResiliencePolicy = () => {
      throw new Error('a bug in a policy');
    };
    of(1)
      .pipe(resilient(broken, 'orders'))
      .subscribe({ error: (error: unknown) => errors.push(error) });

    expect(errors).toEqual([new Error('a bug in a policy')]);
  });

  it('passes an error that is no Error on as it is', () => {
    const errors: unknown[] = [];
    const policy = composePolicies(retryPolicy({ clock: new ManualClock(), random }));
    new Observable((subscriber) => subscriber.error(undefined))
      .pipe(resilient(policy, 'orders'))
      .subscribe({ error: (error: unknown) => errors.push(error) });

    expect(errors).toEqual([undefined]);
  });
});
