import { type Clock, type RandomSource } from 'rx-mesh/kernel';
import { EMPTY, Observable, concat, defer, ignoreElements, of, repeat, timer } from 'rxjs';

/** Something that lasts while it is subscribed: it begins, goes on, and is undone. */
export function lasting(begin: () => () => void, going$: Observable<string>): Observable<string> {
  return new Observable((subscriber) => {
    const undo = begin();
    const going = going$.subscribe(subscriber);
    return () => {
      going.unsubscribe();
      undo();
    };
  });
}

/** Turn after turn, each of them as long as it says. */
export function turns(
  clock: Clock,
  turn: () => { readonly text: string; readonly wait: number },
): Observable<string> {
  return defer(() => {
    const { text, wait } = turn();
    return concat(of(text), pause(clock, wait));
  }).pipe(repeat());
}

/** Some time, in milliseconds. */
export function pause(clock: Clock, wait: number): Observable<never> {
  return wait > 0 ? timer(wait, clock.scheduler).pipe(ignoreElements()) : EMPTY;
}

/** A number that chance gives. */
export function between(random: RandomSource, least: number, most: number): number {
  return least + random.next() * (most - least);
}

/** In an order that chance gives. */
export function shuffled<T>(items: readonly T[], random: RandomSource): readonly T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
