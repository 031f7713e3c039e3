import type { Provider } from '@angular/core';
import { settled } from '../../spec-support/settled';
import { idsByStream, projectionWorld, watching } from '../../spec-support/projection-world';
import { withUpcasters } from '../upcasters';
import type { ProjectionDefinition } from './projection';
import { ProjectionService } from './projection-service';

// An upcaster that fails until it is mended; only in the newest shape can it be told of which record an event is.
const world = async (fields: Partial<ProjectionDefinition<{ readonly ids: string }>> = {}) => {
  const upcaster = { isMended: false };
  const upcast = (): object => {
    if (!upcaster.isMended) throw new Error('no');
    return { key: 'k' };
  };
  const origin = projectionWorld({
    providers: withUpcasters([{ type: 'Noted', from: 1, upcast }]).ɵproviders as Provider[],
  });
  await origin.append('s', 'a');
  const projection = idsByStream({
    idOf: ({ data }) => (data as { readonly key?: string }).key,
    ...fields,
  });
  return { ...origin, upcaster, projection, projections: origin.tab() };
};

describe(`an event that cannot be brought to its newest shape, for ${ProjectionService.name}`, () => {
  it('is parked, also when it seems to be of no record, and handled once that is mended', async () => {
    const { projections, projection, upcaster, storage, diagnostics } = await world();
    const run = watching(projections.run(projection));
    await settled();

    expect(run.last()).toMatchObject({ state: 'live', position: 1, parked: 1 });
    expect(diagnostics.records).toMatchObject([{ code: 'RXM510', cause: { code: 'RXM507' } }]);

    const early = watching(projections.replayParked(projection));
    await settled();
    upcaster.isMended = true;
    const late = watching(projections.replayParked(projection));
    await settled();

    expect([early.last(), late.last()]).toEqual([
      { handled: 0, left: 1 },
      { handled: 1, left: 0 },
    ]);
    expect(await storage.list('ids@1#1')).toMatchObject([{ id: 'k', value: { ids: 'a' } }]);

    run.stop();
  });

  it('is handled again also when `idOf` throws on the shape of before', async () => {
    const { projections, projection, upcaster, storage } = await world({
      idOf: ({ data }) => {
        const { key } = data as { readonly key?: string };
        if (key === undefined) throw new Error('no key');
        return key;
      },
    });
    const run = watching(projections.run(projection));
    await settled();
    upcaster.isMended = true;
    const replay = watching(projections.replayParked(projection));
    await settled();

    expect(replay.last()).toEqual({ handled: 1, left: 0 });
    expect(await storage.list('ids@1#1')).toMatchObject([{ id: 'k', value: { ids: 'a' } }]);

    run.stop();
  });

  it('stops a projection that parks nothing', async () => {
    const { projections, projection } = await world({ onError: 'stop' });
    const [run, live] = [
      watching(projections.run(projection)),
      watching(projections.live(projection, { id: 'k' })),
    ];
    await settled();

    expect([run.error, live.error]).toMatchObject([
      { position: 1, cause: { code: 'RXM507' } },
      { position: 1, cause: { code: 'RXM507' } },
    ]);
  });
});
