import { type Observable, type OperatorFunction, concatMap, defer, filter, finalize } from 'rxjs';

/**
 * Does the work of one value after the other, as `concatMap`, but keeps no more than some of them waiting: what comes while
 * it is that many is dropped.
 *
 * @param most How many may wait or be under way.
 * @param dropped Is told how many were dropped, once half of those that waited are done, or at the end.
 */
export function inTurn<T, R>(
  work: (value: T) => Observable<R>,
  most: number,
  dropped: (count: number) => void,
): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      let [waiting, lost] = [0, 0];
      const tell = (): void => {
        if (lost > 0) dropped(lost);
        lost = 0;
      };
      return source.pipe(
        filter(() => {
          const isTaken = waiting < most;
          if (isTaken) waiting++;
          else lost++;
          return isTaken;
        }),
        concatMap((value) =>
          work(value).pipe(
            finalize(() => {
              waiting--;
              if (waiting <= most / 2) tell();
            }),
          ),
        ),
        finalize(tell),
      );
    });
}
