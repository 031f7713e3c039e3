import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { of } from 'rxjs';
import { allOf } from '../../spec-support/event-store-world';
import { createSaga } from './create-saga';
import { SagaOrchestratorService } from './saga-orchestrator-service';

describe('sagas on a server', () => {
  it('are run to their end, and never in the background', async () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const sagas = TestBed.inject(SagaOrchestratorService);
    const saga = createSaga<number>('t')
      .step('a', { run: (input) => of(input + 1) })
      .build();

    expect(await allOf(sagas.start(saga, 1, { id: '1' }))).toMatchObject([
      { state: 'completed', results: { a: 2 } },
    ]);
    expect(await allOf(sagas.supervise())).toEqual([]);
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
