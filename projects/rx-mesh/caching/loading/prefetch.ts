import { EMPTY, type Observable, catchError, concat, defer, from, mergeMap, of, tap } from 'rxjs';
import type { CacheOptionValues } from '../cache-options';
import type { LoadFactory } from './load-context';
import type { ReadThrough } from './read-through';

/** What became of the keys of a prefetch. Keys that were asked for after the end of the cache are in none of the counts. */
export interface PrefetchReport {
  /** How many the factory has loaded. */
  readonly loaded: number;
  /** How many were there, or were brought by somebody else. */
  readonly hit: number;
  /** How many failed. */
  readonly failed: number;
}

/**
 * Loads keys before somebody needs them, some at a time. One that fails does not stop the others. Emits once, at the end.
 *
 * @param keys What to load; one that is there twice is loaded once.
 * @param factory Loads one: its key is in the context.
 * @param concurrency How many at a time. @default 3
 * @usageNotes
 * ```ts
 * prefetch(loader, ['user:1', 'user:2'], ({ key }) => fetchUser(key), CACHE.defaults);
 * ```
 */
export function prefetch<T>(
  loader: ReadThrough,
  keys: Iterable<string>,
  factory: LoadFactory<T>,
  options: CacheOptionValues,
  concurrency = 3,
): Observable<PrefetchReport> {
  return defer(() => {
    const report = { loaded: 0, hit: 0, failed: 0 };
    const loads$ = from(new Set(keys)).pipe(
      mergeMap((key) => {
        let outcome: keyof PrefetchReport = 'hit';
        const told: LoadFactory<T> = (context) =>
          defer(() => factory(context)).pipe(tap(() => (outcome = 'loaded')));
        return loader.load(key, told, options).pipe(
          mergeMap(() => {
            report[outcome]++;
            return EMPTY;
          }),
          catchError(() => {
            report.failed++;
            return EMPTY;
          }),
        );
      }, concurrency),
    );
    return concat(loads$, of(report));
  });
}
