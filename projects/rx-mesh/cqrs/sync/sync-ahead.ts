import type { EventEnvelope } from 'rx-mesh/event-sourcing';

/**
 * What a synchronization that stands still has handled beyond its checkpoint: it is not handed over again when the others are
 * tried again. As long as it stands still it takes no events behind that batch, so this is never more than one batch.
 */
export class SyncAhead {
  readonly #ids = new Set<string>();
  #base = -1;
  #limit = -1;

  /** Goes on from a checkpoint: from another one than that at which it stood still, nothing is known. */
  begin(checkpoint: number): void {
    if (checkpoint !== this.#base) this.#clear();
  }

  /** Whether an event was handled. */
  has({ id }: EventEnvelope): boolean {
    return this.#ids.has(id);
  }

  /** How many events are the next batch. */
  batchOf(pending: readonly EventEnvelope[], maxBatch: number): number {
    const behind = pending.findIndex(({ position }) => position > this.#limit);
    return behind > 0 ? Math.min(behind, maxBatch) : maxBatch;
  }

  /**
   * It stands still.
   *
   * @param handled What it has handled behind the checkpoint.
   * @param limit The position up to which the batch goes.
   */
  stop(checkpoint: number, handled: readonly EventEnvelope[], limit: number): void {
    this.#base = checkpoint;
    this.#limit = Math.max(this.#limit, limit);
    for (const { id, position } of handled) if (position > checkpoint) this.#ids.add(id);
  }

  /** It has got on to a position. */
  passed(position: number): void {
    if (position >= this.#limit) this.#clear();
    else this.#base = position;
  }

  #clear(): void {
    this.#ids.clear();
    this.#base = this.#limit = -1;
  }
}
