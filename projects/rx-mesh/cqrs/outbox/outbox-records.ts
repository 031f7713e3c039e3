import type { ReadModelRecord, ReadModelStorage, ReadModelWrite } from 'rx-mesh/event-sourcing';
import type { OutboxDraft } from './outbox-draft';
import { OutboxMirror } from './outbox-mirror';
import { ENDED, OUTBOX, endedValue, queuedValue, readEnded, readQueued } from './outbox-record';

const PAGE = 500;

/** What is to be written for a draft. */
export function writesOf(
  { endings }: OutboxMirror,
  { position, changed, removed, ended }: OutboxDraft,
  remembered: number,
): readonly ReadModelWrite[] {
  const deletion = (model: string, id: string): ReadModelWrite => ({ model, id, value: undefined, position }); // prettier-ignore
  const old = endings.slice(0, Math.max(0, endings.length + ended.length - remembered));
  const writes = [
    ...removed.map(({ key }) => deletion(OUTBOX, key)),
    ...old.map(({ key }) => deletion(ENDED, key)),
  ];
  for (const one of changed.values()) {
    if (one) writes.push({ model: OUTBOX, id: one.key, value: queuedValue(one), position });
  }
  for (const one of ended.slice(-remembered)) {
    writes.push({ model: ENDED, id: one.key, value: endedValue(one), position });
  }
  return writes;
}

/**
 * Reads all, until nobody has changed it meanwhile.
 *
 * @param broken Is told of what is no command.
 */
export async function readOutbox(
  storage: ReadModelStorage,
  broken: (id: string) => void,
): Promise<OutboxMirror> {
  for (;;) {
    const before = await storage.checkpoint(OUTBOX);
    const queued = await listed(storage, OUTBOX);
    const ended = [...(await listed(storage, ENDED))].sort((a, b) => a.position - b.position);
    const after = await storage.checkpoint(OUTBOX);
    if (before?.version !== after?.version) continue;
    // A commit that broke off may have left records behind the checkpoint.
    let position = after?.position ?? 0;
    for (const record of [...queued, ...ended]) position = Math.max(position, record.position);
    return new OutboxMirror(
      after?.version ?? 0,
      position,
      sound(queued, readQueued, broken),
      sound(ended, readEnded, broken),
    );
  }
}

async function listed(
  storage: ReadModelStorage,
  model: string,
): Promise<readonly ReadModelRecord[]> {
  const records: ReadModelRecord[] = [];
  for (;;) {
    const page = await storage.list(model, { after: records.at(-1)?.id, max: PAGE });
    records.push(...page);
    if (page.length < PAGE) return records;
  }
}

function sound<T>(
  records: readonly ReadModelRecord[],
  read: (record: ReadModelRecord) => T | undefined,
  broken: (id: string) => void,
): readonly T[] {
  const found: T[] = [];
  for (const record of records) {
    // One that was deleted, where that is kept for a while.
    if (record.value === undefined) continue;
    const one = read(record);
    if (one) found.push(one);
    else broken(record.id);
  }
  return found;
}
