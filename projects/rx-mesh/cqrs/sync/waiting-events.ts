import type { EventEnvelope, ParkedEvent, ParkedReason, ReadModelStorage } from 'rx-mesh/event-sourcing'; // prettier-ignore

const PAGE = 500;
const LONGEST = 1000;
const LONGEST_WAIT = 300_000; // ms

/** Which aggregate it is, as a key of a map. */
export function keyOf({ aggregateType, aggregateId }: EventEnvelope): string {
  return JSON.stringify([aggregateType, aggregateId]);
}

/** The events that could not be handled, by aggregate, as they are stored. */
export class WaitingEvents {
  readonly #byAggregate = new Map<string, ParkedEvent[]>();
  readonly #positions = new Set<number>();

  /** Reads what waits for a checkpoint. */
  static async load(storage: ReadModelStorage, handler: string): Promise<WaitingEvents> {
    const waiting = new WaitingEvents();
    for (const event of await allWaiting(storage, handler)) waiting.add(event);
    return waiting;
  }

  /** How many events wait. */
  get size(): number {
    return this.#positions.size;
  }

  /** All of them, in no order. */
  get events(): readonly EventEnvelope[] {
    return [...this.#byAggregate.values()].flatMap((list) => list.map(({ event }) => event));
  }

  /** Whether an event waits. */
  has(position: number): boolean {
    return this.#positions.has(position);
  }

  /** The events of an aggregate that wait, by position. */
  of(key: string): readonly ParkedEvent[] {
    return this.#byAggregate.get(key) ?? [];
  }

  /** The aggregates of which events are to be tried again by now. */
  due(now: number, every: number): readonly string[] {
    return [...this.#byAggregate.keys()].filter((key) => this.isDue(key, now, every));
  }

  /** Whether events of an aggregate are to be tried again: sooner at first, then less and less often. */
  isDue(key: string, now: number, every: number): boolean {
    const [first] = this.of(key);
    if (!first) return true;
    const wait = Math.min(LONGEST_WAIT, every * 2 ** (Math.max(1, first.attempts) - 1));
    // A wall that was put back must not keep them for long.
    const since = now - first.timestamp;
    return since >= wait - 1 || since < 0;
  }

  /** Takes note of an event that waits, or of what has changed about it. */
  add(event: ParkedEvent): void {
    const key = keyOf(event.event);
    const others = this.of(key).filter(({ position }) => position !== event.position);
    this.#byAggregate.set(
      key,
      [...others, event].sort((a, b) => a.position - b.position),
    );
    this.#positions.add(event.position);
  }

  /** Forgets the events of an aggregate. */
  delete(key: string): void {
    for (const { position } of this.of(key)) this.#positions.delete(position);
    this.#byAggregate.delete(key);
  }
}

/** All events that wait for a checkpoint, by position. */
export async function allWaiting(
  storage: ReadModelStorage,
  handler: string,
): Promise<readonly ParkedEvent[]> {
  const found: ParkedEvent[] = [];
  for (;;) {
    const page = await storage.parked(handler, { after: found.at(-1)?.position, max: PAGE });
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

/** How events are stored that could not be handled: the first with the reason, the others as waiting behind it. */
export function asWaiting(
  handler: string,
  events: readonly EventEnvelope[],
  timestamp: number,
  failure?: { readonly error: unknown; readonly attempts: number },
): readonly ParkedEvent[] {
  return events.map((event, at) => ({
    handler,
    position: event.position,
    id: event.aggregateId,
    event,
    attempts: at === 0 && failure ? failure.attempts : 0,
    ...(at === 0 && failure ? { reason: reasonOf(failure.error) } : {}),
    isReplay: false,
    timestamp,
  }));
}

/** What an error says, in words. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : error;
  return typeof message === 'string' && message !== '' ? message : 'Something else was thrown.';
}

function reasonOf(error: unknown): ParkedReason {
  const { name, code } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly name?: unknown;
    readonly code?: unknown;
  };
  return {
    name: typeof name === 'string' ? name.slice(0, LONGEST) : 'Error',
    message: messageOf(error).slice(0, LONGEST),
    ...(typeof code === 'string' ? { code: code.slice(0, LONGEST) } : {}),
  };
}
