import type { TruncateRange } from 'rx-mesh/event-sourcing';
import type { JetStreamAppender } from './jetstream-appender';
import type { JetStreamCalls } from './jetstream-calls';
import { type StoredCommit, versionOf } from './jetstream-commit';
import { JetStreamHeadError } from './jetstream-errors';
import { hashOf } from './jetstream-hash';
import type { JetStreamValues } from './jetstream-options';
import type { JetStreamReader } from './jetstream-reader';

/** What truncating works with. */
export interface TruncateParts {
  readonly calls: JetStreamCalls;
  readonly reader: JetStreamReader;
  readonly appender: JetStreamAppender;
  readonly values: JetStreamValues;
}

/**
 * Removes old events of a stream, as whole commits: a message cannot be changed, so a commit of which an event is to stay
 * stays. Where nothing is to stay, a message without events takes the place of the last one, for it knows the version.
 *
 * @returns How many events were removed.
 */
export async function truncateCommits(
  parts: TruncateParts,
  stream: string,
  range: TruncateRange,
): Promise<number> {
  const { calls, reader, appender, values } = parts;
  const subject = appender.subjectOf(stream);
  for (;;) {
    const head = await reader.last(subject);
    if (!head) return 0;
    if (!head.commit) throw new JetStreamHeadError(values.stream, subject, head.seq);
    const { removed, stays } = await oldCommits(reader, subject, head.seq, range);
    if (removed === 0) return 0;
    let before = stays;
    if (before === undefined) {
      const { total, at, seq } = head.commit;
      const mark = { stream, first: versionOf(head.commit) + 1, total, at, events: [] };
      const key = hashOf([stream, 'truncated', String(seq)]);
      const ack = await appender.publish(subject, mark, seq, key);
      // Somebody has appended meanwhile: that stays.
      if (ack === 'conflict') continue;
      before = ack.seq;
    }
    const seq = before;
    await calls.run(`purge ${subject}`, async ({ manager }) =>
      manager.streams.purge(values.stream, { filter: subject, seq }),
    );
    appender.forget(subject);
    return removed;
  }
}

async function oldCommits(
  reader: JetStreamReader,
  subject: string,
  to: number,
  { before = 0, olderThan = -Infinity }: TruncateRange,
): Promise<{ readonly removed: number; readonly stays: number | undefined }> {
  const isOld = (commit: StoredCommit): boolean =>
    versionOf(commit) < before || commit.at < olderThan;
  let removed = 0;
  let stays: number | undefined;
  await reader.each({ filter: subject, from: 1, to }, ({ seq, commit }) => {
    if (commit && !isOld(commit)) {
      stays = seq;
      return false;
    }
    removed += commit?.events.length ?? 0;
    return true;
  });
  return { removed, stays };
}
