import type { Command } from '../message-types';

/**
 * Where a command of the outbox is. `queued`: it waits for its turn or for the network; `sending`: it is on its way;
 * `parked`: an earlier command of its aggregate was refused, and it waits for what becomes of that; `rejected` and
 * `conflict`: it was refused, for good or because somebody else was faster, and waits for a decision; `done`: it has had its
 * effect; `cancelled`: it was taken out; `forgotten`: it has ended, but so long ago that nobody knows how. The last three are
 * ends.
 */
export type OutboxState =
  'queued' | 'sending' | 'parked' | 'rejected' | 'conflict' | 'done' | 'cancelled' | 'forgotten';

/** Why a command was refused, or has to be sent again, as plain data. */
export interface OutboxReason {
  /** The name of the error. */
  readonly name: string;
  /** What it says, at most 1000 characters. */
  readonly message: string;
  /** Its code, when it is an error of rx-mesh. */
  readonly code?: string | undefined;
  /** Its HTTP status, when it has one. */
  readonly status?: number | undefined;
  /** The version at which the stream is, when that is known of a conflict. */
  readonly actual?: number | undefined;
  /** The error itself; only on the page that has caught it. */
  readonly cause?: unknown;
}

/** A command of the outbox. */
export interface OutboxEntry<R = unknown> {
  /** The id of the command. */
  readonly id: string;
  /** The type of the command. */
  readonly type: string;
  /** The aggregate of the command. */
  readonly aggregateId: string;
  /** Where it is. */
  readonly state: OutboxState;
  /** How often it was sent. */
  readonly attempts: number;
  /** When it was put in: wall time in milliseconds since the epoch. */
  readonly queuedAt: number;
  /** Until when it may be sent: wall time in milliseconds since the epoch. @default for ever */
  readonly expires?: number | undefined;
  /** The command; left out once it has ended. */
  readonly command?: Command<R> | undefined;
  /** What went wrong last; left out while nothing has. */
  readonly reason?: OutboxReason | undefined;
  /** What was answered, once it is done. On other pages only when it is small, plain JSON. */
  readonly result?: R | undefined;
  /** Whether it may have had its effect although it is not done: it was sent, and nobody knows what became of that. */
  readonly mayHaveHappened: boolean;
  /** The id of the command that took its place. */
  readonly replacedBy?: string | undefined;
}

/**
 * What the page shows before a command is done. It lives as long as the page: after a reload, hand it to `watch` again.
 */
export interface OptimisticUpdate {
  /** Shows the effect. Called at once, and again when a refused command is tried again. What it throws refuses the command. */
  apply(): void;
  /** Takes it back: once for each `apply` whose command was refused or cancelled, or could not be put in. */
  rollback(reason: OutboxReason | undefined): void;
}

/** How a command is put into the outbox. */
export interface EnqueueOptions {
  /** What the page shows meanwhile. @default nothing */
  readonly optimistic?: OptimisticUpdate | undefined;
  /**
   * How long it may be sent, in milliseconds, above 0. It is looked at when it would be sent; then it is rejected with a
   * `CommandExpiredError`. @default for ever
   */
  readonly expires?: number | undefined;
}

/** How full the outbox is, and whether it gets on. */
export interface OutboxStatus {
  /** How many commands are in it. */
  readonly total: number;
  /** How many of them were refused, and wait for a decision. */
  readonly refused: number;
  /** Of how many aggregates there is something to send. */
  readonly sendable: number;
}
