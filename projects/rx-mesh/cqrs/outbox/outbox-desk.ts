import { StateStore } from 'rx-mesh/kernel';
import { Observable } from 'rxjs';
import type { OutboxEntry } from './outbox-entry';
import { OutboxEntryError } from './outbox-errors';
import type { OutboxChange, OutboxMirror } from './outbox-mirror';
import type { OutboxOptimism } from './outbox-optimism';
import { endedEntryOf, entryOf } from './outbox-record';

/** Tells whoever watches a command what becomes of it. */
export class OutboxDesk {
  /** Counts the changes. */
  readonly version = new StateStore(0);
  readonly #mirror: () => OutboxMirror;
  readonly #optimism: OutboxOptimism;
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #own = new Set<string>();

  constructor(mirror: () => OutboxMirror, optimism: OutboxOptimism) {
    this.#mirror = mirror;
    this.#optimism = optimism;
  }

  /** Something was changed: all, when nothing is said. */
  tell({ ids }: OutboxChange): void {
    for (const id of ids ?? this.#optimism.ids()) this.#optimism.follow(id, this.entry(id));
    for (const id of ids ?? this.#own) if (!this.#mirror().find(id)) this.#own.delete(id);
    this.version.update((version) => version + 1);
    for (const id of ids ?? [...this.#watchers.keys()]) {
      for (const look of [...(this.#watchers.get(id) ?? [])]) look();
    }
  }

  /** A command was put in by this page. */
  own(id: string): void {
    this.#own.add(id);
  }

  /** Whether a command was put in by this page. */
  isOwn(id: string): boolean {
    return this.#own.has(id);
  }

  /** A command as far as it is known. */
  entry(id: string): OutboxEntry | undefined {
    const mirror = this.#mirror();
    const queued = mirror.find(id);
    if (queued) return entryOf(queued, mirror.isParked(queued));
    const ended = mirror.ended(id);
    return ended && endedEntryOf(ended);
  }

  /** The first commands in their order; all of them when no number is given. */
  list(count = Infinity): readonly OutboxEntry[] {
    const mirror = this.#mirror();
    return mirror.first(count).map((one) => entryOf(one, mirror.isParked(one)));
  }

  /** Where a command is, until its end. It has to be known. */
  watch(id: string): Observable<OutboxEntry> {
    return new Observable((subscriber) => {
      let last: OutboxEntry | undefined;
      const look = (): void => {
        const now = this.entry(id) ?? (last && forgotten(last));
        if (!now) {
          subscriber.error(new OutboxEntryError(id, 'it is not known'));
          return;
        }
        if (last && isSame(last, now)) return;
        last = now;
        subscriber.next(now);
        if (!now.command) subscriber.complete();
      };
      const looks = this.#watchers.get(id) ?? new Set();
      this.#watchers.set(id, looks.add(look));
      subscriber.add(() => {
        looks.delete(look);
        if (looks.size === 0 && this.#watchers.get(id) === looks) this.#watchers.delete(id);
      });
      look();
    });
  }
}

function forgotten(entry: OutboxEntry): OutboxEntry {
  return { ...entry, command: undefined, state: 'forgotten' };
}

function isSame(a: OutboxEntry, b: OutboxEntry): boolean {
  return (
    a.state === b.state && a.attempts === b.attempts && a.reason?.message === b.reason?.message
  );
}
