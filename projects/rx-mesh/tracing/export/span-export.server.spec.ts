import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../spec-support/settled';
import { Tracer } from '../tracer';
import { withTracing } from '../with-tracing';
import { otlpExporter } from './exporters';
import { TRACE_FETCH } from './span-exporter';
import { SpanExport } from './span-export';

describe('the export of spans on a server', () => {
  it('never begins', async () => {
    const fetch = jest.fn();
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withTracing({}, otlpExporter({ url: '/v1/traces' })).ɵproviders,
        { provide: TRACE_FETCH, useValue: fetch },
      ],
    });
    const tracer = TestBed.inject(Tracer);
    const clock = TestBed.inject(ManualClock);
    tracer.end(tracer.startSpan('render').spanId);
    clock.advance(60_000);
    await TestBed.inject(SpanExport).flush();
    await settled();

    expect(fetch).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
    expect(TestBed.inject(SpanExport).status()).toMatchObject([{ exporter: 'otlp', sent: 0 }]);
  });
});
