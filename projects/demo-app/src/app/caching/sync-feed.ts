import { Injectable, inject, signal } from '@angular/core';
import { type CacheSyncEvent, DistributedCachingService } from 'rx-mesh/caching';
import { type Observable, defer, ignoreElements, tap } from 'rxjs';
import { nameOf } from '../tabs/tab-facts';
import { formatTime } from '../ui/format';
import { nameOfKey } from './goods';

/** What was heard of another tab. */
export interface Heard {
  readonly id: number;
  /** Who has said it. */
  readonly from: string;
  readonly text: string;
  readonly time: string;
}

const MOST = 20;
const REASONS = {
  gap: 'something that another tab has told did not arrive',
  reconnected: 'the connection was lost for a while',
  resumed: 'this tab was asleep',
  unreadable: 'a message could not be read',
} as const;

/** What other tabs tell of their caches. */
@Injectable()
export class SyncFeed {
  private readonly events$ = inject(DistributedCachingService).cacheSyncEvents$;
  readonly #heard = signal<readonly Heard[]>([]);

  /** The newest first. */
  readonly heard = this.#heard.asReadonly();

  /** Hears, for as long as the application. */
  readonly working$: Observable<never> = defer(() =>
    this.events$.pipe(
      tap((event) =>
        this.#heard.update((heard) =>
          [{ id: (heard[0]?.id ?? 0) + 1, ...wordsOf(event) }, ...heard].slice(0, MOST),
        ),
      ),
      ignoreElements(),
    ),
  );
}

function wordsOf(event: CacheSyncEvent): Omit<Heard, 'id'> {
  const time = formatTime(event.timestamp);
  if (event.type === 'missed') {
    const text = `All that is here counts as outdated: ${REASONS[event.reason]}.`;
    return { from: 'This tab', text, time };
  }
  const { all, dependencies = [], keys = [], tags = [] } = event.what;
  const parts = [
    ...(all === true ? ['everything of the user'] : []),
    ...keys.map(nameOfKey),
    ...tags.map((tag) => `the tag “${tag}”`),
    ...dependencies.map((name) => `what depends on ${nameOfKey(name)}`),
  ];
  return { from: nameOf(event.origin.slice(-8)), text: `${parts.join(', ')}: void`, time };
}
