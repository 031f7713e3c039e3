import type { Command } from '../message-types';
import type { OutboxDraft } from './outbox-draft';
import type { OutboxEntry } from './outbox-entry';
import { OutboxEntryError, OutboxFullError } from './outbox-errors';
import { type QueuedCommand, endedEntryOf, entryOf, placeOf } from './outbox-record';

/** Puts a command in, unless it is there, or has ended of late. Returns whether it is new. */
export function putIn(
  draft: OutboxDraft,
  command: Command,
  { queuedAt, expires, limit }: { readonly queuedAt: number; readonly expires?: number | undefined; readonly limit: number }, // prettier-ignore
): boolean {
  const { id, type, aggregateId } = command;
  const known = draft.find(id)?.command ?? draft.findEnded(id);
  if (known) {
    if (known.type === type && known.aggregateId === aggregateId) return false;
    throw new OutboxEntryError(id, 'its id is that of another command');
  }
  if (draft.size >= limit) throw new OutboxFullError(limit);
  draft.put(newEntry(draft.nextKey(id), command, queuedAt, expires));
  return true;
}

/** Takes a command out. One that has ended stays as it is. */
export function takeOut(draft: OutboxDraft, id: string): OutboxEntry {
  const known = draft.find(id);
  if (known) return endedEntryOf(draft.end(known, { state: 'cancelled', inDoubt: known.inDoubt }));
  const ended = draft.findEnded(id);
  if (!ended) throw new OutboxEntryError(id, 'it is not known');
  return endedEntryOf(ended);
}

/** Lets a command that was refused be sent again, and be done anew. */
export function sendAgain(draft: OutboxDraft, id: string): OutboxEntry {
  const known = knownOf(draft, id);
  if (known.state === 'queued' || known.state === 'sending') return entryOf(known, false);
  // What has expired would do so again.
  const again: QueuedCommand = { ...known, state: 'queued', reason: undefined, expires: undefined, isAnew: true }; // prettier-ignore
  draft.put(again);
  return entryOf(again, false);
}

/** Puts another command in the place of one that is not on its way. */
export function replace(
  draft: OutboxDraft,
  id: string,
  command: Command,
  { queuedAt, expires }: { readonly queuedAt: number; readonly expires?: number | undefined },
): OutboxEntry {
  const now = draft.find(command.id);
  // It was done already, and only the answer was lost.
  if (now && draft.findEnded(id)?.replacedBy === command.id) return entryOf(now, false);
  const known = knownOf(draft, id);
  if (known.state === 'sending')
    throw new OutboxEntryError(id, 'it is on its way; cancel it first');
  if (now || draft.findEnded(command.id)) {
    throw new OutboxEntryError(id, 'the command that is to take its place needs a new id');
  }
  if (known.command.aggregateId !== command.aggregateId) {
    throw new OutboxEntryError(id, 'the command that is to take its place is of another aggregate');
  }
  draft.end(known, { state: 'cancelled', inDoubt: known.inDoubt, replacedBy: command.id });
  const entry = newEntry(`${placeOf(known.key)} ${command.id}`, command, queuedAt, expires);
  draft.put(entry);
  return entryOf(entry, false);
}

function newEntry(
  key: string,
  command: Command,
  queuedAt: number,
  expires: number | undefined,
): QueuedCommand {
  // prettier-ignore
  return { key, command, state: 'queued', attempts: 0, queuedAt, expires, inDoubt: false };
}

function knownOf(draft: OutboxDraft, id: string): QueuedCommand {
  const known = draft.find(id);
  if (!known) {
    throw new OutboxEntryError(id, draft.findEnded(id) ? 'it has ended' : 'it is not known');
  }
  return known;
}
