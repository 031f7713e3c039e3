import type { OutboxMirror } from './outbox-mirror';
import { type EndedCommand, type QueuedCommand, isSendable, keyOf } from './outbox-record';

/** Changes that are to be stored together. They may be made anew over another mirror. */
export class OutboxDraft {
  readonly #mirror: OutboxMirror;
  readonly #changed = new Map<string, QueuedCommand | undefined>();
  readonly #ended: EndedCommand[] = [];
  readonly #removed: QueuedCommand[] = [];
  #added = 0;
  #position: number;

  constructor(mirror: OutboxMirror) {
    this.#mirror = mirror;
    this.#position = mirror.position;
  }

  /** What is to be stored, by the ids of commands. */
  get changed(): ReadonlyMap<string, QueuedCommand | undefined> {
    return this.#changed;
  }

  /** The commands that are to go. */
  get removed(): readonly QueuedCommand[] {
    return this.#removed;
  }

  /** What has ended. */
  get ended(): readonly EndedCommand[] {
    return this.#ended;
  }

  /** How many commands there are then. */
  get size(): number {
    return this.#mirror.size + this.#added;
  }

  /** The last place that is taken then: above all before it, since a storage without transactions goes by it. */
  get position(): number {
    return Math.max(this.#position, this.#mirror.position + 1);
  }

  find(id: string): QueuedCommand | undefined {
    return this.#changed.has(id) ? this.#changed.get(id) : this.#mirror.find(id);
  }

  findEnded(id: string): EndedCommand | undefined {
    return this.#ended.find((one) => one.id === id) ?? this.#mirror.ended(id);
  }

  /** The first command of an aggregate, when it may be sent. */
  next(aggregateId: string): QueuedCommand | undefined {
    const first = this.#mirror.lane(aggregateId).find(({ command }) => this.find(command.id));
    let next = first && this.find(first.command.id);
    for (const one of this.#changed.values()) {
      // One that has taken the place of another.
      if (one?.command.aggregateId === aggregateId && one.key < (next?.key ?? '~')) next = one;
    }
    return next && isSendable(next) ? next : undefined;
  }

  /** A key behind all others. */
  nextKey(id: string): string {
    return keyOf(++this.#position, id);
  }

  put(one: QueuedCommand): void {
    if (!this.find(one.command.id)) this.#added++;
    this.#changed.set(one.command.id, one);
  }

  end(
    one: QueuedCommand,
    how: Pick<EndedCommand, 'state' | 'inDoubt'> & Partial<EndedCommand>,
  ): EndedCommand {
    // prettier-ignore
    const { key, attempts, queuedAt, command } = one;
    const { id, type, aggregateId } = command;
    const ended = { key, id, type, aggregateId, attempts, queuedAt, ...how };
    this.#added--;
    this.#changed.set(id, undefined);
    this.#removed.push(one);
    this.#ended.push(ended);
    return ended;
  }
}
