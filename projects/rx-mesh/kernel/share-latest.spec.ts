import { Observable, Subject, of, take, throwError } from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import { shareLatest } from './share-latest';

describe(shareLatest.name, () => {
  it('shares one subscription, and gives a late subscriber the latest value at once', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  a--b--c--d|');
      const shared = source.pipe(shareLatest());
      const one = '         ^--------- ';
      const oneSees = '     a--b--c--d|';
      const late = '        ----^----- ';
      const lateSees = '    ----b-c--d|';

      expectObservable(shared, one).toBe(oneSees);
      expectObservable(shared, late).toBe(lateSees);
      expectSubscriptions(source.subscriptions).toBe('^---------!');
    });
  });

  it('leaves the source with the last subscriber, and forgets the value', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' a--b---- ');
      const shared = source.pipe(shareLatest());

      expectObservable(shared, '^----!').toBe(' a--b');
      expectObservable(shared, '--^-----!').toBe(' --ab');
      expectObservable(shared, '----------^---!').toBe(' ----------a--b');
      expectSubscriptions(source.subscriptions).toBe(['^-------!', '----------^---!']);
    });
  });

  it('keeps no timer alive on an endless source', () => {
    let live = 0;
    const source = new Observable<number>((subscriber) => {
      live++;
      subscriber.next(live);
      return () => live--;
    });
    const shared = source.pipe(shareLatest());
    const one = shared.subscribe();
    const other = shared.subscribe();
    one.unsubscribe();

    expect(live).toBe(1);

    other.unsubscribe();

    expect(live).toBe(0);
  });

  it('passes an error on to all, and starts anew for the next subscriber', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' a-#');
      const shared = source.pipe(shareLatest());

      expectObservable(shared).toBe('         a-#');
      expectObservable(shared, '-^').toBe('   -a#');
      expectObservable(shared, '----^').toBe('----a-#');
      expectSubscriptions(source.subscriptions).toBe(['^-!', '----^-!']);
    });
  });

  it('starts anew after the source has completed', () => {
    let rounds = 0;
    const shared = new Observable<number>((subscriber) => {
      subscriber.next(++rounds);
      subscriber.complete();
    }).pipe(shareLatest());
    const seen: number[] = [];
    shared.subscribe((value) => seen.push(value));
    shared.subscribe((value) => seen.push(value));

    expect(seen).toEqual([1, 2]);
  });

  it('subscribes to nothing before somebody subscribes', () => {
    let subscriptions = 0;
    const shared = new Observable<never>(() => {
      subscriptions++;
    }).pipe(shareLatest());

    expect(subscriptions).toBe(0);

    shared.subscribe();
    shared.subscribe();

    expect(subscriptions).toBe(1);
  });

  it('passes on all values of a synchronous source, also to one who leaves at the first', () => {
    const seen: number[] = [];
    of(1, 2, 3)
      .pipe(shareLatest())
      .subscribe((value) => seen.push(value));
    of(4, 5)
      .pipe(shareLatest(), take(1))
      .subscribe((value) => seen.push(value));

    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it.each([[undefined], [null], [0], ['']])(
    'gives a late subscriber %p like any value',
    (value) => {
      const source = new Subject<unknown>();
      const shared = source.pipe(shareLatest());
      shared.subscribe();
      source.next('earlier');
      source.next(value);
      const seen: unknown[] = [];
      shared.subscribe((latest) => seen.push(latest));

      expect(seen).toEqual([value]);
    },
  );

  it('gives each application of the operator its own subscription', () => {
    const seen: string[] = [];
    const operator = shareLatest<string>();
    of('a')
      .pipe(operator)
      .subscribe((value) => seen.push(value));
    throwError(() => new Error('b'))
      .pipe(operator)
      .subscribe({ error: (error: unknown) => seen.push(String(error)) });

    expect(seen).toEqual(['a', 'Error: b']);
  });
});
