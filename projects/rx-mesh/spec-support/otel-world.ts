import { TestBed } from '@angular/core/testing';
import { type ContextManager, context, metrics, trace } from '@opentelemetry/api';
import { MeterProvider, MetricReader, type MetricReaderOptions } from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  StackContextManager,
  TracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import type { RxMeshFeature } from 'rx-mesh/kernel';
import { RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { type TracingOptions, Tracer, withTracing } from 'rx-mesh/tracing';
import { settled } from './settled';

/** A reader that reads when a test says so. */
export class ReaderByHand extends MetricReader {
  /** What the SDK has: name, type, unit and the points, as `value {attributes}`. */
  async read(): Promise<Record<string, readonly (readonly [unknown, object])[]>> {
    const { resourceMetrics, errors } = await this.collect();
    expect(errors).toEqual([]);
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return Object.fromEntries(
      all.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ value, attributes }) => [value, attributes] as const),
      ]),
    );
  }

  protected override async onForceFlush(): Promise<void> {
    await Promise.resolve();
  }

  protected override async onShutdown(): Promise<void> {
    await Promise.resolve();
  }
}

/** The SDK of an application, registered as it does it: globally. */
export class OtelWorld {
  readonly exporter = new InMemorySpanExporter();
  readonly readers: ReaderByHand[] = [];

  /** Registers a tracer provider and a context manager. */
  trace(options: TracerProviderOptions = {}, manager: ContextManager = new StackContextManager()) {
    const provider = new TracerProvider({
      spanProcessors: [new SimpleSpanProcessor({ exporter: this.exporter })],
      ...options,
    });
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(manager.enable());
    return provider.getTracer('app');
  }

  /** Registers a meter provider. */
  meter(options: MetricReaderOptions = {}): ReaderByHand {
    const reader = new ReaderByHand(options);
    this.readers.push(reader);
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    return reader;
  }

  /** What the SDK has sent, oldest first. */
  async spans(): Promise<readonly ReadableSpan[]> {
    await settled();
    return this.exporter.getFinishedSpans();
  }

  /** Takes everything away that was registered. */
  clear(): void {
    trace.disable();
    metrics.disable();
    context.disable();
  }
}

/** An application with these features, and its tracer. */
export function anApplication(tracing: TracingOptions, ...features: readonly RxMeshFeature[]) {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withTracing(tracing).ɵproviders,
      ...features.flatMap(({ ɵproviders }) => ɵproviders),
    ],
  });
  return { tracer: TestBed.inject(Tracer), told: TestBed.inject(RecordingDiagnostics) };
}
