import { LEADERSHIP } from 'rx-mesh/kernel';
import { BehaviorSubject } from 'rxjs';
import { settled } from '../../spec-support/settled';
import { idsByStream, projectionWorld, watching } from '../../spec-support/projection-world';
import { GenerationWork } from './generation-work';

const everybody = { lead: () => new BehaviorSubject(true) };

/** A world in which everybody believes to lead, and the first read of records is held back. */
const world = (model: string) => {
  const all = projectionWorld({ providers: [{ provide: LEADERSHIP, useValue: everybody }] });
  const { readMany, commit } = all.storage;
  const gate = { open: (): void => undefined, isUsed: false };
  const refusals: unknown[] = [];
  all.storage.readMany = async (name, ids) => {
    const records = await readMany(name, ids);
    if (name !== model || gate.isUsed) return records;
    gate.isUsed = true;
    await new Promise<void>((resolve) => (gate.open = resolve));
    return records;
  };
  all.storage.commit = async (what) =>
    commit(what).catch((error: unknown) => {
      refusals.push(error);
      throw error;
    });
  return { ...all, gate, refusals };
};

describe(`${GenerationWork.name} of a tab that was frozen and wakes up late`, () => {
  it('cannot write over what another tab has done meanwhile', async () => {
    const { tab, append, storage, gate, refusals } = world('ids@1#1');
    const projection = idsByStream({
      when: { Noted: ({ ids }, { id }) => (id === 'e' ? undefined : { ids: ids + id }) },
    });
    await append('s', 'a', 'b', 'c', 'd', 'e');
    const frozen = watching(tab().run(projection));
    await settled();
    const other = watching(tab().run(projection));
    await settled();
    other.stop();

    expect(await storage.checkpoint('ids@1#1')).toMatchObject({ position: 5 });
    expect(await storage.list('ids@1#1')).toEqual([]);

    const state = watching(tab().state(projection, 's'));
    gate.open();
    await settled();

    expect(refusals).toMatchObject([{ code: 'RXM512', expected: 0, actual: 2 }]);
    expect(state.values).toEqual([undefined]);
    expect(frozen.last()).toMatchObject({ state: 'live', position: 5 });

    await append('s', 'f');
    await settled();

    expect(await storage.list('ids@1#1')).toMatchObject([{ value: { ids: 'f' }, version: 1 }]);

    frozen.stop();
    state.stop();
  });

  it('cannot write into a generation that is not the active one any more', async () => {
    const { tab, append, storage, gate, refusals } = world('ids@1#1');
    await append('s', 'a', 'b', 'c', 'd');
    const frozen = watching(tab().run(idsByStream()));
    await settled();
    // It is never removed, as if the page that has switched had ended there.
    storage.dropCheckpoint = async () => new Promise(() => undefined);
    const rebuilt = watching(tab().rebuild(idsByStream()));
    await settled();
    gate.open();
    await settled();

    expect(refusals).toMatchObject([{ code: 'RXM511', model: '$projections', id: 'ids' }]);
    expect(await storage.checkpoint('ids@1#1')).toBeUndefined();

    frozen.stop();
    rebuilt.stop();
  });

  it('does not switch while the active one has moved', async () => {
    const { tab, append, storage, gate, refusals } = world('ids@1#2');
    await append('s', 'a', 'b', 'c', 'd');
    const run = watching(tab().run(idsByStream()));
    await settled();
    const rebuilt = watching(tab().rebuild(idsByStream()));
    await settled();
    await append('s', 'e');
    await settled();
    const seen = watching(tab().state(idsByStream(), 's'));
    await settled();
    gate.open();
    await settled();

    expect(refusals).toMatchObject([{ code: 'RXM512', checkpoint: 'ids@1#1' }]);
    expect(rebuilt.isComplete).toBe(true);
    expect(seen.values.map((state) => state?.ids)).toEqual(['abcde', 'abcde']);
    expect(await storage.read('ids@1#2', 's')).toMatchObject({ value: { ids: 'abcde' } });

    run.stop();
    seen.stop();
  });

  it('stores nothing more once it was left', async () => {
    const { tab, append, storage, gate, clock } = world('ids@1#1');
    await append('s', 'a', 'b', 'c', 'd');
    const run = watching(tab().run(idsByStream()));
    await settled();
    run.stop();
    gate.open();
    await settled();

    expect(await storage.checkpoint('ids@1#1')).toMatchObject({ position: 3 });
    expect(clock.pending).toBe(0);
  });
});
