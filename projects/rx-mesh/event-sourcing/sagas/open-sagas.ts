import { Injectable, inject } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { type Observable, concatMap, defer, filter, lastValueFrom } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import type { EventFeedItem } from '../store/event-feed';
import { EventStoreService } from '../store/event-store-service';
import { SNAPSHOT_STORE } from '../store/snapshots';
import { SAGA_ENDS } from './saga-events';
import { foldSaga } from './saga-record';
import type { SagaKind } from './saga-registry';

/** A saga that has not ended. */
export interface OpenSaga extends SagaKind {
  readonly stream: string;
  readonly owner: string;
  readonly isPaused: boolean;
}

/** The sagas that have not ended, by stream. */
export type OpenSagaList = ReadonlyMap<string, OpenSaga>;

const KEY = 'rx-mesh sagas open';
const SAVE_EVERY = 1000; // positions
const MOST_SAVED = 5000;
const TYPES = [
  'SagaStarted',
  'SagaAdopted',
  'SagaPaused',
  'SagaResumed',
  'SagaCompensationRetried',
];

interface Saved {
  readonly after: number;
  readonly open: readonly OpenSaga[];
}

/** Knows which sagas have not ended: read from the log once, from then on only what is new, also after a reload. */
@Injectable({ providedIn: 'root' })
export class OpenSagas {
  private readonly store = inject(EventStoreService);
  private readonly snapshots = inject(SNAPSHOT_STORE);
  private readonly clock = inject(CLOCK);

  /** The list when it is complete, and whenever it changes. Cold; never errors. */
  readonly changes$: Observable<OpenSagaList> = defer(async () => this.saved()).pipe(
    concatMap(({ after, open }) => {
      const reader = new Reader(open);
      return this.store
        .subscribeToAll({ after, category: 'saga', types: [...TYPES, ...Object.values(SAGA_ENDS)] })
        .pipe(
          concatMap(async (item) => {
            const list = reader.take(item);
            if (item.type === 'caught-up' && item.after >= after + SAVE_EVERY) await this.save(item.after, reader.list); // prettier-ignore
            return list;
          }),
        );
    }),
    filter((list) => list !== undefined),
  );

  // It is only ever a short cut: whatever is wrong with it, the events are there.
  private async saved(): Promise<Saved> {
    const nothing: Saved = { after: 0, open: [] };
    try {
      const snapshot = await this.snapshots.get(KEY);
      const state = snapshot?.state as Partial<Saved> | undefined;
      if (!isPlace(state?.after) || !Array.isArray(state.open)) return nothing;
      if (!state.open.every(isOpenSaga)) return nothing;
      const head = await lastValueFrom(this.store.head(), { defaultValue: undefined });
      // One that is ahead is of a log that is no more.
      return state.after <= (head?.position ?? 0)
        ? { after: state.after, open: state.open }
        : nothing;
    } catch {
      return nothing;
    }
  }

  private async save(after: number, list: OpenSagaList): Promise<void> {
    if (list.size > MOST_SAVED) return;
    try {
      const state: Saved = { after, open: [...list.values()] };
      const timestamp = this.clock.now();
      await this.snapshots.put({ key: KEY, version: after, schemaVersion: 1, state, timestamp });
    } catch {
      // The next page reads more.
    }
  }
}

/** Whether what was kept is a position of a log. */
export function isPlace(kept: unknown): kept is number {
  return Number.isSafeInteger(kept) && (kept as number) >= 0;
}

function isOpenSaga(kept: unknown): kept is OpenSaga {
  if (typeof kept !== 'object' || kept === null) return false;
  const saga = kept as Partial<Record<keyof OpenSaga, unknown>>;
  const texts = [saga.stream, saga.id, saga.type, saga.shape, saga.owner];
  return (
    texts.every((text) => typeof text === 'string') &&
    typeof saga.definitionVersion === 'number' &&
    typeof saga.isPaused === 'boolean'
  );
}

class Reader {
  list: OpenSagaList;
  #isComplete = false;

  constructor(open: readonly OpenSaga[]) {
    this.list = new Map(open.map((saga) => [saga.stream, saga]));
  }

  /** The list, when there is something to tell. */
  take(item: EventFeedItem): OpenSagaList | undefined {
    if (item.type !== 'event') {
      this.#isComplete = this.#isComplete || item.type === 'caught-up';
      return item.type === 'caught-up' ? this.list : undefined;
    }
    const before = this.list;
    this.list = changed(before, item.event);
    return this.#isComplete && this.list !== before ? this.list : undefined;
  }
}

function changed(list: OpenSagaList, event: EventEnvelope): OpenSagaList {
  const { stream, type } = event;
  const known = list.get(stream);
  const become = (saga: OpenSaga): OpenSagaList => new Map(list).set(stream, saga);
  switch (type) {
    case 'SagaStarted':
    case 'SagaCompensationRetried': {
      // Both say whose saga it is.
      const found = foldSaga([{ ...event, type: 'SagaStarted' }]);
      if (!found || known) return list;
      const { id, type: saga, definitionVersion, shape, owner } = found;
      return become({ stream, id, type: saga, definitionVersion, shape, owner, isPaused: false });
    }
    case 'SagaAdopted': {
      const { owner } = (event.data ?? {}) as { readonly owner?: unknown };
      return known && typeof owner === 'string' ? become({ ...known, owner }) : list;
    }
    case 'SagaPaused':
    case 'SagaResumed':
      return known ? become({ ...known, isPaused: type === 'SagaPaused' }) : list;
    default: {
      if (!known) return list;
      const rest = new Map(list);
      rest.delete(stream);
      return rest;
    }
  }
}
