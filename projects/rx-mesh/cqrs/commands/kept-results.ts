import {
  type ReadModelRecord,
  type ReadModelStorage,
  isBrokenReadModelError,
  isReadModelConflictError,
} from 'rx-mesh/event-sourcing';
import type { Clock, Diagnostics } from 'rx-mesh/kernel';
import type { Command } from '../message-types';
import type { CommandEnding, RememberedCommand } from './command-memory';
import { failureOf, recordOfFailure } from './failure-record';

const MODEL = '$commands';
const PAGE = 500;
// How many results are written before the old ones are looked for.
const PRUNE_EVERY = 256;
// How often a result is tried to be removed that others write at the same time.
const MOST_TRIES = 4;

/** What is kept of a command. */
export type KeptCommand = Omit<RememberedCommand, 'since'> & { readonly age: number };

/** The outcomes of commands that outlive the page. */
export class KeptResults {
  // What is being written, by the id of the command.
  readonly #writing = new Map<string, Promise<void>>();
  #writes = 0;

  constructor(
    private readonly storage: ReadModelStorage,
    private readonly clock: Clock,
    private readonly diagnostics: Diagnostics,
    private readonly window: number,
    private readonly limit: number,
  ) {}

  /** What is kept of a command. Rejects when that cannot be told: then it must not be done. */
  async read(command: Command): Promise<KeptCommand | undefined> {
    try {
      const record = await this.storage.read(MODEL, command.id);
      return record && this.#isFresh(record) ? this.#kept(record, command) : undefined;
    } catch (error) {
      if (!isBrokenReadModelError(error)) throw error;
      this.#tell('The result of a command cannot be read; the command is done again.', error);
      return undefined;
    }
  }

  /** Keeps how a command ended. Never rejects: the command is done in any case. */
  async write(command: Command, ending: CommandEnding): Promise<void> {
    const { id } = command;
    const writing = this.#write(command, ending);
    this.#writing.set(id, writing);
    await writing;
    if (this.#writing.get(id) === writing) this.#writing.delete(id);
  }

  /** Removes what is kept of a command. Returns whether there was something; rejects when nobody knows. */
  async forget(id: string): Promise<boolean> {
    await this.#writing.get(id);
    for (let tries = 1; ; tries++) {
      try {
        const record = await this.storage.read(MODEL, id);
        if (record?.value === undefined) return false;
        const nothing = { model: MODEL, id, value: undefined, position: 0 };
        await this.storage.compareAndSet(nothing, record.version, this.clock.now());
        return true;
      } catch (error) {
        // What cannot be read counts as nothing when it is read.
        if (isBrokenReadModelError(error)) return false;
        if (!isReadModelConflictError(error) || tries >= MOST_TRIES) throw error;
      }
    }
  }

  async #write({ id, type, aggregateId }: Command, ending: CommandEnding): Promise<void> {
    const value = {
      type,
      aggregateId,
      ...(ending.success ? { done: ending.done } : { failure: recordOfFailure(ending.error) }),
    };
    const put = async (expected: number) =>
      this.storage.compareAndSet({ model: MODEL, id, value, position: 0 }, expected, this.clock.now()); // prettier-ignore
    try {
      await put(0).catch(async (error: unknown) => {
        // One that is too old to be remembered.
        if (!isReadModelConflictError(error)) throw error;
        return put(error.actual);
      });
      if (this.#writes++ % PRUNE_EVERY === 0) await this.#prune();
    } catch (error) {
      this.#tell('The result of a command could not be kept; after a reload it may be done again.', error); // prettier-ignore
    }
  }

  #isFresh({ timestamp }: ReadModelRecord): boolean {
    return this.clock.now() - timestamp < this.window;
  }

  // Somebody else may have written it: what is no result is none.
  #kept({ value, timestamp }: ReadModelRecord, command: Command): KeptCommand | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    const { type, aggregateId, done, failure } = value as Readonly<Record<string, unknown>>;
    if (typeof type !== 'string' || typeof aggregateId !== 'string') return undefined;
    const age = Math.max(0, this.clock.now() - timestamp);
    const { id } = command;
    if (typeof done === 'object' && done !== null) {
      const { result, events, position } = done as Readonly<Record<string, unknown>>;
      const counts = {
        ...(typeof events === 'number' ? { events } : {}),
        ...(typeof position === 'number' ? { position } : {}),
      };
      const ending = { success: true as const, done: { commandId: id, success: true as const, result, ...counts } }; // prettier-ignore
      return { id, type, aggregateId, age, ending };
    }
    if (failure === undefined) return undefined;
    const error = failureOf(failure, command, (name, message) =>
      Object.assign(new Error(message), { name }),
    );
    return { id, type, aggregateId, age, ending: { success: false, error } };
  }

  async #prune(): Promise<void> {
    const kept: Pick<ReadModelRecord, 'id' | 'version' | 'timestamp'>[] = [];
    const old: typeof kept = [];
    let page = await this.storage.list(MODEL, { max: PAGE });
    while (page.length > 0) {
      for (const record of page) {
        const { id, version, timestamp } = record;
        (this.#isFresh(record) ? kept : old).push({ id, version, timestamp });
      }
      page = await this.storage.list(MODEL, { max: PAGE, after: page.at(-1)?.id });
    }
    kept.sort((a, b) => b.timestamp - a.timestamp);
    for (const { id, version } of [...old, ...kept.slice(this.limit)]) {
      const write = { model: MODEL, id, value: undefined, position: 0 };
      await this.storage.compareAndSet(write, version, this.clock.now()).catch((error: unknown) => {
        // Another tab was faster.
        if (!isReadModelConflictError(error)) throw error;
      });
    }
  }

  #tell(message: string, cause: unknown): void {
    const source = 'CommandBusService';
    this.diagnostics.report({ code: 'RXM544', severity: 'warning', source, message, cause });
  }
}
