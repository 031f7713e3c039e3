import { inject, untracked } from '@angular/core';
import { CLOCK, EventHub, LEADERSHIP, PAGE_STATE, RANDOM, backoffDelays } from 'rx-mesh/kernel'; // prettier-ignore
import { EMPTY, NEVER, type Observable, Subject, type Subscription, catchError, defer, endWith, finalize, ignoreElements, map, merge, mergeMap, of, repeat, switchMap, take, takeWhile, tap, timeout, timer } from 'rxjs'; // prettier-ignore
import { type CacheWriter, type PendingWrite, type WriteEvent, isRefusal, isRejectedWriteError } from './cache-writer'; // prettier-ignore
import { WRITE_BEHIND, type WriteBehindValues } from './write-behind-options';
import { WriteBook } from './write-book';
import { type JournalEntry, slotOf } from './write-journal';

/** A writer, and when it is used. */
interface Lane extends WriteBehindValues {
  readonly writer: CacheWriter;
  /** The pauses to come; `undefined`: its last store has not failed. */
  pauses: Iterator<number, never> | undefined;
  /** Until when it rests, on the monotonic clock. */
  until: number;
  /** How many writes have come since it was used. */
  gathered: number;
}

const NAME = 'cache-write-behind';
// How long the journal is left alone after it has failed, in milliseconds.
const PAUSE = 1000;
// How many refused writes of a user are kept.
const MOST_REFUSED = 100;

/** Stores what waits: in turns, each of one tab alone, and of what is in the journal when it begins. */
export class WriteDrain extends WriteBook {
  /** What became of writes. */
  readonly events = new EventHub<WriteEvent>();
  // Told whenever there is nothing that could be stored now.
  readonly #rests = new Subject<void>();
  /** Stores all now, without regard to pauses, and completes when there is nothing more that could be done now. */
  readonly flush$: Observable<never> = defer(() => {
    this.hurry(true);
    return this.#isAtWork ? this.#rests.pipe(take(1), ignoreElements()) : EMPTY;
  });
  readonly #lanes = new Map<string, Lane>();
  readonly #busy = new Set<string>();
  readonly #clock = inject(CLOCK);
  readonly #random = inject(RANDOM);
  readonly #page = inject(PAGE_STATE);
  readonly #leadership = inject(LEADERSHIP);
  // Until when the journal is left alone.
  #until = 0;
  #isAtWork = false;
  #work: Subscription | undefined;

