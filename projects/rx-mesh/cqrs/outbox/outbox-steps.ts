import { CommandExpiredError } from './outbox-errors';
import type { OutboxDraft } from './outbox-draft';
import type { QueuedCommand } from './outbox-record';
import { type CommandVerdict, isInDoubt, reasonOf } from './outbox-verdict';

/** What was answered to a command. */
export type Outcome =
  | { readonly verdict: 'done'; readonly result: unknown }
  | { readonly verdict: CommandVerdict; readonly error: unknown };

/** A command that was sent, and its answer. */
export interface Sent {
  readonly sent: QueuedCommand;
  readonly outcome: Outcome;
}

/**
 * Notes that the first command of an aggregate is sent now. Whoever reads it later knows that it may have its effect. That it
 * is to be done anew is said only here, and not stored any more: so that happens once, also when the page ends meanwhile.
 */
export function claim(draft: OutboxDraft, lane: string, now: number): QueuedCommand | undefined {
  const next = draft.next(lane);
  if (!next) return undefined;
  const { command, expires, attempts, isAnew, ...facts } = next;
  if (expires !== undefined && expires <= now) {
    const reason = reasonOf(new CommandExpiredError(command.id, expires, attempts));
    draft.put({ ...next, state: 'rejected', reason });
    return undefined;
  }
  const claimed: QueuedCommand = {
    ...facts,
    ...{ command, expires },
    state: 'sending',
    attempts: attempts + 1,
    inDoubt: true,
  };
  draft.put(claimed);
  return isAnew ? { ...claimed, isAnew } : claimed;
}

/** Notes what was answered. */
export function settle(draft: OutboxDraft, { sent, outcome }: Sent): void {
  const now = draft.find(sent.command.id);
  // It was taken out, or another page has told it already.
  if (!now) return;
  if (outcome.verdict === 'done') {
    draft.end(now, { state: 'done', result: outcome.result, inDoubt: false });
    return;
  }
  // Another page has sent it meanwhile: what that is answered counts.
  if (now.state !== 'sending' || now.attempts !== sent.attempts) return;
  const reason = reasonOf(outcome.error);
  if (outcome.verdict === 'retry') draft.put({ ...now, state: 'queued', reason });
  else draft.put({ ...now, state: outcome.verdict, reason, inDoubt: isInDoubt(outcome.error) });
}
