import { type ConsistencyReport, type OutboxEntry, type OutboxState } from 'rx-mesh/cqrs';
import { formatDuration } from '../ui/format';
import { type ToneLook } from '../ui/tone-badge';
import { type EarlyOrder } from './command-desk';
import { type CustomerOrder, type OrderedBy, orderOf } from './order-commands';

/** An order as the list of orders shows it. */
export interface OrderRow extends CustomerOrder {
  readonly look: ToneLook;
}

/** A command as the list of the outbox shows it. */
export interface EntryRow {
  readonly entry: OutboxEntry;
  readonly order: OrderedBy;
  readonly look: ToneLook;
  readonly facts: string;
  /** What the button says that has it sent again; undefined when there is no need. */
  readonly again: 'Send now' | 'Order again' | undefined;
}

/** How far a read model is behind. */
export interface LagRow {
  readonly name: string;
  readonly look: ToneLook;
  /** In events and in time. */
  readonly text: string;
  /** How far the meter goes, from 0 to 10. */
  readonly level: number;
}

const STORED: ToneLook = { tone: 'good', icon: 'check', text: 'In the read model' };
const EARLY_LOOKS: Readonly<Record<EarlyOrder['state'], ToneLook>> = {
  queued: { tone: 'quiet', icon: 'clock', text: 'Not sent yet' },
  sending: { tone: 'warn', icon: 'send', text: 'On its way' },
  accepted: { tone: 'held', icon: 'check', text: 'Accepted' },
};
const ENTRY_LOOKS: Readonly<Record<OutboxState, ToneLook>> = {
  queued: { tone: 'quiet', icon: 'clock', text: 'Waits' },
  sending: { tone: 'warn', icon: 'send', text: 'On its way' },
  parked: { tone: 'held', icon: 'pause', text: 'Held back' },
  rejected: { tone: 'bad', icon: 'cross', text: 'Refused' },
  conflict: { tone: 'bad', icon: 'alert', text: 'Conflict' },
  done: { tone: 'good', icon: 'check', text: 'Done' },
  cancelled: { tone: 'quiet', icon: 'minus', text: 'Cancelled' },
  forgotten: { tone: 'quiet', icon: 'minus', text: 'Ended' },
};
/** With so many events the meter is full. */
const FULL = 10;
const TRIED: ToneLook = { tone: 'warn', icon: 'retry', text: 'Tries again' };

/** The orders that are shown: first those that no read model has. */
export function orderRows(
  early: readonly EarlyOrder[],
  stored: readonly CustomerOrder[],
): readonly OrderRow[] {
  const known = new Set(stored.map(({ order }) => order));
  return [
    ...early
      .filter(({ order }) => !known.has(order))
      .map((order) => ({ ...order, look: EARLY_LOOKS[order.state] })),
    ...stored.map((order) => ({ ...order, look: STORED })),
  ];
}

/** The commands of the outbox that place orders. */
export function entryRows(entries: readonly OutboxEntry[], isOnline: boolean): readonly EntryRow[] {
  return entries.flatMap((entry) => {
    const order = orderOf(entry);
    const hasFailed = entry.state === 'queued' && entry.reason !== undefined;
    const look = hasFailed ? TRIED : ENTRY_LOOKS[entry.state];
    const isRefused = entry.state === 'rejected' || entry.state === 'conflict';
    const again = isRefused ? 'Order again' : hasFailed && isOnline ? 'Send now' : undefined;
    return order ? [{ entry, order, look, facts: factsOf(entry, isOnline), again }] : [];
  });
}

/** How far read models are behind: all of those asked for, in their order. */
export function lagRows(
  names: readonly string[],
  report: ConsistencyReport | undefined,
): readonly LagRow[] {
  return names.map((name) => {
    const lags = (report?.lags ?? []).filter(({ readModel }) => readModel === name);
    const events = lags.reduce((sum, { lagEvents }) => sum + lagEvents, 0);
    const ms = lags.reduce((most, { lagMs }) => Math.max(most, lagMs), 0);
    const isUnknown = !report || report.failures.some(({ readModel = name }) => readModel === name);
    const text = `${events} ${events === 1 ? 'event' : 'events'} · ${formatDuration(ms)}`;
    return { name, look: lagLook(events, isUnknown), text, level: Math.min(FULL, events) };
  });
}

function lagLook(events: number, isUnknown: boolean): ToneLook {
  if (isUnknown) return { tone: 'quiet', icon: 'clock', text: 'Not known' };
  if (events === 0) return { tone: 'good', icon: 'check', text: 'Up to date' };
  return { tone: 'warn', icon: 'clock', text: 'Behind' };
}

function factsOf({ attempts, reason, state }: OutboxEntry, isOnline: boolean): string {
  const tries =
    attempts === 0 ? 'not sent yet' : attempts === 1 ? 'sent once' : `sent ${attempts} times`;
  const parts = [tries];
  if (state === 'parked') parts.push('waits behind one that was refused');
  else if (state === 'queued' && !isOnline) parts.push('waits for the network');
  if (reason && state !== 'sending') parts.push(reason.message);
  return parts.join(' · ');
}
