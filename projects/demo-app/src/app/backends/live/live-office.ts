import { Injectable, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop';
import {
  EMPTY,
  type Observable,
  Subject,
  catchError,
  concatMap,
  map,
  merge,
  skip,
  tap,
} from 'rxjs';
import { type OfficeCounts, TokenOffice } from '../token-office';
import { LiveLink, type OfficeOrder } from './live-link';

/** The office of tokens, which is in another process: here are its controls, and what it tells. */
@Injectable()
export class LiveOffice extends TokenOffice {
  private readonly link = inject(LiveLink);
  readonly #told = signal<OfficeCounts>({ renewed: 0, refused: 0 });
  readonly #orders = new Subject<OfficeOrder>();

  override readonly counts = this.#told.asReadonly();

  constructor() {
    super();
    const strict$ = toObservable(this.strict).pipe(
      skip(1),
      map((strict): OfficeOrder => (strict ? 'strict' : 'lenient')),
    );
    merge(
      merge(strict$, this.#orders).pipe(concatMap((order) => this.send(order))),
      this.link.worlds$.pipe(
        tap(({ office: { refused, renewed } }) => this.#told.set({ refused, renewed })),
      ),
    )
      .pipe(takeUntilDestroyed())
      .subscribe();
  }

  override expireAll(): void {
    this.#orders.next('expired');
  }

  // Nobody to hear it: the strip says so.
  private send(order: OfficeOrder): Observable<unknown> {
    return this.link.office(order).pipe(catchError(() => EMPTY));
  }
}
