import { LEADERSHIP } from 'rx-mesh/kernel';
import { NEVER } from 'rxjs';
import { allOf, lastOf } from '../../spec-support/event-store-world';
import { idsByStream, projectionWorld } from '../../spec-support/projection-world';
import { ProjectionService } from './projection-service';

describe(`${ProjectionService.name} on a server`, () => {
  it('works without waiting for its turn, and completes once it has caught up', async () => {
    const { tab, append, clock } = projectionWorld({
      providers: [{ provide: LEADERSHIP, useValue: { lead: () => NEVER } }],
    });
    const projections = tab();
    await append('s', 'a', 'b', 'c', 'd');

    expect(await lastOf(projections.run(idsByStream()))).toMatchObject({
      state: 'live',
      position: 4,
    });
    expect(await allOf(projections.state(idsByStream(), 's'))).toEqual([{ ids: 'abcd' }]);
    expect(await allOf(projections.live(idsByStream(), { id: 's' }))).toEqual([{ ids: 'abcd' }]);
    expect(await allOf(projections.parked(idsByStream()))).toEqual([[]]);
    expect(await allOf(projections.status(idsByStream()))).toMatchObject([{ position: 4 }]);
    expect(await allOf(projections.waitFor(idsByStream(), 4))).toEqual([4]);
    await expect(allOf(projections.waitFor(idsByStream(), 5))).rejects.toMatchObject({
      code: 'RXM513',
      actual: 4,
    });
    expect(clock.pending).toBe(0);
  });
});
