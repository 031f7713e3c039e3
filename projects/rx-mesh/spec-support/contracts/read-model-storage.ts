import fc from 'fast-check';
import { type Checkpoint, type EventEnvelope, type ParkedEvent, type ReadModelChange, ReadModelConflictError, type ReadModelStorage, type ReadModelWrite } from 'rx-mesh/event-sourcing'; // prettier-ignore

/** A storage of the contract, made anew for each test. */
export interface ReadModelStorageHarness {
  readonly storage: ReadModelStorage;
  /** The same storage as another tab has it; the storage itself where there are no tabs. */
  readonly other?: ReadModelStorage;
}

/** A write of a record. */
export function aWrite(id: string, value: unknown, position = 1, model = 'm'): ReadModelWrite {
  return { model, id, value, position };
}

/** An event as a log gives it. */
export function anEnvelope(position: number): EventEnvelope {
  return {
    id: `e${position}`,
    type: 'Noted',
    schemaVersion: 1,
    aggregateId: '1',
    aggregateType: 'note',
    data: { position },
    metadata: { serviceId: 'test' },
    stream: 'note-1',
    version: position,
    position,
    timestamp: 1000,
  };
}

/** An event that is parked for the checkpoint `c`. */
export function aParked(position: number, fields: Partial<ParkedEvent> = {}): ParkedEvent {
  return {
    handler: 'c',
    position,
    id: 'a',
    event: anEnvelope(position),
    attempts: 1,
    reason: { name: 'Error', message: 'no' },
    isReplay: false,
    timestamp: 5,
    ...fields,
  };
}

