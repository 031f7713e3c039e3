import { Injectable, inject, signal } from '@angular/core';
import { DistributedCachingService } from 'rx-mesh/caching';
import { CLOCK } from 'rx-mesh/kernel';
import { type Observable, catchError, concat, defer, finalize, forkJoin, of, tap } from 'rxjs';
import { RUSH_KEY } from './goods';
import { KEPT } from './kept';
import { ProductSource } from './product-source';

/** Many who asked for one key at once. */
export interface Rush {
  readonly asked: number;
  readonly answered: number;
  /** How often the source was asked. */
  readonly loaded: number;
  /** In milliseconds. */
  readonly took: number;
}

/** How many ask at once. */
export const RUSH = 100;

/** A hundred who ask for a key that nobody has. */
@Injectable()
export class Stampede {
  private readonly cache = inject(DistributedCachingService);
  private readonly source = inject(ProductSource);
  private readonly clock = inject(CLOCK);
  readonly #last = signal<Rush | undefined>(undefined);
  readonly #running = signal(false);

  /** The last one. */
  readonly last = this.#last.asReadonly();
  /** Whether there is one under way. */
  readonly running = this.#running.asReadonly();

  /** Has them ask. Never fails: who was not answered is counted. */
  run(): Observable<unknown> {
    return defer(() => {
      this.#running.set(true);
      return concat(
        this.cache.delete(RUSH_KEY),
        defer(() => this.asking()),
      ).pipe(finalize(() => this.#running.set(false)));
    });
  }

  private asking(): Observable<unknown> {
    const began = this.clock.monotonic();
    let loaded = 0;
    const one$ = this.cache
      .get(RUSH_KEY, () => ((loaded += 1), this.source.bestSellers()), KEPT)
      .pipe(catchError(() => of(undefined)));
    return forkJoin(Array.from({ length: RUSH }, () => one$)).pipe(
      tap((answers) =>
        this.#last.set({
          asked: RUSH,
          answered: answers.filter((answer) => answer !== undefined).length,
          loaded,
          took: this.clock.monotonic() - began,
        }),
      ),
    );
  }
}
