import { type ReadModelCommit, memoryReadModels } from 'rx-mesh/event-sourcing';
import { seededRandom } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { filter, tap } from 'rxjs';
import { watched } from '../../spec-support/messaging-world';
import { patchableStorage } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { OutboxBook } from './outbox-book';
import { putIn } from './outbox-changes';
import { OUTBOX } from './outbox-record';
import { COMMAND_OUTBOX } from './outbox-settings';

const command = (id: string, aggregateId = id) => ({ id, type: 'Any', aggregateId, payload: null, metadata: { timestamp: new Date(0) } }); // prettier-ignore

/** A book over a storage that counts. */
function library(memory = memoryReadModels()) {
  const storage = patchableStorage(memory);
  const commits: ReadModelCommit[] = [];
  const asked: string[] = [];
  const { commit, checkpoint } = storage;
  storage.commit = async (one) => {
    commits.push(one);
    return commit(one);
  };
  storage.checkpoint = async (name) => {
    asked.push(name);
    return checkpoint(name);
  };
  const ports = {
    clock: new ManualClock(),
    random: seededRandom(1),
    diagnostics: new RecordingDiagnostics(),
    settings: COMMAND_OUTBOX.defaults,
  };
  const book = new OutboxBook(storage, ports, () => undefined);
  const put = (id: string) =>
    watched(book.change((draft) => putIn(draft, command(id), { queuedAt: 0, limit: 100 })));
  const listening = storage.changes$
    .pipe(
      filter(({ checkpoint: name }) => name === OUTBOX),
      tap(() => book.look()),
    )
    .subscribe();
  return { memory, storage, commits, asked, book, put, listening, ...ports };
}

describe(OutboxBook.name, () => {
  it('stores together what comes together, from the first on', async () => {
    const { put, commits, book } = library();
    const all = ['a', 'b', 'c'].map((id) => put(id));
    await settled();

    expect(all.map(({ values }) => values)).toEqual([[true], [true], [true]]);
    expect(commits).toHaveLength(1);
    expect(book.mirror.size).toBe(3);

    const more = ['d', 'e'].map((id) => put(id));
    await settled();

    expect(more.map(({ values }) => values)).toEqual([[true], [true]]);
    expect(commits).toHaveLength(2);
  });

  it('stores nothing for whoever has left before', async () => {
    const { put, commits, book } = library();
    put('a');
    await settled();
    put('b').stop();
    await settled();

    expect(commits).toHaveLength(1);
    expect(book.mirror.size).toBe(1);
  });

  it('does not look at the storage because it was told of its own change', async () => {
    const { put, asked } = library();
    put('a');
    await settled();
    const first = asked.length;
    for (const id of ['b', 'c', 'd']) {
      put(id);
      await settled();
    }

    expect(first).toBe(2);
    expect(asked).toHaveLength(first);
  });

  it('sees what somebody else has stored, also right behind its own change', async () => {
    const one = library();
    const other = library(one.memory);
    one.put('a');
    await settled();
    other.put('b');
    await settled();

    expect([one.book.mirror.size, other.book.mirror.size]).toEqual([2, 2]);

    // Whoever is told late has been told of both.
    const { commit } = one.storage;
    one.storage.commit = async (each) => {
      const done = await commit(each);
      other.put('d');
      await settled();
      return done;
    };
    one.put('c');
    await settled();
    await settled();

    expect(one.book.mirror.size).toBe(4);
    expect(one.book.mirror.find('d')?.command.id).toBe('d');
    expect(other.book.mirror.size).toBe(4);
  });
});
