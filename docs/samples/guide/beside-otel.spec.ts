import { TestBed } from '@angular/core/testing';
import { context, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  StackContextManager,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see, settled } from '../cookbook/spec-support/see';
import { Checkout, otelProviders } from './beside-otel';

describe(Checkout.name, () => {
  it('hangs the spans of the SDK and its own together', async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
    context.setGlobalContextManager(new StackContextManager().enable());
    TestBed.configureTestingModule({ providers: [otelProviders, provideRxMeshTesting()] });
    const seen = see(
      TestBed.inject(Checkout).checkout(() => {
        trace.getTracer('app').startSpan('charge').end();
        return Promise.resolve('paid');
      }),
    );
    await settled();
    expect(seen.values).toEqual(['paid']);
    const spans = exporter.getFinishedSpans();
    const [outer, inner] = ['check out', 'charge'].map((name) =>
      spans.find((span) => span.name === name),
    );
    expect(outer).toBeDefined();
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    trace.disable();
    context.disable();
  });
});
