import { inject, signal } from '@angular/core';
import { DIAGNOSTICS, type Diagnostic } from 'rx-mesh/kernel';
import { Observable, type Subscriber } from 'rxjs';
import { RemoteCacheError, WriteQueueFullError } from '../cache-errors';
import { CACHE_SCOPE } from '../cache-scope';
import { WRITE_BEHIND } from './write-behind-options';
import { type JournalChange, type JournalEntry, WRITE_JOURNAL, slotOf, write } from './write-journal'; // prettier-ignore

interface Arrival {
  readonly entry: JournalEntry;
  readonly subscriber: Subscriber<never>;
}

/**
 * What is in the journal, as this page knows it. What it does with the journal it does one after the other, so that it never takes
 * an older answer for a newer one. Made in an injection context.
 */
export abstract class WriteBook {
  /** Whose writes are stored now. */
  readonly scopeOf = inject(CACHE_SCOPE);
  /** Where they are kept. */
  protected readonly journal = inject(WRITE_JOURNAL);
  /** How writes are kept and stored. */
  protected readonly options = inject(WRITE_BEHIND.token);
  /** The entries by their slots, in the order of their places. */
  protected readonly entries = new Map<string, JournalEntry>();
  /** Whether the journal was read, and nothing has failed since. */
  protected isSound = false;
  readonly #diagnostics = inject(DIAGNOSTICS);
  readonly #changes = signal(0);
  #arrived: Arrival[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #hasTold = false;

  /** Writes have come into the journal, each over what was there. */
  protected abstract added(
    added: readonly (readonly [JournalEntry, JournalEntry | undefined])[],
  ): void;

  /** What there is of a user: what waits, or what was refused for good. A signal follows it. */
  of(scope: string | undefined, isRefused: boolean): readonly JournalEntry[] {
    this.#changes();
    return [...this.entries.values()].filter(
      (entry) => entry.scope === scope && (entry.failure !== undefined) === isRefused,
    );
  }

  /** Whether a write is still the last one of its key. */
  protected has(entry: JournalEntry): boolean {
    return this.entries.get(slotOf(entry))?.id === entry.id;
  }

  /** Puts a write into the journal; those that come together, together. Completes when it is there. */
  put(entry: JournalEntry): Observable<never> {
    return new Observable((subscriber) => {
      // Whoever waits is told of a failure.
      if (this.#arrived.push({ entry, subscriber }) === 1)
        this.#inTurn(async () => this.#putAll()).catch(() => undefined);
    });
  }

  /** Reads the journal. */
  protected async read(): Promise<void> {
    return this.#inTurn(async () => this.#read());
  }

  /** Notes what became of writes. */
  async write(change: JournalChange, entries: readonly JournalEntry[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.journal.write(change, entries);
      write(this.entries, change, entries);
    });
  }

  /** Tells that the journal is of no use, once. */
  protected tellJournal(cause: unknown): void {
    this.isSound = false;
    if (!this.#hasTold)
      this.report('RXM713', 'error', 'The journal of writes cannot be used: they are refused until it can.', cause); // prettier-ignore
    this.#hasTold = true;
  }

  /** Tells what nobody waits for. */
  protected report(
    code: Diagnostic['code'],
    severity: Diagnostic['severity'],
    message: string,
    cause?: unknown,
  ): void {
    // prettier-ignore
    this.#diagnostics.report({ code, severity, source: 'caching', message, cause });
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const working = this.#last.then(work);
    this.#last = working.then(
      () => this.#changes.update((count) => count + 1),
      (error: unknown) => this.tellJournal(error),
    );
    return working;
  }

  async #read(): Promise<void> {
    const found = await this.journal.list();
    const known = new Map(this.entries);
    this.entries.clear();
    for (const entry of found.filter(isEntry)) {
      const slot = slotOf(entry);
      const { id, attempt } = known.get(slot) ?? entry;
      this.entries.set(slot, id === entry.id ? { ...entry, attempt } : entry);
    }
    this.isSound = true;
  }

  async #putAll(): Promise<void> {
    // Whoever has left wants nothing any more.
    const arrived = this.#arrived.filter(({ subscriber }) => !subscriber.closed);
    this.#arrived = [];
    const accepted: JournalEntry[] = [];
    try {
      if (!this.isSound) await this.#read();
      const slots = new Map<string, JournalEntry>();
      let room = this.options.maxPending - this.of(arrived[0]?.entry.scope, false).length;
      for (const { entry, subscriber } of arrived) {
        const slot = slotOf(entry);
        const old = slots.get(slot) ?? this.entries.get(slot);
        if ((!old || old.failure !== undefined) && room-- <= 0) {
          subscriber.error(new WriteQueueFullError(entry.key, this.options.maxPending));
          continue;
        }
        accepted.push(entry);
        slots.set(slot, entry);
      }
      await this.journal.write('put', [...slots.values()]);
    } catch (error) {
      for (const { subscriber } of arrived)
        subscriber.error(new RemoteCacheError('write journal', 'unreachable', 'the write was not taken', error)); // prettier-ignore
      throw error;
    }
    this.added(
      accepted.map((entry) => {
        const slot = slotOf(entry);
        const over = this.entries.get(slot);
        this.entries.set(slot, entry);
        return [entry, over];
      }),
    );
    for (const { subscriber } of arrived) subscriber.complete();
  }
}

// What somebody else wrote is not known.
function isEntry(entry: unknown): boolean {
  return typeof (Object(entry) as Partial<JournalEntry>).key === 'string';
}
