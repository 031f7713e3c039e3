import { READ_MODEL_STORAGE, memoryReadModels } from 'rx-mesh/event-sourcing';
import { NEVER, of } from 'rxjs';
import { commandWorld, fails } from '../../spec-support/command-world';
import { watched } from '../../spec-support/messaging-world';
import { patchableStorage } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { CommandBusService } from './command-bus-service';

const any = (id = 'x') => ({ type: 'Any', aggregateId: 'a', payload: 1, id });

/** A page whose handler refuses a command the first time. */
function page(storage = patchableStorage(memoryReadModels()), keepResults = false) {
  const world = commandWorld({ keepResults }, [{ provide: READ_MODEL_STORAGE, useValue: storage }]);
  const calls: string[] = [];
  const answers: (() => unknown)[] = [() => fails('no')];
  world.bus.register('Any', ({ id }) => {
    calls.push(id);
    const answer = answers.shift();
    return of(answer ? answer() : `did ${id}`);
  });
  const run = async (id?: string) => {
    const sent = watched(world.bus.execute(any(id)));
    await settled();
    return sent.values[0];
  };
  const forget = async (id = 'x') => {
    const forgotten = watched(world.bus.forget(id));
    await settled();
    return forgotten;
  };
  return { ...world, storage, calls, answers, run, forget };
}

describe(`${CommandBusService.name}: what is forgotten`, () => {
  it('is done again', async () => {
    const { run, forget, calls, clock } = page();
    const refused = [await run(), await run()];

    expect(refused).toMatchObject([{ error: 'no' }, { error: 'no' }]);
    expect(calls).toEqual(['x']);

    const forgotten = await forget();

    expect([forgotten.values, forgotten.completed()]).toEqual([[true], true]);
    expect(await run()).toMatchObject({ success: true, result: 'did x' });
    expect(calls).toEqual(['x', 'x']);
    expect((await forget('none')).values).toEqual([false]);
    expect(clock.pending).toBe(0);
  });

  it('is forgotten on subscribe alone', async () => {
    const { bus, run, calls } = page();
    await run();
    bus.forget('x');
    await run();

    expect(calls).toEqual(['x']);
  });

  it('is removed from what is kept, also after a reload', async () => {
    const storage = patchableStorage(memoryReadModels());
    const before = page(storage, true);
    await before.run();
    before.end();
    const after = page(storage, true);
    after.answers.length = 0;

    expect((await after.forget()).values).toEqual([true]);
    expect(await after.run()).toMatchObject({ success: true });
    expect((await after.forget()).values).toEqual([true]);
    expect((await after.forget()).values).toEqual([false]);
    expect(await storage.list('$commands')).toEqual([]);
  });

  it('stays when it cannot be removed from what is kept', async () => {
    const { run, forget, storage, calls } = page(undefined, true);
    await run();
    storage.compareAndSet = async () => Promise.reject(new Error('no room'));

    expect((await forget()).errors).toEqual([new Error('no room')]);
    expect(await run()).toMatchObject({ error: 'no' });
    expect(calls).toEqual(['x']);
  });

  it('may be what was left while it was done, once that is kept', async () => {
    const { bus, run, forget, storage, answers, calls } = page(undefined, true);
    answers.length = 0;
    const { compareAndSet } = storage;
    let go = (): void => undefined;
    const gate = new Promise<void>((open) => (go = open));
    storage.compareAndSet = async (...args) => {
      await gate;
      return compareAndSet(...args);
    };
    bus.register('Slow', () => NEVER);
    const left = watched(bus.send({ ...any('slow'), type: 'Slow' }));
    await settled();
    left.stop();
    const forgotten = watched(bus.forget('slow'));
    await settled();

    expect(forgotten.values).toEqual([]);

    go();
    await settled();

    expect(forgotten.values).toEqual([true]);
    expect(await storage.list('$commands')).toEqual([]);
    expect(await run('slow')).toMatchObject({ success: true });
    expect(calls).toEqual(['slow']);
    expect((await forget('slow')).values).toEqual([true]);
  });
});
