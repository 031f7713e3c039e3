import { EMPTY, NEVER, Observable, Subject, concat, from, of, retry, take, throwError } from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import { SingleFlight } from './single-flight';

describe(SingleFlight.name, () => {
  it('lets callers of the same key join one load', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const flights = new SingleFlight<string, string>();
      const load = cold('--a--b|');
      const ask = () => flights.run('key', () => load);

      expectObservable(ask()).toBe('       --a--b|');
      expectObservable(ask(), '-^').toBe(' --a--b|');
      expectSubscriptions(load.subscriptions).toBe('^-----!');
    });
  });

  it('gives one who joins late all values so far, in order', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const flights = new SingleFlight<string, string>();
      const load = cold('ab-c-----d|');
      const ask = () => flights.run('key', () => load);

      expectObservable(ask()).toBe('ab-c-----d|');
      expectObservable(ask(), '----^').toBe(' ----(abc)d|');
      expectSubscriptions(load.subscriptions).toBe('^---------!');
    });
  });

  it('passes an error on to everybody who joined', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const flights = new SingleFlight<string, string>();
      const load = cold('-a-#');
      const ask = () => flights.run('key', () => load);

      expectObservable(ask()).toBe('      -a-#');
      expectObservable(ask(), '--^').toBe('--a#');
      expectSubscriptions(load.subscriptions).toBe('^--!');
    });
  });

  it('goes on when one leaves, and cancels the load when the last one leaves', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const flights = new SingleFlight<string, string>();
      const load = cold('--a--b--c|');
      const ask = () => flights.run('key', () => load);

      expectObservable(ask(), '^--!').toBe('   --a');
      expectObservable(ask(), '-^----!').toBe('--a--b');
      // A new load, since nobody was left.
      expectObservable(ask(), '-------^-------- ').toBe('---------a--b--c|');
      expectSubscriptions(load.subscriptions).toBe(['^-----!', '-------^--------!']);
      flush();

      expect(flights.size).toBe(0);
    });
  });

  it('starts a new load once one has ended, for it is no cache', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const flights = new SingleFlight<string, string>();
      const load = cold('-(a|)');
      const ask = () => flights.run('key', () => load);

      expectObservable(ask()).toBe('       -(a|)');
      expectObservable(ask(), '---^').toBe('----(a|)');
      expectSubscriptions(load.subscriptions).toBe(['^!', '---^!']);
    });
  });

  it('does nothing before somebody subscribes', () => {
    const flights = new SingleFlight<string, number>();
    const load = jest.fn(() => [1]);
    const answer = flights.run('key', load);

    expect(load).not.toHaveBeenCalled();
    expect(flights.size).toBe(0);

    answer.subscribe();

    expect(load).toHaveBeenCalledTimes(1);
  });

  it('counts the loads that are under way', () => {
    const flights = new SingleFlight<string, never>();
    const one = new Subject<never>();
    const first = flights.run('one', () => one).subscribe();
    const second = flights.run('two', () => NEVER).subscribe();
    flights
      .run('two', () => NEVER)
      .subscribe()
      .unsubscribe();

    expect(flights.size).toBe(2);

    one.complete();

    expect(flights.size).toBe(1);

    second.unsubscribe();

    expect(flights.size).toBe(0);
    expect(first.closed).toBe(true);
  });

  it.each([
    ['NaN', NaN, NaN, 1],
    ['zero of both signs', 0, -0, 1],
    ['undefined', undefined, undefined, 1],
    ['two objects of the same content', {}, {}, 2],
    ['a number and its text', 1, '1', 2],
    ['names of Object.prototype', '__proto__', 'constructor', 2],
  ])('compares keys as a Map does: %s', (_name, one, other, loads) => {
    const flights = new SingleFlight<unknown, never>();
    flights.run(one, () => NEVER).subscribe();
    flights.run(other, () => NEVER).subscribe();

    expect(flights.size).toBe(loads);
  });

  it('uses the load of whoever came first', () => {
    const flights = new SingleFlight<string, string>();
    const first = new Subject<string>();
    const unused = jest.fn(() => of('of the second'));
    const seen: string[] = [];
    flights.run('key', () => first).subscribe((value) => seen.push(value));
    flights.run('key', unused).subscribe((value) => seen.push(value));
    first.next('of the first');

    expect(seen).toEqual(['of the first', 'of the first']);
    expect(unused).not.toHaveBeenCalled();
  });

  it('serves a load that is synchronous, and one who leaves at its first value', () => {
    const flights = new SingleFlight<string, number>();
    const seen: number[] = [];
    flights.run('key', () => [1, 2, 3]).subscribe((value) => seen.push(value));
    flights
      .run('key', () => concat(of(4, 5), NEVER))
      .pipe(take(1))
      .subscribe((value) => seen.push(value));

    expect(seen).toEqual([1, 2, 3, 4]);
    expect(flights.size).toBe(0);
  });

  it('takes a promise for a load', async () => {
    const flights = new SingleFlight<string, string>();
    const load = jest.fn(() => Promise.resolve('a'));
    const answers = await Promise.all(
      [1, 2].map(() => new Promise((resolve) => flights.run('key', load).subscribe(resolve))),
    );

    expect(answers).toEqual(['a', 'a']);
    expect(load).toHaveBeenCalledTimes(1);
    expect(flights.size).toBe(0);
  });

  it('makes an error of the stream of what the load throws, and loads anew afterwards', () => {
    const flights = new SingleFlight<string, string>();
    const heard: unknown[] = [];
    const failing = (): never => {
      throw new Error('a bug in a load');
    };
    flights.run('key', failing).subscribe({ error: (error: unknown) => heard.push(error) });

    expect(heard).toEqual([new Error('a bug in a load')]);
    expect(flights.size).toBe(0);

    flights.run('key', () => of('a')).subscribe((value) => heard.push(value));

    expect(heard).toContain('a');
  });

  it('loads anew for each retry', () => {
    const flights = new SingleFlight<string, number>();
    let loads = 0;
    const seen: number[] = [];
    flights
      .run('key', () => (++loads < 3 ? throwError(() => new Error('down')) : of(loads)))
      .pipe(retry(5))
      .subscribe((value) => seen.push(value));

    expect(seen).toEqual([3]);
  });

  it.each(['complete', 'error'] as const)(
    'gives one who asks again inside of %s a new load',
    (end) => {
      const flights = new SingleFlight<string, number>();
      const loads: Subject<number>[] = [];
      const ask = () =>
        flights.run('key', () => {
          const load = new Subject<number>();
          loads.push(load);
          return load;
        });
      const seen: number[] = [];
      const again = () => ask().subscribe((value) => seen.push(value));
      ask().subscribe({ complete: again, error: again });
      ask().subscribe({ complete: again, error: again });
      if (end === 'complete') loads[0]?.complete();
      else loads[0]?.error(new Error('down'));

      expect(loads).toHaveLength(2);
      expect(flights.size).toBe(1);

      loads[1]?.next(7);

      // Both joined the new load.
      expect(seen).toEqual([7, 7]);
    },
  );

  it('lets one who asks inside of a value join, and hear that value', () => {
    const flights = new SingleFlight<string, number>();
    const load = new Subject<number>();
    const ask = () => flights.run('key', () => load);
    const seen: string[] = [];
    const join = () => ask().subscribe((value) => seen.push(`second ${value}`));
    const first = ask().subscribe((value) => {
      seen.push(`first ${value}`);
      if (value === 2) join();
    });
    load.next(1);
    load.next(2);
    first.unsubscribe();
    load.next(3);

    expect(seen).toEqual(['first 1', 'first 2', 'second 1', 'second 2', 'second 3']);
  });

  it('gives one who asks while a load is torn down a new load, which stays on the list', () => {
    const flights = new SingleFlight<string, string>();
    const seen: string[] = [];
    const torn = new Observable<string>(() => () => {
      flights.run('key', () => concat(of('new'), NEVER)).subscribe((value) => seen.push(value));
    });
    flights
      .run('key', () => torn)
      .subscribe()
      .unsubscribe();

    expect(seen).toEqual(['new']);
    expect(flights.size).toBe(1);
  });

  it('keeps loads of different keys apart', () => {
    const flights = new SingleFlight<string, string>();
    const seen: string[] = [];
    const failing = new Subject<string>();
    const other = new Subject<string>();
    flights.run('a', () => failing).subscribe({ error: () => seen.push('a failed') });
    flights.run('b', () => other).subscribe((value) => seen.push(value));
    failing.error(new Error('down'));
    other.next('b goes on');

    expect(seen).toEqual(['a failed', 'b goes on']);
    expect(flights.size).toBe(1);
  });

  it('serves many at once with one load and leaves nothing behind', () => {
    const flights = new SingleFlight<number, number>();
    const gate = new Subject<number>();
    let loads = 0;
    let done = 0;
    for (let i = 0; i < 300; i++) {
      flights
        .run(i % 3, () => {
          loads++;
          return gate;
        })
        .subscribe({ complete: () => done++ });
    }
    gate.complete();

    expect([loads, done, flights.size]).toEqual([3, 300, 0]);
  });

  it('completes without a value when the load does', () => {
    const flights = new SingleFlight<string, string>();
    const heard: string[] = [];
    const listen = (load: Observable<string>) =>
      flights
        .run('key', () => load)
        .subscribe({
          next: (value) => heard.push(value),
          complete: () => heard.push('end'),
        });
    listen(EMPTY);
    listen(from(['a']));

    expect(heard).toEqual(['end', 'a', 'end']);
  });
});
