import type { EventEnvelope } from '../event-envelope';
import { BatchFold, ParkedBook, type WantedEvent } from './batch-fold';
import { checkCheckpoint, checkGuard } from './commit-check';
import type { Projection } from './projection';
import { isCheckpointMovedError } from './projection-errors';
import { PLACES, type StoredPlace, withBuilt } from './projection-places';
import type { ProjectionPorts } from './projection-ports';
import type { CommitGuard, ReadModelCommit } from './read-model-storage';
import { holdRecords, recordOf } from './record-fold';
import { SoundStates } from './sound-states';
import { type TolerantSource, recordedTypes } from './tolerant-source';

const PAGE = 500;

/** What a generation is worked on with. */
export interface GenerationParts<S> {
  readonly ports: ProjectionPorts;
  readonly projection: Projection<S>;
  readonly generation: string;
  readonly stored: StoredPlace;
  readonly source: TolerantSource;
  /** Told when something was stored. */
  readonly gotOn: () => void;
}

/**
 * Moves one generation of a projection on: events in, one commit a batch. Whoever else moves it, or the place of the
 * projection, makes the next commit fail, after which it has to be opened anew.
 */
export class GenerationWork<S> {
  readonly #ports: ProjectionPorts;
  readonly #projection: Projection<S>;
  readonly #generation: string;
  readonly #stored: StoredPlace;
  readonly #source: TolerantSource;
  readonly #parked: ParkedBook;
  readonly #gotOn: () => void;
  readonly #states = new SoundStates();
  readonly #types: ReadonlySet<string>;
  #version: number;
  #position: number;
  #turn: Promise<void> = Promise.resolve();
  #busy = 0;

  private constructor(
    parts: GenerationParts<S>,
    parked: ParkedBook,
    checkpoint: { readonly position: number; readonly version: number },
  ) {
    this.#ports = parts.ports;
    this.#projection = parts.projection;
    this.#generation = parts.generation;
    this.#stored = parts.stored;
    this.#source = parts.source;
    this.#gotOn = parts.gotOn;
    this.#types = recordedTypes(parts.ports, parts.projection);
    this.#parked = parked;
    this.#version = checkpoint.version;
    this.#position = checkpoint.position;
  }

  /** Reads where a generation is. */
  static async open<S>(parts: GenerationParts<S>): Promise<GenerationWork<S>> {
    const { storage } = parts.ports;
    const { generation } = parts;
    const checkpoint = await storage.checkpoint(generation);
    const book = new ParkedBook();
    let page = await storage.parked(generation, { max: PAGE });
    while (page.length > 0) {
      for (const event of page) book.add(event);
      page = await storage.parked(generation, { after: page.at(-1)?.position, max: PAGE });
    }
    return new GenerationWork(parts, book, checkpoint ?? { position: 0, version: 0 });
  }

  /** Up to which position events are in it. */
  get position(): number {
    return this.#position;
  }

  /** How many events are parked. */
  get parked(): number {
    return this.#parked.size;
  }

  /**
   * Folds events, and stores what that leads to.
   *
   * @param after How far that gets.
   * @param isReplay Whether all of them are of the past. @default those up to where the log was when the projection began
   * @throws ProjectionFailedError when it must not go on; what comes before that event is stored then.
   */
  async take(events: readonly EventEnvelope[], after: number, isReplay = false): Promise<void> {
    await this.#inTurn(async () => {
      const fold = await this.#fold(events, isReplay);
      const { stop, writes, parked } = fold;
      const position = Math.max(this.#position, stop ? stop.position - 1 : after);
      if (position > this.#position || writes.length > 0 || parked.length > 0) {
        await this.#commit({ position, writes, parked });
      }
      this.#report(fold);
      if (stop) throw stop;
    });
  }

  /** Rejects when somebody else has moved it, or the place. */
  async check(): Promise<void> {
    // What this one moves itself is told as well.
    if (this.#busy > 0) return;
    const { storage } = this.#ports;
    const [checkpoint, place] = await Promise.all([
      storage.checkpoint(this.#generation),
      storage.read(PLACES, this.#projection.name),
    ]);
    if (this.#busy > 0) return;
    checkCheckpoint(this.#generation, this.#version, checkpoint?.version);
    checkGuard(this.#guard(), place?.version);
  }

  /**
   * Makes this generation the active one, if the one that is has not moved.
   *
   * @param version The version of the checkpoint of the active one, 0 for none.
   * @returns Whether that is so; else the active one has moved, and this one has to catch up again.
   */
  async takeOver(version: number): Promise<boolean> {
    const { place } = this.#stored;
    const value = withBuilt(place);
    try {
      await this.#inTurn(async () =>
        this.#commit({
          position: this.#position,
          writes: [{ model: PLACES, id: this.#projection.name, value, position: 0 }],
          guards: [{ checkpoint: place.active, version }],
        }),
      );
      return true;
    } catch (error) {
      if (isCheckpointMovedError(error) && error.checkpoint === place.active) return false;
      throw error;
    }
  }

  async #fold(events: readonly EventEnvelope[], isReplay: boolean): Promise<BatchFold<S>> {
    const wanted = events.flatMap((event): readonly WantedEvent[] => {
      const error = this.#source.faultOf(event);
      const { handlers } = this.#projection;
      if (!(error === undefined ? handlers : this.#types).has(event.type)) return [];
      const record = recordOf(this.#projection, event);
      if (record) return [{ ...record, event }];
      // In the shape in which it was recorded it may only seem to be of no record.
      return error === undefined ? [] : [{ error, event }];
    });
    const ids = wanted.flatMap(({ id }) => (id === undefined ? [] : [id]));
    const { past } = this.#stored.place;
    const fold = new BatchFold({
      projection: this.#projection,
      model: this.#generation,
      held: await holdRecords(this.#ports.storage, this.#generation, new Set(ids)),
      parked: this.#parked,
      states: this.#states,
      isReplay: ({ position }) => isReplay || position <= past,
      faultOf: (event) => this.#source.faultOf(event),
      timestamp: this.#ports.clock.now(),
    });
    for (const one of wanted) if (!fold.take(one)) break;
    return fold;
  }

  async #commit(
    commit: Pick<ReadModelCommit, 'position' | 'writes' | 'parked' | 'guards'>,
  ): Promise<void> {
    const { storage, clock } = this.#ports;
    const { version } = await storage.commit({
      ...commit,
      checkpoint: this.#generation,
      expected: this.#version,
      timestamp: clock.now(),
      guards: [this.#guard(), ...(commit.guards ?? [])],
    });
    this.#version = version;
    this.#position = commit.position;
    this.#gotOn();
  }

  #guard(): CommitGuard {
    return { model: PLACES, id: this.#projection.name, version: this.#stored.version };
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#busy++;
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      this.#busy--;
    }
  }

  #report({ failures, first }: BatchFold<S>): void {
    const { name, onError } = this.#projection;
    if (!first || onError === 'stop') return;
    const what = onError === 'skip' ? 'left out' : 'parked, and can be handled again';
    this.#ports.diagnostics.report({
      code: 'RXM510',
      severity: onError === 'skip' ? 'error' : 'warning',
      source: 'event-sourcing',
      message: `Projection ${JSON.stringify(name)} could not handle ${failures} of its events, the first of position ${first.event.position}; they are ${what}.`,
      cause: first.error,
    });
  }
}
