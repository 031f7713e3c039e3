import { InvalidOptionError, type PartialOptions } from 'rx-mesh/kernel';
import type { StandardSchemaV1 } from '../standard-schema';
import { DuplicateHandlerError } from './command-errors';
import { FlightList, type HandlerEntry } from './command-flight';
import type { CommandHandler } from './command-handler';
import { COMMAND_HANDLER, type CommandHandlerValues } from './handler-options';

/** What a definition says that a handler needs. */
export interface CommandKind {
  readonly type: string;
  readonly schema?: StandardSchemaV1 | undefined;
}

/** The handlers by type. */
export class HandlerRegistry {
  readonly #entries = new Map<string, HandlerEntry>();

  /** The handler of a type; `undefined` when there is none. */
  get(type: string): HandlerEntry | undefined {
    return this.#entries.get(type);
  }

  /** Adds the one handler of a type. Returns what removes it again. */
  add(
    what: string | CommandKind,
    handler: CommandHandler,
    isRemote: boolean,
    options: PartialOptions<CommandHandlerValues>,
    timeout: number,
  ): () => void {
    const { type, schema }: CommandKind = typeof what === 'string' ? { type: what } : what;
    if (typeof type !== 'string' || type === '') {
      throw new InvalidOptionError('CommandBusService.register.type', type, 'a text that is not empty'); // prettier-ignore
    }
    const remote = isRemote ? REMOTE : {};
    const base = { ...COMMAND_HANDLER.defaults, timeout, ...remote };
    const values = COMMAND_HANDLER.resolve(options, base);
    if (this.#entries.has(type)) throw new DuplicateHandlerError(type);
    const ready = new FlightList();
    const isPlain = !schema && values.retries === 0 && values.onConflict === 0;
    const entry: HandlerEntry = { type, schema, handler, isRemote, values, ready, isPlain, running: 0, deadlines: undefined }; // prettier-ignore
    this.#entries.set(type, entry);
    return () => {
      if (this.#entries.get(type) === entry) this.#entries.delete(type);
    };
  }
}

const REMOTE = { idempotent: true, retries: 2 } as const;
