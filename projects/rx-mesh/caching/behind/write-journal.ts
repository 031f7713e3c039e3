import { InjectionToken } from '@angular/core';
import type { PendingWrite } from './cache-writer';

declare const ngDevMode: boolean;

/** A write in the journal. */
export interface JournalEntry extends PendingWrite {
  /** For whom it was written, see `CACHE_SCOPE`; it is stored only while he is there. */
  readonly scope: string | undefined;
  /** The name of the writer that stores it. */
  readonly writer: string;
  /** Why it was refused for good; `undefined`: it waits. */
  readonly failure: string | undefined;
}

/**
 * How entries are written. `put`: each over what is there of its key and user. `replace`: each over itself alone; `remove`: each
 * is removed: and then nothing happens to a key of which there is another entry by now, or none.
 */
export type JournalChange = 'put' | 'replace' | 'remove';

/**
 * Keeps writes until they are stored: of each key of a user the last one, in the place of the first. Each call is all or nothing,
 * begins at once, and resolves when it is done; calls of all tabs are done one after the other.
 */
export interface WriteJournal {
  /** Whether it survives a reload, and all tabs of the origin have the same. */
  readonly durable: boolean;
  /** All entries, in the order of their places. What cannot be read may be among them. */
  list(): Promise<readonly JournalEntry[]>;
  /** Writes entries. Rejects when that is not done. */
  write(change: JournalChange, entries: readonly JournalEntry[]): Promise<void>;
}

/** Of whom and what an entry is; never the same for others. */
export function slotOf({ scope, key }: Pick<JournalEntry, 'scope' | 'key'>): string {
  return JSON.stringify([scope, key]);
}

/** Whether an entry is to be written, over the one that is there. */
export function isWritten(
  change: JournalChange,
  { id }: JournalEntry,
  old?: JournalEntry,
): boolean {
  return change === 'put' || old?.id === id;
}

/** Writes entries where they are kept by slot. */
export function write(
  kept: Map<string, JournalEntry>,
  change: JournalChange,
  entries: readonly JournalEntry[],
): void {
  for (const entry of entries) {
    const slot = slotOf(entry);
    if (!isWritten(change, entry, kept.get(slot))) continue;
    if (change === 'remove') kept.delete(slot);
    else kept.set(slot, entry);
  }
}

/** A journal in the memory of the page: what is in it is lost with the page. */
export function memoryJournal(): WriteJournal {
  const kept = new Map<string, JournalEntry>();
  return {
    durable: false,
    list: async () => Promise.resolve([...kept.values()]),
    write: async (change, entries) => {
      write(kept, change, entries);
      return Promise.resolve();
    },
  };
}

/** Where writes wait until they are stored. @default the memory of the page; see `withDurableWrites()` */
export const WRITE_JOURNAL = new InjectionToken<WriteJournal>(
  ngDevMode ? 'rx-mesh WRITE_JOURNAL' : '',
  { providedIn: 'root', factory: memoryJournal },
);
