import {
  Observable,
  type ObservableInput,
  Subject,
  firstValueFrom,
  from,
  lastValueFrom,
  merge,
  take,
  takeUntil,
} from 'rxjs';

/** What work in turns has of whoever subscribed to it. */
export interface Flow<T> {
  /** Whether nobody listens any more: then the work has to return. */
  ended(): boolean;
  /** Hands over a value. */
  next(value: T): void;
  /** Waits for the first value, or the end. Nothing is waited for once nobody listens. */
  until(source: Observable<unknown>): Promise<void>;
  /** Waits for the end. It is ended once nobody listens. */
  finish(work: ObservableInput<unknown>): Promise<void>;
  /** Keeps a stream subscribed as long as somebody listens. It must not fail. */
  keep(source: Observable<unknown>): void;
}

/**
 * A cold stream that is made by work in turns: nothing is read ahead of whoever takes it, so memory is bounded by a page.
 * Its rejection is the error of the stream, its end the completion.
 */
export function flowOf<T>(work: (flow: Flow<T>) => Promise<void>): Observable<T> {
  return new Observable<T>((subscriber) => {
    const closed$ = new Subject<void>();
    subscriber.add(() => closed$.next());
    const nothing = { defaultValue: undefined };
    const flow: Flow<T> = {
      ended: () => subscriber.closed,
      next: (value) => subscriber.next(value),
      until: async (source) => {
        if (!subscriber.closed) await firstValueFrom(merge(source, closed$).pipe(take(1)), nothing);
      },
      finish: async (input) => {
        if (!subscriber.closed) await lastValueFrom(from(input).pipe(takeUntil(closed$)), nothing);
      },
      keep: (source) => subscriber.add(source.subscribe({ error: () => undefined })),
    };
    work(flow).then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
  });
}