/** What every storage of read models keeps to. */
export function describeReadModelStorage(
  name: string,
  make: () => ReadModelStorageHarness | Promise<ReadModelStorageHarness>,
): void {
  const world = async () => {
    const { storage, other = storage } = await make();
    const commit = async (
      expected: number,
      position: number,
      ...writes: readonly ReadModelWrite[]
    ): Promise<Checkpoint> =>
      storage.commit({ checkpoint: 'c', expected, position, timestamp: 5, writes });
    const heard: ReadModelChange[] = [];
    return { storage, other, commit, heard };
  };
  const ids = async (storage: ReadModelStorage, range = {}) =>
    (await storage.list('m', range)).map(({ id }) => id);

  describe(`${name} as a storage of read models`, () => {
    describe('compareAndSet', () => {
      it('writes, overwrites and deletes at the expected version', async () => {
        const { storage } = await world();

        expect(await storage.read('m', 'a')).toBeUndefined();

        const first = await storage.compareAndSet(aWrite('a', { n: 1 }), 0, 5);
        const second = await storage.compareAndSet(aWrite('a', { n: 2 }, 7), 1, 6);

        expect(first).toEqual({ ...aWrite('a', { n: 1 }), version: 1, timestamp: 5 });
        expect(second).toEqual({ ...aWrite('a', { n: 2 }, 7), version: 2, timestamp: 6 });
        expect(await storage.read('m', 'a')).toEqual(second);
        expect(await storage.compareAndSet(aWrite('a', undefined), 2, 7)).toBeUndefined();
        expect(await storage.read('m', 'a')).toBeUndefined();
        expect(await storage.compareAndSet(aWrite('a', 0), 0, 8)).toMatchObject({ version: 1 });
      });

      it.each([
        [0, 1],
        [2, 1],
      ])('refuses version %d when it is at %d', async (expected, actual) => {
        const { storage } = await world();
        const before = await storage.compareAndSet(aWrite('a', 1), 0, 5);

        await expect(storage.compareAndSet(aWrite('a', 2), expected, 6)).rejects.toMatchObject({
          code: 'RXM511',
          model: 'm',
          id: 'a',
          expected,
          actual,
        });
        expect(await storage.read('m', 'a')).toEqual(before);
      });

      it('refuses a version of a record that is not there', async () => {
        const { storage } = await world();

        await expect(storage.compareAndSet(aWrite('a', 2), 1, 6)).rejects.toMatchObject({
          code: 'RXM511',
          actual: 0,
        });
      });

      it('lets one of many win', async () => {
        const { storage, other } = await world();
        const ends = await Promise.allSettled(
          Array.from({ length: 20 }, async (_, at) =>
            (at % 2 ? storage : other).compareAndSet(aWrite('a', at), 0, 5),
          ),
        );

        expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await storage.read('m', 'a')).toMatchObject({ version: 1 });
      });

      it.each([[new Date(0)], [() => 1], [NaN], [{ a: { b: 1n } }]])(
        'refuses %p, which is no plain JSON',
        async (value) => {
          const { storage } = await world();

          await expect(storage.compareAndSet(aWrite('a', value), 0, 5)).rejects.toMatchObject({
            code: 'RXM500',
          });
          expect(await storage.read('m', 'a')).toBeUndefined();
        },
      );

      it('keeps a copy', async () => {
        const { storage } = await world();
        const value = { list: [1] };
        await storage.compareAndSet(aWrite('a', value), 0, 5);
        value.list.push(2);

        expect(await storage.read('m', 'a')).toMatchObject({ value: { list: [1] } });
      });

      it.each([[null], [0], [''], [false], [[]]])('keeps %p', async (value) => {
        const { storage } = await world();
        await storage.compareAndSet(aWrite('a', value), 0, 5);

        expect(await storage.read('m', 'a')).toMatchObject({ value });
      });
    });

    describe('a list', () => {
      it('is ordered, paged, and of one model', async () => {
        const { storage, commit } = await world();
        const names = ['b', 'a', 'Z', '', 'ä', '😀', '\uffff', '__proto__', 'constructor'];
        await commit(0, 1, ...names.map((id) => aWrite(id, id)), aWrite('x', 1, 1, 'm2'));
        const sorted = names.sort((a, b) => (a < b ? -1 : 1));

        expect(await ids(storage)).toEqual(sorted);
        expect(await ids(storage, { max: 2 })).toEqual(sorted.slice(0, 2));
        expect(await ids(storage, { after: sorted[1], max: 3 })).toEqual(sorted.slice(2, 5));
        expect(await ids(storage, { after: 'zzz', max: 1 })).toEqual(['ä']);
        expect(await ids(storage, { after: sorted.at(-1) })).toEqual([]);
        expect(await storage.list('none')).toEqual([]);
      });

      it('has at most 500 by itself', async () => {
        const { storage, commit } = await world();
        await commit(0, 1, ...Array.from({ length: 501 }, (_, at) => aWrite(`${1000 + at}`, at)));

        expect(await storage.list('m')).toHaveLength(500);
      });

      it('reads several records in the places of their ids', async () => {
        const { storage, commit } = await world();
        await commit(0, 1, aWrite('a', 1), aWrite('__proto__', 2));
        const found = await storage.readMany('m', ['__proto__', 'b', 'a', 'a']);

        expect(found.map((record) => record?.value)).toEqual([2, undefined, 1, 1]);
        expect(await storage.readMany('m', [])).toEqual([]);
      });
    });

    describe('a commit', () => {
      it('stores records, parked events and the checkpoint together', async () => {
        const { storage, other } = await world();
        await storage.compareAndSet(aWrite('gone', 1), 0, 5);
        const done = await storage.commit({
          checkpoint: 'c',
          expected: 0,
          position: 9,
          timestamp: 5,
          writes: [aWrite('a', 1, 8), aWrite('gone', undefined, 9)],
          parked: [aParked(7), aParked(3)],
        });

        expect(done).toEqual({ name: 'c', position: 9, version: 1, timestamp: 5 });
        expect(await other.checkpoint('c')).toEqual(done);
        expect(await other.list('m')).toEqual([{ ...aWrite('a', 1, 8), version: 1, timestamp: 5 }]);
        expect(await other.parked('c')).toEqual([aParked(3), aParked(7)]);
      });

      it('counts versions of records and checkpoint', async () => {
        const { storage, commit } = await world();
        await commit(0, 1, aWrite('a', 1));
        await commit(1, 2, aWrite('a', 2, 2));
        await commit(2, 2);

        expect(await storage.read('m', 'a')).toMatchObject({ version: 2, position: 2, value: 2 });
        expect(await storage.checkpoint('c')).toMatchObject({ version: 3, position: 2 });
      });

      it.each([0, 2])('refuses version %d of a checkpoint at 1, and stores nothing', async (n) => {
        const { storage, other, commit } = await world();
        await commit(0, 1, aWrite('a', 1));
        const refused = other.commit({
          checkpoint: 'c',
          expected: n,
          position: 5,
          timestamp: 6,
          writes: [aWrite('a', 2), aWrite('b', 2)],
          parked: [aParked(5)],
        });

        await expect(refused).rejects.toMatchObject({
          code: 'RXM512',
          checkpoint: 'c',
          expected: n,
          actual: 1,
        });
        expect(await storage.read('m', 'a')).toMatchObject({ value: 1, version: 1 });
        expect(await ids(storage)).toEqual(['a']);
        expect(await storage.parked('c')).toEqual([]);
        expect(await storage.checkpoint('c')).toMatchObject({ position: 1 });
      });

      it('is refused when a guard does not hold', async () => {
        const { storage, commit } = await world();
        await commit(0, 1, aWrite('a', 1));
        const guarded = async (guards: Parameters<typeof storage.commit>[0]['guards']) =>
          storage.commit({ checkpoint: 'd', expected: 0, position: 1, timestamp: 5, guards });

        await expect(guarded([{ model: 'm', id: 'a', version: 2 }])).rejects.toMatchObject({
          code: 'RXM511',
          expected: 2,
          actual: 1,
        });
        await expect(guarded([{ checkpoint: 'c', version: 0 }])).rejects.toMatchObject({
          code: 'RXM512',
          checkpoint: 'c',
          actual: 1,
        });
        expect(await storage.checkpoint('d')).toBeUndefined();
        expect(
          await guarded([
            { model: 'm', id: 'a', version: 1 },
            { model: 'm', id: 'b', version: 0 },
            { checkpoint: 'c', version: 1 },
            { checkpoint: 'none', version: 0 },
          ]),
        ).toMatchObject({ version: 1 });
      });

      it('stores nothing of a value that is no plain JSON', async () => {
        const { storage, commit } = await world();

        await expect(commit(0, 1, aWrite('a', 1), aWrite('b', new Map()))).rejects.toMatchObject({
          code: 'RXM500',
        });
        expect(await ids(storage)).toEqual([]);
        expect(await storage.checkpoint('c')).toBeUndefined();
      });

      it('lets one of two tabs move a checkpoint', async () => {
        const { storage, other } = await world();
        const commit = { checkpoint: 'c', expected: 0, position: 1, timestamp: 5 };
        const ends = await Promise.allSettled([storage.commit(commit), other.commit(commit)]);

        expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      });

      it('changes and removes parked events', async () => {
        const { storage, commit } = await world();
        const parked = [1, 2, 3].map((position) => aParked(position));
        await storage.commit({ checkpoint: 'c', expected: 0, position: 3, timestamp: 5, parked });
        await storage.commit({
          checkpoint: 'c',
          expected: 1,
          position: 3,
          timestamp: 6,
          parked: [aParked(2, { attempts: 2 })],
          unpark: [1, 99],
        });

        expect(await storage.parked('c')).toEqual([aParked(2, { attempts: 2 }), aParked(3)]);
        expect(await storage.parked('c', { after: 2, max: 1 })).toEqual([aParked(3)]);
        expect(await storage.parked('c', { max: 1 })).toEqual([aParked(2, { attempts: 2 })]);
        expect(await storage.parked('d')).toEqual([]);
        await expect(commit(2, 4)).resolves.toMatchObject({ version: 3 });
      });
    });

    it('drops a model, and a checkpoint with its parked events', async () => {
      const { storage, other } = await world();
      await storage.commit({
        checkpoint: 'c',
        expected: 0,
        position: 3,
        timestamp: 5,
        writes: [aWrite('a', 1), aWrite('', 1), aWrite('a', 1, 1, 'm2')],
        parked: [aParked(1)],
      });
      await storage.drop('m');
      await storage.drop('none');

      expect(await ids(other)).toEqual([]);
      expect(await other.list('m2')).toHaveLength(1);
      expect(await other.checkpoint('c')).toMatchObject({ position: 3 });

      await storage.dropCheckpoint('c');
      await storage.dropCheckpoint('none');

      expect(await other.checkpoint('c')).toBeUndefined();
      expect(await other.parked('c')).toEqual([]);
    });

    it('tells of changes to whoever listens, also in another tab', async () => {
      const { storage, other, commit, heard } = await world();
      const listening = other.changes$.subscribe((change) => heard.push(change));
      await commit(0, 1, aWrite('a', 1));
      await storage.compareAndSet(aWrite('b', 1), 0, 5);
      listening.unsubscribe();
      await commit(1, 2);

      expect(heard).toContainEqual({ models: ['m'], checkpoint: 'c' });
      expect(heard).toContainEqual({ models: ['m'] });
      expect(heard).not.toContainEqual({ models: [], checkpoint: 'c' });
    });

    it('is what a map would be, whatever is done', async () => {
      const id = fc.constantFrom('a', 'b', '__proto__', 'constructor', '');
      // A field of that name is refused, which is told elsewhere.
      const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'));
      const step = fc.record({
        id,
        value: fc.option(plain, { nil: undefined }),
        expected: fc.nat(3),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const { storage } = await make();
          const model = new Map<string, { value: unknown; version: number }>();
          for (const { id: key, value, expected } of steps) {
            const version = model.get(key)?.version ?? 0;
            const isFine = await storage.compareAndSet(aWrite(key, value), expected, 5).then(
              () => true,
              (error: unknown) => {
                if (error instanceof ReadModelConflictError) return false;
                throw error;
              },
            );

            expect(isFine).toBe(version === expected);

            if (isFine && value === undefined) model.delete(key);
            else if (isFine) model.set(key, { value, version: version + 1 });
          }
          const list = await storage.list('m');

          expect(list.map(({ id: key, version }) => [key, version])).toEqual(
            Array.from(model, ([key, { version }]) => [key, version]).sort(),
          );
        }),
        { numRuns: 30 },
      );
    });
  });
}
