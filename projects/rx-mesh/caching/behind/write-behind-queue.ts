import { DOCUMENT, DestroyRef, Injectable, Injector, type Signal, computed, effect, inject, untracked } from '@angular/core'; // prettier-ignore
import { CLOCK, ID_GENERATOR, PAGE_STATE } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  type Subscription,
  defer,
  fromEvent,
  ignoreElements,
  merge,
  tap,
} from 'rxjs';
import { NoCacheWriterError } from '../cache-errors';
import { copied } from '../local/snapshots';
import type { CacheWriter, PendingWrite, WriteEvent } from './cache-writer';
import { WriteDrain } from './write-drain';
import type { JournalChange } from './write-journal';

/** A write that was refused for good. */
export interface RejectedWrite extends PendingWrite {
  /** Why it was refused, in words of the writer. */
  readonly failure: string | undefined;
}

/**
 * Stores writes later, in the order in which their keys came, by the writers that were registered. A key that is written again while
 * it waits keeps its place, and only its last value is stored; there are never two stores of a key at a time.
 *
 * A write is in the journal before it is acknowledged. With `withDurableWrites()` it survives a reload, and one tab at a time
 * stores what all have written. It is stored only while the user is there for whom it was written (`CACHE_SCOPE`; where
 * that is no signal, it is looked at on each write, and when the page is shown, hidden or online again) and the page is online.
 * Nothing happens before the first writer is registered.
 *
 * @usageNotes
 * ```ts
 * const queue = inject(WriteBehindQueue);
 * queue.registerWriter({
 *   name: 'drafts',
 *   matches: (key) => key.startsWith('draft:'),
 *   store: (writes) => http.post('/drafts', writes),
 * });
 * ```
 */
@Injectable({ providedIn: 'root' })
export class WriteBehindQueue {
  readonly #ids = inject(ID_GENERATOR);
  readonly #clock = inject(CLOCK);
  readonly #page = inject(PAGE_STATE);
  readonly #view = inject(DOCUMENT).defaultView;
  readonly #injector = inject(Injector);
  readonly #drain = new WriteDrain();
  #listening: Subscription | undefined;

  /** What became of writes, as far as this page has a hand in it. Never errors; completes with the application. */
  readonly writes$: Observable<WriteEvent> = this.#drain.events.events$;

  /** How many keys of the user wait to be stored, as far as the page knows: the journal is read once a writer is registered. */
  readonly pending: Signal<number> = computed(
    () => this.#drain.of(this.#drain.scopeOf(), false).length,
  );

  /** What was refused for good of the user, at most 100, oldest key first. A later write of the same key takes its place. */
  readonly deadLetters: Signal<readonly RejectedWrite[]> = computed(() =>
    this.#drain.of(this.#drain.scopeOf(), true),
  );

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.#listening?.unsubscribe();
      this.#drain.destroy();
    });
  }

  /**
   * Has a writer store the keys that it matches, also those that wait in the journal under its name.
   * @returns What ends that. A store that is under way goes on; what waits stays in the journal.
   * @throws InvalidOptionError when `maxBatch` or `every` is out of its range.
   */
  registerWriter(writer: CacheWriter): () => void {
    const unregister = this.#drain.register(writer);
    this.#drain.hurry(false);
    this.#listening ??= this.#listen();
    return unregister;
  }

  /**
   * Has a copy of a value stored later; completes as soon as the journal has it. Errors with a `NoCacheWriterError`, a
   * `WriteQueueFullError`, a `DataCloneError` for what cannot be copied, or a `RemoteCacheError` when the journal cannot take it;
   * then nothing is changed. Cold. Whoever leaves before does not know whether it will be stored.
   */
  enqueue(key: string, value: unknown): Observable<void> {
    return defer(() => {
      const writer = this.#drain.writerOf(key)?.name;
      if (writer === undefined) throw new NoCacheWriterError(key);
      const scope = untracked(this.#drain.scopeOf);
      // prettier-ignore
      const entry = { key, scope, writer, id: this.#ids.uuid(), at: this.#clock.now(), attempt: 0, failure: undefined };
      return this.#drain.put({ ...entry, value: copied(value) });
    });
  }

  /**
   * Stores all that waits now, without regard to pauses. Completes when each writer has stored what it has, or has failed; nothing
   * is tried offline. Look at `pending` for what is left.
   */
  flush(): Observable<void> {
    return this.#drain.flush$;
  }

  /** Tries a write again that was refused; completes when that is noted. Nothing happens when there is none of that id. */
  retryDeadLetter(id: string): Observable<void> {
    return this.#judge(id, 'replace');
  }

  /** Drops a write that was refused; completes when it is gone. Nothing happens when there is none of that id. */
  discardDeadLetter(id: string): Observable<void> {
    return this.#judge(id, 'remove');
  }

  #judge(id: string, change: JournalChange): Observable<never> {
    return defer(async () => {
      const letter = untracked(() => this.#drain.of(this.#drain.scopeOf(), true)).find(
        (entry) => entry.id === id,
      );
      if (!letter) return;
      await this.#drain.write(change, [{ ...letter, failure: undefined }]);
      this.#drain.look();
    }).pipe(ignoreElements());
  }

  #listen(): Subscription {
    const view = this.#view;
    // Who has come back has writes that wait.
    // Untracked: a writer may be registered within another effect.
    untracked(() =>
      effect(
        () => {
          this.#drain.scopeOf();
          untracked(() => this.#drain.hurry(true));
        },
        { injector: this.#injector },
      ),
    );
    return merge(
      this.#page.online$,
      view ? merge(fromEvent(view, 'visibilitychange'), fromEvent(view, 'pagehide')) : EMPTY,
    )
      .pipe(tap((event) => this.#drain.hurry(event === true)))
      .subscribe();
  }
}
