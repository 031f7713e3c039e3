import { READ_MODEL_STORAGE, memoryReadModels } from 'rx-mesh/event-sourcing';
import { of, throwError } from 'rxjs';
import { commandWorld } from '../../spec-support/command-world';
import { watched } from '../../spec-support/messaging-world';
import { patchableStorage } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { KeptResults } from './kept-results';
import type { CommandBusOptions } from './with-commands';

type Storage = ReturnType<typeof patchableStorage>;

const any = (id: string, payload: unknown = 1, aggregateId = 'a') => ({
  type: 'Any',
  aggregateId,
  payload,
  id,
});

function page(storage: Storage, options: CommandBusOptions = {}) {
  const world = commandWorld({ keepResults: true, ...options }, [
    { provide: READ_MODEL_STORAGE, useValue: storage },
  ]);
  const calls: string[] = [];
  const remove = world.bus.register<unknown, unknown>('Any', ({ id, payload }) => {
    calls.push(id);
    if (payload === 'final') throw new TypeError('no');
    if (payload === 'away') {
      return throwError(() => Object.assign(new Error('away'), { status: 503 }));
    }
    return of(payload);
  });
  return {
    ...world,
    calls,
    remove,
    run: async (id: string, payload?: unknown, aggregateId?: string) => {
      const sent = watched(world.bus.execute(any(id, payload, aggregateId)));
      await settled();
      return sent.values[0];
    },
  };
}

describe(KeptResults.name, () => {
  it('gives the result of before the reload, and does nothing again', async () => {
    const storage = patchableStorage(memoryReadModels());
    const before = page(storage);
    const first = [await before.run('x', { n: 1 }), await before.run('y', 'final')];
    before.end();
    const after = page(storage);
    const again = [await after.run('x', { n: 1 }), await after.run('y', 'final')];

    expect(again[0]).toEqual(first[0]);
    expect(again[1]).toMatchObject({ success: false, error: 'no', cause: { name: 'TypeError' } });
    expect([before.calls, after.calls]).toEqual([['x', 'y'], []]);
    expect(await after.run('x', 0, 'other')).toMatchObject({ cause: { code: 'RXM541' } });
    expect(after.clock.pending).toBe(0);
  });

  it('keeps nothing of a failure that may pass, nor beyond the window', async () => {
    const storage = patchableStorage(memoryReadModels());
    const { run, calls, clock } = page(storage, { resultWindow: 100 });
    await run('away', 'away');
    await run('x');
    clock.advance(100);
    await run('away', 'away');
    await run('x', 2);

    expect(calls).toEqual(['away', 'x', 'away', 'x']);
    expect((await storage.read('$commands', 'x'))?.version).toBe(2);
    expect(await storage.read('$commands', 'away')).toBeUndefined();
  });

  it('tells when a result cannot be kept, and gives it all the same', async () => {
    const storage = patchableStorage(memoryReadModels());
    storage.compareAndSet = async () => Promise.reject(new Error('no room'));
    const { run, diagnostics } = page(storage);

    expect(await run('x')).toMatchObject({ success: true, result: 1 });
    expect(diagnostics.records).toEqual([
      expect.objectContaining({ code: 'RXM544', severity: 'warning', cause: new Error('no room') }),
    ]);
  });

  it('does not wait for ever for a storage', async () => {
    const storage = patchableStorage(memoryReadModels());
    storage.compareAndSet = async () => new Promise(() => undefined);
    const { bus, clock } = page(storage);
    const sent = [watched(bus.execute(any('x'))), watched(bus.execute(any('x')))];
    await settled();

    expect(sent.map(({ values }) => values.length)).toEqual([0, 0]);

    clock.advance(30_000);

    expect(sent.map(({ values }) => values.length)).toEqual([1, 1]);
    expect(clock.pending).toBe(0);
  });

  it('does nothing while it cannot tell whether it was done', async () => {
    const storage = patchableStorage(memoryReadModels());
    const { read } = storage;
    storage.read = async () => Promise.reject(new Error('no database'));
    const { run, calls } = page(storage);

    expect(await run('x')).toMatchObject({ success: false, error: 'no database' });
    expect(calls).toEqual([]);

    storage.read = read;

    expect(await run('x')).toMatchObject({ success: true });
  });

  it.each([null, 7, {}, { type: 'Any' }, { type: 'Any', aggregateId: 'a' }, { type: 1 }])(
    'takes %p for no result',
    async (value) => {
      const storage = patchableStorage(memoryReadModels());
      await storage.compareAndSet({ model: '$commands', id: 'x', value, position: 0 }, 0, 1.8e12);
      const { run, calls } = page(storage);

      expect(await run('x')).toMatchObject({ success: true });
      expect(calls).toEqual(['x']);
    },
  );

  it('removes what is too old or too much, now and then', async () => {
    const storage = patchableStorage(memoryReadModels());
    const write = async (id: string, at: number) =>
      storage.compareAndSet({ model: '$commands', id, value: {}, position: 0 }, 0, at);
    const { run, clock } = page(storage, { resultLimit: 3, resultWindow: 1000 });
    const now = clock.now();
    await Promise.all([write('old', now - 1000), write('a', now - 3), write('b', now - 2), write('c', now - 1)]); // prettier-ignore
    await run('x');
    await settled();

    expect((await storage.list('$commands')).map(({ id }) => id)).toEqual(['b', 'c', 'x']);
  });
});
