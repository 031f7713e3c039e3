import {
  type EnvironmentProviders,
  Injector,
  type Provider,
  inject,
  provideEnvironmentInitializer,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { CLOCK, ID_GENERATOR, type RxMeshFeature, polling, ɵmakeFeature } from 'rx-mesh/kernel';
import { Tracer } from 'rx-mesh/tracing';
import { EMPTY, defer } from 'rxjs';
import { MetricMirror } from './metric-mirror';
import { OPEN_TELEMETRY, type OpenTelemetryOptions } from './open-telemetry-options';
import { OpenTelemetryTracer } from './open-telemetry-tracer';
import { SdkGuard } from './sdk-guard';
import { SpanTwins } from './span-twins';
import { TwinIds } from './twin-ids';

type Providers = readonly (Provider | EnvironmentProviders)[];

/**
 * Hands spans and metrics to the SDK of OpenTelemetry that the application runs, by `@opentelemetry/api`.
 *
 * Each span is a span of the SDK too, with the same ids; one without a parent is a part of the span of the application that is
 * active. The SDK decides what is sampled: leave `sampleRatio` at 1, for a span is recorded only where both say so. Without an SDK
 * everything is as it was; one that is registered later is found.
 *
 * @param options What differs from the defaults.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({ allowedOrigins: ['https://api.example.com'] }), withOpenTelemetry());
 * ```
 */
export function withOpenTelemetry(
  options: OpenTelemetryOptions = {},
): RxMeshFeature<'opentelemetry'> {
  const { tracing, metrics, lookPeriod } = OPEN_TELEMETRY.resolve(options);
  return ɵmakeFeature('opentelemetry', [
    SdkGuard,
    ...(tracing ? spans() : []),
    ...(metrics ? mirror(lookPeriod) : []),
  ]);
}

function spans(): Providers {
  return [SpanTwins, { provide: Tracer, useFactory: tracer }];
}

// Only the tracer takes the ids of the SDK, so it has an injector of its own.
function tracer(): Tracer {
  const ids = new TwinIds(inject(ID_GENERATOR));
  return Injector.create({
    parent: inject(Injector),
    providers: [
      { provide: ID_GENERATOR, useValue: ids },
      { provide: TwinIds, useValue: ids },
      { provide: OpenTelemetryTracer },
    ],
  }).get(OpenTelemetryTracer);
}

function mirror(period: number): Providers {
  return [
    MetricMirror,
    provideEnvironmentInitializer(() => {
      const metrics = inject(MetricMirror);
      // Not on a server: the numbers of many pages would overwrite each other.
      polling({ period, clock: inject(CLOCK) }, () =>
        defer(() => {
          metrics.look();
          return EMPTY;
        }),
      )
        .pipe(takeUntilDestroyed())
        .subscribe();
    }),
  ];
}
