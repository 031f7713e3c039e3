import {
  BehaviorSubject,
  Observable,
  type ObservableInput,
  Subject,
  filter,
  firstValueFrom,
  from,
  lastValueFrom,
  merge,
  take,
  takeUntil,
} from 'rxjs';

/** What work in turns has of whoever subscribed to it. */
export interface OutboxFlow {
  /** Whether nobody listens any more: then the work has to return. */
  ended(): boolean;
  /** Waits for the first value, or the end. */
  until(source: Observable<unknown>): Promise<void>;
  /** Waits for the first value. `undefined` once nobody listens. */
  take<T>(source: Observable<T>): Promise<T | undefined>;
  /** Waits for the end. It is ended once nobody listens. */
  finish(work: ObservableInput<unknown>): Promise<void>;
  /** Keeps a stream subscribed as long as somebody listens. It must not fail. */
  keep(source: Observable<unknown>): void;
}

const NOTHING = { defaultValue: undefined };

/** A cold stream without values that is made by work in turns. */
export function outboxFlow(work: (flow: OutboxFlow) => Promise<void>): Observable<never> {
  return new Observable<never>((subscriber) => {
    const closed$ = new Subject<void>();
    subscriber.add(() => closed$.next());
    const flow: OutboxFlow = {
      ended: () => subscriber.closed,
      until: async (source) => {
        if (!subscriber.closed) await firstValueFrom(merge(source, closed$).pipe(take(1)), NOTHING);
      },
      take: async (source) =>
        subscriber.closed ? undefined : firstValueFrom(source.pipe(takeUntil(closed$)), NOTHING),
      finish: async (input) => {
        if (!subscriber.closed) await lastValueFrom(from(input).pipe(takeUntil(closed$)), NOTHING);
      },
      keep: (source) => subscriber.add(source.subscribe({ error: () => undefined })),
    };
    work(flow).then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
  });
}

/** Wakes whoever waits, also when it rang before he did. */
export class Bell {
  readonly #rings = new BehaviorSubject(0);
  #heard = 0;

  /** Tells that there is something to look at. */
  ring(): void {
    this.#rings.next(this.#rings.value + 1);
  }

  /** What rings from now on is new. Call it before looking. */
  hear(): void {
    this.#heard = this.#rings.value;
  }

  /** Emits when it has rung since it was heard. */
  rung(): Observable<unknown> {
    return this.#rings.pipe(filter((rings) => rings !== this.#heard));
  }
}
