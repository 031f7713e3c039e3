import { type EventStoreService } from 'rx-mesh/event-sourcing';
import {
  type Observable,
  Subject,
  concatMap,
  defer,
  filter,
  map,
  mergeMap,
  scan,
  takeUntil,
} from 'rxjs';

interface Known {
  readonly ids: readonly string[];
  readonly isLive: boolean;
}

/**
 * The ids of the latest sagas of a type, the oldest first, from when all that was recorded has been read: whichever tab started
 * them, and before a reload too.
 */
export function latestSagas(
  store: EventStoreService,
  type: string,
  most: number,
): Observable<readonly string[]> {
  return store.subscribeToAll({ category: 'saga', types: ['SagaStarted'] }).pipe(
    scan(
      ({ ids, isLive }: Known, item): Known => {
        if (item.type !== 'event') return { ids, isLive: isLive || item.type === 'caught-up' };
        const started = Object(item.event.data) as { id?: unknown; type?: unknown };
        const isOurs = started.type === type && typeof started.id === 'string';
        return isOurs
          ? { ids: [...ids, String(started.id)].slice(-most), isLive }
          : { ids, isLive };
      },
      { ids: [], isLive: false },
    ),
    filter(({ isLive }) => isLive),
    map(({ ids }) => ids),
  );
}

/** Watches each as long as it is one of the latest. */
export function watchEach<T>(
  ids$: Observable<readonly string[]>,
  watch: (id: string) => Observable<T>,
): Observable<T> {
  return defer(() => {
    const watched = new Set<string>();
    const dropped$ = new Subject<string>();
    return ids$.pipe(
      concatMap((ids) => {
        for (const id of watched) if (!ids.includes(id)) dropped$.next(id);
        const added = ids.filter((id) => !watched.has(id));
        for (const id of added) watched.add(id);
        return added;
      }),
      mergeMap((id) => watch(id).pipe(takeUntil(dropped$.pipe(filter((one) => one === id))))),
    );
  });
}
