import type { EventEnvelope, ParkedEvent } from 'rx-mesh/event-sourcing';
import type { SyncLeftOut, SyncResult } from './sync-options';
import { messageOf } from './waiting-events';

/** The events of one aggregate in a batch: those that wait, and those that are new. */
export interface Share {
  readonly key: string;
  readonly waiting: readonly ParkedEvent[];
  readonly fresh: EventEnvelope[];
}

/** What became of the events of one aggregate. */
export type Outcome = Done | Failed;

/** They were handled. */
export interface Done {
  readonly share: Share;
  readonly updated: number;
}

/** They were not. */
export interface Failed {
  readonly share: Share;
  readonly error: unknown;
  /** Whether the handler was called. */
  readonly isTried: boolean;
}

/** The events of an aggregate in a batch, in their order. */
export function eventsOf({ waiting, fresh }: Share): readonly EventEnvelope[] {
  return [...waiting.map(({ event }) => event), ...fresh];
}

/** What is told of a batch. */
export function resultOf(
  done: readonly Done[],
  failed: readonly Failed[],
  { position, now, blocked }: { readonly position: number; readonly now: number; readonly blocked: Error | undefined }, // prettier-ignore
): SyncResult {
  const first = failed.find(({ isTried }) => isTried) ?? failed[0];
  const isWaiting = first?.isTried === false && !blocked;
  const cause: unknown = blocked ?? first?.error;
  const problem = isWaiting ? 'Events wait behind one that failed.' : messageOf(cause);
  return {
    timestamp: new Date(now),
    updatedModels: done.reduce((sum, { updated }) => sum + updated, 0),
    success: !first,
    ...(first ? { error: problem, cause } : {}),
    events: done.reduce((sum, { share }) => sum + share.waiting.length + share.fresh.length, 0),
    position,
    leftOut: failed.map((outcome) => leftOut(outcome)),
  };
}

function leftOut({ share, error, isTried }: Failed): SyncLeftOut {
  const events = eventsOf(share);
  const { aggregateType = '', aggregateId = '' } = events[0] ?? {};
  const positions = events.map(({ position }) => position);
  return { aggregateType, aggregateId, positions, ...(isTried ? { error } : {}) };
}
