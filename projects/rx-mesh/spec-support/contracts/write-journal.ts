import type { JournalEntry, WriteJournal } from 'rx-mesh/caching';

/** A journal of the contract, made anew for each test. */
export interface WriteJournalHarness {
  readonly journal: WriteJournal;
  /** The same one as another tab has it; itself where there is none. */
  readonly other?: WriteJournal;
}

/** An entry of the journal. */
export function entryOf(key: string, id: string, more: Partial<JournalEntry> = {}): JournalEntry {
  return { key, id, value: `${id} of ${key}`, at: 1, attempt: 0, scope: undefined, writer: 'w', failure: undefined, ...more }; // prettier-ignore
}

/** What every journal of writes keeps to. */
export function describeWriteJournal(
  name: string,
  make: () => WriteJournalHarness | Promise<WriteJournalHarness>,
): void {
  const world = async () => {
    const { journal, other = journal } = await make();
    const ids = async () => (await other.list()).map(({ key, id }) => `${key}${id}`);
    return { journal, other, ids };
  };

  describe(`${name} as a journal of writes`, () => {
    it('is empty at first', async () => {
      const { journal, other } = await world();

      expect(await journal.list()).toEqual([]);
      expect(await other.list()).toEqual([]);
    });

    it('gives entries back as they were put, in their order', async () => {
      const { journal, other } = await world();
      const entries = [
        entryOf('b', '1', { at: 1, value: { at: new Date(5), list: [1, null] } }),
        entryOf('a', '2', { at: 2, value: undefined, scope: 'me', failure: 'no' }),
        entryOf('c', '3', { at: 3, value: null, attempt: 2 }),
      ];
      await journal.write('put', entries);

      expect(await journal.list()).toEqual(entries);
      expect(await other.list()).toEqual(entries);
    });

    it('keeps the last entry of a key, in the place of the first', async () => {
      const { journal, other, ids } = await world();
      await journal.write('put', [entryOf('a', '1', { at: 1 }), entryOf('b', '1', { at: 2 })]);
      await other.write('put', [entryOf('a', '2', { at: 3 }), entryOf('c', '1', { at: 4 })]);

      expect(await ids()).toEqual(['a2', 'b1', 'c1']);

      await journal.write('put', [entryOf('b', '2', { at: 5 }), entryOf('b', '3', { at: 6 })]);

      expect(await ids()).toEqual(['a2', 'b3', 'c1']);
    });

    it('holds users and odd keys apart', async () => {
      const { journal, ids } = await world();
      const scopes = [undefined, '', 'a', 'null', 'a,b', '__proto__'];
      const keys = ['', 'a', 'a","b', '__proto__', 'b"]', 'käse/🧀'];
      const entries = scopes.flatMap((scope, at) =>
        keys.map((key, more) => entryOf(key, `${at}${more}`, { scope, at: at * 10 + more })),
      );
      await journal.write('put', entries);

      expect(await journal.list()).toEqual(entries);

      await journal.write(
        'remove',
        entries.filter(({ scope }) => scope !== ''),
      );

      expect(await ids()).toEqual(keys.map((key, more) => `${key}1${more}`));
    });

    it('removes what it is told, and only if it is that write', async () => {
      const { journal, other, ids } = await world();
      const [a1, b1] = [entryOf('a', '1', { at: 1 }), entryOf('b', '1', { at: 2 })];
      await journal.write('put', [a1, b1]);
      await other.write('put', [entryOf('a', '2', { at: 3 })]);
      await journal.write('remove', [a1, entryOf('none', '1'), b1]);

      expect(await ids()).toEqual(['a2']);

      await journal.write('remove', []);
      await journal.write('put', []);

      expect(await ids()).toEqual(['a2']);
    });

    it('writes an entry over itself, and over nothing else', async () => {
      const { journal, other } = await world();
      const [a1, b1] = [entryOf('a', '1', { at: 1 }), entryOf('b', '1', { at: 2 })];
      const a2 = entryOf('a', '2', { at: 3 });
      await journal.write('put', [a1, b1]);
      await journal.write('replace', [{ ...a1, failure: 'no' }]);

      expect(await other.list()).toEqual([{ ...a1, failure: 'no' }, b1]);

      await other.write('put', [a2]);
      await journal.write('replace', [a1]);
      await journal.write('replace', [entryOf('none', '1')]);

      expect(await journal.list()).toEqual([a2, b1]);
    });

    it('does calls one after the other', async () => {
      const { journal, other, ids } = await world();
      const calls = Array.from({ length: 20 }, async (_, at) =>
        (at % 2 ? journal : other).write('put', [
          entryOf('a', `${at}`, { at: -1 }),
          entryOf(`k${at}`, '', { at }),
        ]),
      );
      await Promise.all(calls);
      const [first, ...others] = await ids();

      expect([first?.slice(0, 1), others.length]).toEqual(['a', 20]);
      expect(await journal.list()).toEqual(await other.list());
    });

    it('takes a thousand entries at once', async () => {
      const { journal } = await world();
      const entries = Array.from({ length: 1000 }, (_, at) => entryOf(`k${at}`, `${at}`, { at }));
      await journal.write('put', entries);

      expect(await journal.list()).toEqual(entries);

      await journal.write('remove', entries);

      expect(await journal.list()).toEqual([]);
    });
  });
}