  /** The first writer that stores a key. */
  writerOf(key: string): CacheWriter | undefined {
    return [...this.#lanes.values()].find(({ writer }) => writer.matches(key))?.writer;
  }

  /** Uses a writer from now on. Returns what ends that. */
  register(writer: CacheWriter): () => void {
    const { name, maxBatch, every, retry } = writer;
    const options = WRITE_BEHIND.resolve({ maxBatch, every, retry }, this.options);
    const lane = { ...options, writer, pauses: undefined, until: 0, gathered: 0 };
    this.#lanes.set(name, lane);
    return () => {
      if (this.#lanes.get(name) === lane) this.#lanes.delete(name);
    };
  }

  /** Writes have come into the journal, each over what was there. */
  protected override added(
    added: readonly (readonly [JournalEntry, JournalEntry | undefined])[],
  ): void {
    for (const [entry, over] of added) {
      // What is being stored may still be.
      if (over && !this.#busy.has(over.id)) this.#tell('superseded', over);
      const lane = this.#lanes.get(entry.writer);
      if (!lane?.every || lane.pauses) continue;
      if (lane.gathered++ === 0) lane.until = this.#clock.monotonic() + lane.every;
      if (lane.gathered >= lane.maxBatch) lane.until = 0;
    }
    this.look();
  }

  /**
   * Looks at the journal again, and stores at once what waits for others to come along.
   * @param isAnew Whether pauses after failures are over as well.
   */
  hurry(isAnew: boolean): void {
    for (const lane of this.#lanes.values()) if (isAnew || !lane.pauses) lane.until = 0;
    this.#until = 0;
    this.isSound = false;
    this.look();
  }

  /** Looks what there is to do, and when. */
  look(): void {
    if (this.#isAtWork) return;
    this.#work?.unsubscribe();
    const wait = this.#wait();
    this.#isAtWork = wait === 0;
    if (!this.#isAtWork) this.#rests.next();
    if (wait === Infinity) return;
    // A turn is never over at once: it reads the journal.
    this.#work = (wait === 0 ? this.#turn$ : timer(Math.ceil(wait), this.#clock.scheduler))
      .pipe(
        tap({
          complete: () => {
            this.#isAtWork = false;
            this.look();
          },
        }),
      )
      .subscribe();
  }

  /** Ends all that is under way. */
  destroy(): void {
    this.#isAtWork = true;
    this.#work?.unsubscribe();
    this.#rests.complete();
    this.events.complete();
  }

  // How long until there is something to do, in milliseconds.
  #wait(): number {
    if (this.#lanes.size === 0) return Infinity;
    let until = this.isSound ? Infinity : 0;
    for (const entry of this.entries.values())
      until = Math.min(until, this.#laneOf(entry)?.until ?? Infinity);
    return Math.max(0, Math.max(until, this.#until) - this.#clock.monotonic());
  }

  // What stores an entry now, or after its pause.
  #laneOf({ failure, scope, writer }: JournalEntry): Lane | undefined {
    return failure === undefined && this.#page.online && scope === untracked(this.scopeOf)
      ? this.#lanes.get(writer)
      : undefined;
  }

  readonly #drain$ = defer(async () => this.read()).pipe(
    mergeMap(() => merge(...[...this.#lanes.values()].map((lane) => this.#drain(lane)))),
    ignoreElements(),
    endWith(true),
  );

  // Whoever leads reads the journal again: what is known here may have been stored meanwhile, and a newer value after it.
  readonly #turn$: Observable<unknown> = defer(async () => this.isSound || this.read()).pipe(
    mergeMap(() => {
      if (this.#wait() > 0) return EMPTY;
      return this.journal.durable ? this.#leadership.lead(NAME) : of(true);
    }),
    switchMap((leads) => (leads ? this.#drain$ : NEVER)),
    take(1),
    catchError((error: unknown) => {
      this.tellJournal(error);
      this.#until = this.#clock.monotonic() + PAUSE;
      return EMPTY;
    }),
  );

  // Each key once: others have their turn, and bring what has come after. What has failed comes last and alone, for it may be why
  // others did.
  #drain(lane: Lane): Observable<unknown> {
    lane.gathered = 0;
    const slots = [...this.entries]
      .sort(([, one], [, other]) => one.attempt - other.attempt)
      .map(([slot]) => slot);
    return defer(() => {
      const batch: JournalEntry[] = [];
      let most = lane.pauses ? 1 : lane.maxBatch;
      while (slots.length > 0 && batch.length < most && lane.until <= this.#clock.monotonic()) {
        const entry = this.entries.get(slots[0] ?? '');
        if (entry && this.#laneOf(entry) === lane) {
          if (entry.attempt > 0) most = 1;
          if (batch.length >= most) break;
          batch.push(entry);
        }
        slots.shift();
      }
      return batch.length > 0 ? this.#store(lane, batch) : of(false);
    }).pipe(repeat(), takeWhile(Boolean));
  }

  #store(lane: Lane, taken: readonly JournalEntry[]): Observable<boolean> {
    const batch = taken.map((entry) => ({ ...entry, attempt: entry.attempt + 1 }));
    return defer(() => {
      for (const entry of batch) {
        this.entries.set(slotOf(entry), entry);
        this.#busy.add(entry.id);
      }
      return lane.writer.store(batch.map(({ key, value, id, attempt, at }) => ({ key, value, id, attempt, at }))); // prettier-ignore
    }).pipe(
      ignoreElements(),
      endWith(undefined),
      timeout({ first: lane.storeTimeout, scheduler: this.#clock.scheduler }),
      catchError((error: unknown) => of({ error })),
      mergeMap(async (failed) => (failed ? this.#failed(lane, batch, failed.error) : this.#stored(lane, batch))), // prettier-ignore
      map(() => true),
      finalize(() => batch.forEach(({ id }) => this.#busy.delete(id))),
    );
  }

  async #stored(lane: Lane, batch: readonly JournalEntry[]): Promise<void> {
    lane.pauses = undefined;
    await this.write('remove', batch);
    for (const entry of batch) this.#tell('stored', entry);
  }

  async #failed(lane: Lane, batch: readonly JournalEntry[], error: unknown): Promise<void> {
    const isFinal = isRefusal(error);
    const keys = isRejectedWriteError(error) ? error.keys : isFinal && batch.length === 1 ? batch.map(({ key }) => key) : []; // prettier-ignore
    const isRefused = ({ key }: JournalEntry): boolean => keys.includes(key);
    // Of a batch that was refused nobody knows which one it was: they come again at once, one by one.
    if (isFinal || batch.some(isRefused)) lane.pauses = undefined;
    else {
      const { value } = (lane.pauses ??= backoffDelays(lane.retry, this.#random)).next();
      // A pause of 0 would never let anybody else have his turn.
      lane.until = this.#clock.monotonic() + (value > 1 ? value : 1);
    }
    for (const entry of batch) {
      if (!this.has(entry)) this.#tell('superseded', entry, error);
      else if (isRefused(entry)) await this.#bury(entry, error);
      else this.#tell('retrying', entry, error);
    }
  }

  async #bury(entry: JournalEntry, error: unknown): Promise<void> {
    const { message = error } = Object(error) as { readonly message?: unknown };
    await this.write('replace', [{ ...entry, failure: String(message) }]);
    this.#tell('dead-lettered', entry, error);
    this.report(
      'RXM712',
      'warning',
      `The write of '${entry.key}' was refused for good; see deadLetters.`,
      error,
    );
    const [oldest, ...others] = this.of(entry.scope, true);
    if (!oldest || others.length < MOST_REFUSED) return;
    await this.write('remove', [oldest]);
    this.report(
      'RXM712',
      'error',
      `The refused write of '${oldest.key}' was dropped: there are too many.`,
    );
  }

  #tell(type: WriteEvent['type'], write: PendingWrite, error?: unknown): void {
    this.events.emit({ type, write, error });
  }
}
