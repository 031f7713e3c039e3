import type { OptimisticUpdate, OutboxEntry, OutboxReason } from './outbox-entry';

interface Shown {
  readonly update: OptimisticUpdate;
  readonly isApplied: boolean;
  /** Whether its command is stored. */
  readonly isStored: boolean;
}

/** What the page shows of commands that are not done: applied and taken back in turns, never twice the same. */
export class OutboxOptimism {
  readonly #shown = new Map<string, Shown>();
  readonly #failed: (message: string, cause: unknown) => void;

  constructor(failed: (message: string, cause: unknown) => void) {
    this.#failed = failed;
  }

  /** The ids of the commands. */
  ids(): readonly string[] {
    return [...this.#shown.keys()];
  }

  /** Shows it, unless there is something shown for the command already. Returns whether it was. Throws what `apply` throws. */
  begin(id: string, update: OptimisticUpdate | undefined): boolean {
    if (!update || this.#shown.has(id)) return false;
    update.apply();
    this.#shown.set(id, { update, isApplied: true, isStored: false });
    return true;
  }

  /** Takes it back: its command could not be put in. */
  withdraw(id: string, reason: OutboxReason | undefined): void {
    const shown = this.#shown.get(id);
    if (!shown || shown.isStored) return;
    this.#shown.delete(id);
    this.#rollBack(shown, reason);
  }

  /** Does what follows from where the command is now. */
  follow(id: string, entry: OutboxEntry | undefined): void {
    const shown = this.#shown.get(id);
    if (!shown) return;
    switch (entry?.state) {
      case undefined:
        // Not stored yet, or forgotten.
        if (shown.isStored) this.#shown.delete(id);
        return;
      case 'done':
      case 'forgotten':
        this.#shown.delete(id);
        return;
      case 'cancelled':
        this.#shown.delete(id);
        this.#rollBack(shown, entry.reason);
        return;
      case 'rejected':
      case 'conflict':
        this.#shown.set(id, { ...shown, isApplied: false, isStored: true });
        this.#rollBack(shown, entry.reason);
        return;
      default:
        this.#shown.set(id, { ...shown, isApplied: true, isStored: true });
        this.#applyAgain(shown);
    }
  }

  #rollBack({ update, isApplied }: Shown, reason: OutboxReason | undefined): void {
    if (!isApplied) return;
    try {
      update.rollback(reason);
    } catch (cause) {
      this.#failed('An optimistic update could not be taken back; what is shown may be wrong.', cause); // prettier-ignore
    }
  }

  #applyAgain({ update, isApplied }: Shown): void {
    if (isApplied) return;
    try {
      update.apply();
    } catch (cause) {
      this.#failed('An optimistic update could not be applied again; its command is sent all the same.', cause); // prettier-ignore
    }
  }
}
