import type { EventEnvelope } from '../event-envelope';
import type { Projection } from './projection';
import { ProjectionFailedError } from './projection-errors';
import type { ParkedEvent, ReadModelWrite } from './read-model-storage';
import { type HeldRecords, type RecordOfEvent, foldInto, reasonOf } from './record-fold';
import type { SoundStates } from './sound-states';

/** What is parked of a generation: no more than the projection may park. */
export class ParkedBook {
  readonly #positions = new Set<number>();
  readonly #ids = new Set<string>();

  /** How many events are parked. */
  get size(): number {
    return this.#positions.size;
  }

  /** Takes note of an event that is parked. */
  add({ position, id }: { readonly position: number; readonly id?: string | undefined }): void {
    this.#positions.add(position);
    if (id !== undefined) this.#ids.add(id);
  }

  /** Whether an event is parked. */
  has(position: number): boolean {
    return this.#positions.has(position);
  }

  /** Whether an event of a record is parked. */
  blocks(id: string): boolean {
    return this.#ids.has(id);
  }
}

/** An event, and to which record it belongs. */
export type WantedEvent = RecordOfEvent & { readonly event: EventEnvelope };

/** What a batch is folded with. */
export interface BatchParts<S> {
  readonly projection: Projection<S>;
  /** The generation. */
  readonly model: string;
  readonly held: HeldRecords;
  /** What is parked already. It is counted on. */
  readonly parked: ParkedBook;
  readonly states: SoundStates;
  readonly isReplay: (event: EventEnvelope) => boolean;
  /** Why an event could not be brought to its newest shape. */
  readonly faultOf: (event: EventEnvelope) => unknown;
  readonly timestamp: number;
}

/** Folds events of one batch into their records. It touches no storage. */
export class BatchFold<S> {
  readonly #parts: BatchParts<S>;
  readonly #parked: ParkedEvent[] = [];
  #failures = 0;
  #first: { readonly event: EventEnvelope; readonly error: unknown } | undefined;
  #stop: ProjectionFailedError | undefined;

  constructor(parts: BatchParts<S>) {
    this.#parts = parts;
  }

  /** Events that have to be parked. */
  get parked(): readonly ParkedEvent[] {
    return this.#parked;
  }

  /** How many events could not be handled, without those that only wait. */
  get failures(): number {
    return this.#failures;
  }

  /** The first event that could not be handled, and why. */
  get first(): { readonly event: EventEnvelope; readonly error: unknown } | undefined {
    return this.#first;
  }

  /** Why it does not go on; then the event that is at fault, and those behind it, are not handled. */
  get stop(): ProjectionFailedError | undefined {
    return this.#stop;
  }

  /** The records that have to be written. */
  get writes(): readonly ReadModelWrite[] {
    const { held, model } = this.#parts;
    return Array.from(held).flatMap(([id, record]) =>
      'error' in record || !record.isChanged
        ? []
        : [{ model, id, value: record.state, position: record.position }],
    );
  }

  /** Folds an event, and says whether to go on. */
  take({ event, id, error }: WantedEvent): boolean {
    const { projection, held, parked, states, isReplay, faultOf } = this.#parts;
    const { parkBehind } = projection;
    // It was parked by a commit of which only a part was stored.
    if (parked.has(event.position)) return true;
    if (id !== undefined && parkBehind && parked.blocks(id)) return this.#park(event, id);
    if (id === undefined) return this.#fail(event, id, error);
    const record = held.get(id);
    if (!record || 'error' in record) return this.#fail(event, id, record?.error);
    const fault = faultOf(event);
    if (fault !== undefined) return this.#fail(event, id, fault);
    // It is in there already, by a commit of which only a part was stored.
    if (record.position >= event.position) return true;
    try {
      foldInto(projection, record, event, isReplay(event), states);
      return true;
    } catch (cause) {
      return this.#fail(event, id, cause);
    }
  }

  #fail(event: EventEnvelope, id: string | undefined, error: unknown): boolean {
    const { onError } = this.#parts.projection;
    this.#failures++;
    this.#first ??= { event, error };
    if (onError === 'skip') return true;
    if (onError === 'park') return this.#park(event, id, error);
    return this.#end(event, 'it could not be handled', error);
  }

  #park(event: EventEnvelope, id: string | undefined, ...errors: readonly unknown[]): boolean {
    const { projection, model: handler, parked, isReplay, timestamp } = this.#parts;
    const [error] = errors;
    const { position } = event;
    if (parked.size >= projection.maxParked) {
      return this.#end(event, `${parked.size} events are parked already`, error);
    }
    parked.add({ position, id });
    this.#parked.push({
      handler,
      position,
      ...(id === undefined ? {} : { id }),
      event,
      ...(errors.length > 0 ? { reason: reasonOf(error) } : {}),
      attempts: errors.length,
      isReplay: isReplay(event),
      timestamp,
    });
    return true;
  }

  #end(event: EventEnvelope, problem: string, cause: unknown): boolean {
    const { name } = this.#parts.projection;
    const options = cause === undefined ? {} : { cause };
    this.#stop = new ProjectionFailedError(name, event.position, event.type, problem, options);
    return false;
  }
}
