import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../spec-support/settled';
import { Tracer } from '../tracer';
import { withTracing } from '../with-tracing';
import { longTaskSpans } from './long-task-spans';
import { navigationSpans } from './navigation-spans';
import { PERFORMANCE_OBSERVER } from './performance-observer';
import { webVitalSpans } from './web-vital-spans';

describe('spans of the page on a server', () => {
  it('are none', async () => {
    const used = jest.fn();
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withTracing({}, navigationSpans(used), longTaskSpans(), webVitalSpans(used)).ɵproviders,
        { provide: PERFORMANCE_OBSERVER, useFactory: used },
      ],
    });
    const tracer = TestBed.inject(Tracer);
    await settled();

    expect(used).not.toHaveBeenCalled();
    expect([tracer.activeSpans().size, tracer.traceContext()]).toEqual([0, null]);
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
