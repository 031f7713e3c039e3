import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, of, throwError } from 'rxjs';
import { settled } from '../../spec-support/settled';
import { watching } from '../../spec-support/projection-world';
import { ReadModelStoreService } from '../read-models/read-model-store-service';
import { QueryBusService } from './query-bus-service';

describe(`${QueryBusService.name} on a server`, () => {
  it('answers once, and leaves nothing alive', async () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const [bus, clock] = [TestBed.inject(QueryBusService), TestBed.inject(ManualClock)];
    const store = TestBed.inject(ReadModelStoreService);
    bus.register('good', () => of(1), { refreshEvery: 100 });
    bus.register('bad', () => throwError(() => new Error('no')));
    bus.register('never', () => NEVER);
    const put = watching(store.put('m', 'a', 1));
    const [good, bad, never] = ['good', 'bad', 'never'].map((type) =>
      watching(bus.live({ type, parameters: 1 })),
    );
    await settled();
    const model = watching(store.watch('m', 'a'));
    await settled();
    clock.advance(10_000);

    expect(put.isComplete).toBe(true);
    expect(good).toMatchObject({ values: [1], isComplete: true });
    expect(bad).toMatchObject({ values: [], error: undefined, isComplete: true });
    expect(never).toMatchObject({ values: [], error: undefined, isComplete: true });
    expect(model).toMatchObject({ values: [{ data: 1, version: 1 }], isComplete: true });
    expect(clock.pending).toBe(0);
  });
});
