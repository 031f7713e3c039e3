import type { StandardSchemaV1 } from './standard-schema';

// Never there at run time: it only carries the type of the result from a message to whoever sends it.
declare const RESULT: unique symbol;

/** What goes with a command. An application may add facts of its own, as plain JSON. */
export interface CommandMetadata {
  /** On whose behalf. */
  readonly userId?: string | undefined;
  /** When it was made. */
  readonly timestamp: Date;
  /** What all messages of one flow share. @default the id of the command */
  readonly correlationId?: string | undefined;
  /** Facts of the application. */
  readonly [fact: string]: unknown;
}

/** What goes with a query. An application may add facts of its own, as plain JSON. */
export interface QueryMetadata {
  /** On whose behalf. */
  readonly userId?: string | undefined;
  /** When it was made. */
  readonly timestamp: Date;
  /** Facts of the application. */
  readonly [fact: string]: unknown;
}

/** What is to be done, once. The type of the result follows from the command. */
export interface Command<R = unknown, P = unknown> {
  /** Unique for each intent: a command that is sent again with the same id is not done again. At most 256 characters. */
  readonly id: string;
  /** What is to be done, such as `PlaceOrder`; not empty. */
  readonly type: string;
  /** What it is to be done to: commands of one aggregate are handled one after the other. */
  readonly aggregateId: string;
  /** The facts that it needs, as plain JSON. */
  readonly payload: P;
  /** What goes with it. */
  readonly metadata: CommandMetadata;
  /** Only a type: what the handler answers. */
  readonly [RESULT]?: R;
}

/** A command whose id and time may still be missing: whoever takes it gives them. Each {@link Command} is one too. */
export interface NewCommand<R = unknown, P = unknown> {
  /** Unique for each intent. @default a random UUID */
  readonly id?: string | undefined;
  /** What is to be done; not empty. */
  readonly type: string;
  /** What it is to be done to. */
  readonly aggregateId: string;
  /** The facts that it needs, as plain JSON. */
  readonly payload: P;
  /** What goes with it. @default the time at which it is taken */
  readonly metadata?: Partial<CommandMetadata> | undefined;
  /** Only a type: what the handler answers. */
  readonly [RESULT]?: R;
}

/** A question. The type of the answer follows from it. */
export interface Query<R = unknown, P = unknown> {
  /** Unique for each question. */
  readonly id: string;
  /** What is asked, such as `OrdersOfCustomer`; not empty. */
  readonly type: string;
  /** About what, as plain JSON. */
  readonly parameters: P;
  /** What goes with it. */
  readonly metadata: QueryMetadata;
  /** Only a type: what the handler answers. */
  readonly [RESULT]?: R;
}

/** A question whose id and time may still be missing: whoever takes it gives them. Each {@link Query} is one too. */
export interface NewQuery<R = unknown, P = unknown> {
  /** Unique for each question. @default a random UUID */
  readonly id?: string | undefined;
  /** What is asked; not empty. */
  readonly type: string;
  /** About what, as plain JSON. */
  readonly parameters: P;
  /** What goes with it. @default the time at which it is taken */
  readonly metadata?: Partial<QueryMetadata> | undefined;
  /** Only a type: what the handler answers. */
  readonly [RESULT]?: R;
}

/** The type of what a message is answered with. */
export type ResultOf<M> = M extends { readonly [RESULT]?: infer R } ? R : never;

/** A command was done. */
export interface CommandSuccess<R = unknown> {
  /** The id of the command. */
  readonly commandId: string;
  /** It was done. */
  readonly success: true;
  /** What the handler answered. */
  readonly result: R;
  /** How many events it appended through its context; left out when that is not known, as of a remote handler. */
  readonly events?: number | undefined;
  /** The position of the last of them, to wait for; left out when there was none, or it is not known. */
  readonly position?: number | undefined;
}

/** A command was not done, or nobody knows whether it was. */
export interface MessageFailure {
  /** It was not done. */
  readonly success: false;
  /** What went wrong, in words. */
  readonly error: string;
  /** What went wrong: the error itself. */
  readonly cause: unknown;
}

/** A command was not done, or nobody knows whether it was: see its cause. */
export interface CommandFailure extends MessageFailure {
  /** The id of the command. */
  readonly commandId: string;
}

/** What became of a command. */
export type CommandResult<R = unknown> = CommandSuccess<R> | CommandFailure;

/** A question was answered. */
export interface QuerySuccess<R = unknown> {
  /** The id of the query. */
  readonly queryId: string;
  /** It was answered. */
  readonly success: true;
  /** The answer. */
  readonly data: R;
}

/** A question was not answered: see its cause. */
export interface QueryFailure extends MessageFailure {
  /** The id of the query. */
  readonly queryId: string;
}

/** What became of a query. */
export type QueryResult<R = unknown> = QuerySuccess<R> | QueryFailure;

/** What may be said of a kind of messages. */
export interface DefinitionOptions<P> {
  /** What its payload or parameters must be. Handlers get what the schema makes of them. @default not looked at */
  readonly schema?: StandardSchemaV1<unknown, P> | undefined;
}

/** What is said of one command: all but its type. */
export type CommandParts<R = unknown, P = unknown> = Omit<NewCommand<R, P>, 'type'>;

/** What is said of one query: all but its type. */
export type QueryParts<R = unknown, P = unknown> = Omit<NewQuery<R, P>, 'type'>;

/** A kind of commands: a maker of them that knows its type and what their payload must be. */
export interface CommandDefinition<P = unknown, R = unknown> extends DefinitionOptions<P> {
  /** Makes a command of this kind. */
  (parts: CommandParts<R, P>): NewCommand<R, P>;
  /** What is to be done; not empty. */
  readonly type: string;
}

/** A kind of queries: a maker of them that knows its type and what their parameters must be. */
export interface QueryDefinition<P = unknown, R = unknown> extends DefinitionOptions<P> {
  /** Makes a query of this kind. */
  (parts: QueryParts<R, P>): NewQuery<R, P>;
  /** What is asked; not empty. */
  readonly type: string;
}

/**
 * Declares a kind of commands once, so that the types of payload and result follow from it wherever it is used.
 *
 * @param type What is to be done, such as `PlaceOrder`; not empty.
 * @usageNotes
 * ```ts
 * const placeOrder = defineCommand<{ sku: string }, { orderId: string }>('PlaceOrder');
 * commands.send(placeOrder({ aggregateId: 'order-7', payload: { sku: 'tea' } })); // Observable<{ orderId: string }>
 * ```
 */
export function defineCommand<P = unknown, R = unknown>(
  type: string,
  { schema }: DefinitionOptions<P> = {},
): CommandDefinition<P, R> {
  const make = (parts: CommandParts<R, P>): NewCommand<R, P> => ({ ...parts, type });
  return Object.assign(make, { type, schema });
}

/**
 * Declares a kind of queries once, so that the types of parameters and answer follow from it wherever it is used.
 *
 * @param type What is asked, such as `OrdersOfCustomer`; not empty.
 * @usageNotes
 * ```ts
 * const ordersOf = defineQuery<{ customer: string }, readonly Order[]>('OrdersOfCustomer');
 * queries.execute(ordersOf({ parameters: { customer: 'c-1' } })); // Observable<readonly Order[]>
 * ```
 */
export function defineQuery<P = unknown, R = unknown>(
  type: string,
  { schema }: DefinitionOptions<P> = {},
): QueryDefinition<P, R> {
  const make = (parts: QueryParts<R, P>): NewQuery<R, P> => ({ ...parts, type });
  return Object.assign(make, { type, schema });
}
