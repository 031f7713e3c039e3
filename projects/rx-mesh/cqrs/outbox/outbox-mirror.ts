import type { EndedCommand, QueuedCommand } from './outbox-record';
import { isSendable, placeOf } from './outbox-record';

/** What was changed: commands by their ids, and their aggregates; all of them when nothing is said. */
export interface OutboxChange {
  readonly ids?: ReadonlySet<string> | undefined;
  readonly lanes?: ReadonlySet<string> | undefined;
}

/** What is stored, in memory: exact as long as the checkpoint is at its version. */
export class OutboxMirror {
  readonly #byId = new Map<string, QueuedCommand>();
  readonly #lanes = new Map<string, QueuedCommand[]>();
  readonly #sendable = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #ended = new Map<string, EndedCommand>();
  // The oldest first. Beside the map, whose first entry is found the slower the more were deleted before it.
  readonly #endings: EndedCommand[] = [];
  #sorted: QueuedCommand[] | undefined;
  // Whether they are in the map in their order: not once one has taken the place of another.
  #isInOrder = true;

  constructor(
    /** The version of the checkpoint, 0 for none. */
    public version = 0,
    /** The last place that was taken. */
    public position = 0,
    queued: readonly QueuedCommand[] = [],
    ended: readonly EndedCommand[] = [],
  ) {
    for (const one of queued) {
      this.#byId.set(one.command.id, one);
      const lane = this.#lanes.get(one.command.aggregateId);
      if (lane) lane.push(one);
      else this.#lanes.set(one.command.aggregateId, [one]);
    }
    for (const lane of this.#lanes.keys()) this.#judge(lane);
    for (const one of ended) this.#remember(one);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** The aggregates whose first command may be sent. */
  get sendable(): ReadonlySet<string> {
    return this.#sendable;
  }

  /** The aggregates whose first command was refused. */
  get refused(): ReadonlySet<string> {
    return this.#refused;
  }

  /** What has ended, the oldest first. */
  get endings(): readonly EndedCommand[] {
    return this.#endings;
  }

  find(id: string): QueuedCommand | undefined {
    return this.#byId.get(id);
  }

  ended(id: string): EndedCommand | undefined {
    return this.#ended.get(id);
  }

  lane(aggregateId: string): readonly QueuedCommand[] {
    return this.#lanes.get(aggregateId) ?? [];
  }

  /** Whether an earlier command of its aggregate was refused. */
  isParked({ command: { id, aggregateId } }: QueuedCommand): boolean {
    return this.#refused.has(aggregateId) && this.#lanes.get(aggregateId)?.[0]?.command.id !== id;
  }

  /** The commands in their order. */
  all(): readonly QueuedCommand[] {
    this.#sorted ??= [...this.#byId.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return this.#sorted;
  }

  /** The first ones in their order. */
  first(count: number): readonly QueuedCommand[] {
    if (!this.#isInOrder) return this.all().slice(0, count);
    const found: QueuedCommand[] = [];
    for (const one of this.#byId.values()) {
      if (found.length >= count) break;
      found.push(one);
    }
    return found;
  }

  /** Makes it so. */
  apply(
    changed: ReadonlyMap<string, QueuedCommand | undefined>,
    ended: readonly EndedCommand[],
    mostEnded: number,
  ): OutboxChange {
    const [ids, lanes] = [new Set<string>(), new Set<string>()];
    for (const [id, now] of changed) {
      const before = this.#byId.get(id);
      const one = now ?? before;
      if (!one) continue;
      ids.add(id);
      lanes.add(one.command.aggregateId);
      this.#put(id, before, now);
    }
    this.#sorted = undefined;
    for (const lane of lanes) if (this.#judge(lane)) for (const { command } of this.lane(lane)) ids.add(command.id); // prettier-ignore
    for (const one of ended) {
      this.#remember(one);
      ids.add(one.id);
    }
    const old = this.#endings.length - mostEnded;
    if (old > 0) for (const { id } of this.#endings.splice(0, old)) this.#ended.delete(id);
    return { ids, lanes };
  }

  #put(id: string, before: QueuedCommand | undefined, now: QueuedCommand | undefined): void {
    const { aggregateId } = (now ?? before)?.command ?? { aggregateId: '' };
    const lane = this.#lanes.get(aggregateId) ?? [];
    const at = before ? lane.indexOf(before) : -1;
    if (now) this.#byId.set(id, now);
    else this.#byId.delete(id);
    if (at >= 0 && now) lane[at] = now;
    else if (at >= 0) lane.splice(at, 1);
    else if (now) {
      const last = lane.at(-1);
      lane.push(now);
      if (last && last.key > now.key) lane.sort((a, b) => (a.key < b.key ? -1 : 1));
      this.#isInOrder &&= Number(placeOf(now.key)) > this.position;
    }
    if (lane.length > 0) this.#lanes.set(aggregateId, lane);
    else this.#lanes.delete(aggregateId);
  }

  /** Returns whether its followers are parked now, and were not, or the other way round. */
  #judge(aggregateId: string): boolean {
    const head = this.#lanes.get(aggregateId)?.[0];
    const wasRefused = this.#refused.has(aggregateId);
    this.#sendable.delete(aggregateId);
    this.#refused.delete(aggregateId);
    if (head) (isSendable(head) ? this.#sendable : this.#refused).add(aggregateId);
    return wasRefused !== this.#refused.has(aggregateId);
  }

  #remember(one: EndedCommand): void {
    this.#ended.set(one.id, one);
    this.#endings.push(one);
  }
}
