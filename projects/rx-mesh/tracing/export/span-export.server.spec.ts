import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../spec-support/settled';
import { Tracer } from '../tracer';
import { withTracing } from '../with-tracing';
import { otlpExporter } from './exporters';
import { offlineSpans } from './offline-spans';
import { sessionId } from './session-id';
import { TRACE_FETCH, TRACE_RESOURCE } from './span-exporter';
import { SpanExport } from './span-export';
import { SPAN_STORE } from './span-store';

describe('the export of spans on a server', () => {
  it('never begins', async () => {
    const fetch = jest.fn();
    const touched = jest.fn();
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withTracing({}, otlpExporter({ url: '/v1/traces' }), offlineSpans(), sessionId())
          .ɵproviders,
        { provide: SPAN_STORE, useValue: { list: touched, put: touched, close: () => undefined } },
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
    expect(touched).not.toHaveBeenCalled();
    expect(TestBed.inject(TRACE_RESOURCE)).toEqual([{}]);
    expect(clock.pending).toBe(0);
    expect(TestBed.inject(SpanExport).status()).toMatchObject([{ exporter: 'otlp', sent: 0 }]);
  });
});
