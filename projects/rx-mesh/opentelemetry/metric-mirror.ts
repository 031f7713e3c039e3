import { Injectable, type OnDestroy, inject } from '@angular/core';
import {
  type Meter,
  type MeterProvider,
  type Observable,
  type ObservableCallback,
  createNoopMeter,
  metrics,
} from '@opentelemetry/api';
import { type MetricSeries, MetricsService } from 'rx-mesh/metrics';
import { METRIC_PARTS, type MetricPart } from './metric-parts';
import { SdkGuard } from './sdk-guard';

const LONGEST_NAME = 255;

interface Mirrored {
  readonly instrument: Observable;
  readonly callback: ObservableCallback;
}

/**
 * The metrics of the application as instruments of its `MeterProvider`, which the SDK reads when it wants to send. Nothing is
 * copied before that.
 */
@Injectable()
export class MetricMirror implements OnDestroy {
  readonly #metrics = inject(MetricsService);
  readonly #guard = inject(SdkGuard);
  readonly #mirrored = new Map<string, Mirrored>();
  #provider: MeterProvider | undefined;
  #meter: Meter | undefined;
  #looked: readonly MetricSeries[] | undefined;
  #grouped: readonly MetricSeries[] | undefined;
  #byName = new Map<string, MetricSeries[]>();

  /** Looks for a provider, and for metrics that it has not seen. */
  look(): void {
    this.#guard.call(() => {
      const provider = metrics.getMeterProvider();
      if (provider !== this.#provider) this.#turnTo(provider);
      if (this.#meter) this.#mirror(this.#meter);
    });
  }

  /** Takes everything back that the provider was given: the application has ended. */
  ngOnDestroy(): void {
    this.#leave();
  }

  #leave(): void {
    for (const { instrument, callback } of this.#mirrored.values()) {
      this.#guard.call(() => instrument.removeCallback(callback));
    }
    this.#mirrored.clear();
    this.#provider = this.#meter = this.#looked = this.#grouped = undefined;
    this.#byName.clear();
  }

  #turnTo(provider: MeterProvider): void {
    this.#leave();
    const meter = provider.getMeter('rx-mesh');
    // Now, so that one that throws is asked again.
    this.#provider = provider;
    // Without an SDK there is nobody to show anything to.
    this.#meter = meter === createNoopMeter() ? undefined : meter;
  }

  #mirror(meter: Meter): void {
    const all = this.#metrics.collect();
    // The same list as long as nothing was recorded.
    if (all === this.#looked) return;
    for (const series of all) {
      for (const part of METRIC_PARTS[series.type]) {
        const name = series.name + part.suffix;
        // Of two metrics that come to the same name, the first has it: an instrument cannot be two.
        if (this.#mirrored.has(name) || name.length > LONGEST_NAME) continue;
        if (part.points(series).length > 0) this.#add(meter, name, part, series);
      }
    }
    this.#looked = all;
  }

  #add(meter: Meter, name: string, part: MetricPart, series: MetricSeries): void {
    const { description = '', unit = '' } = series;
    const options = { description, unit: part.counts ? '{sample}' : unit };
    const instrument =
      part.type === 'counter'
        ? meter.createObservableCounter(name, options)
        : meter.createObservableGauge(name, options);
    const callback: ObservableCallback = (result) => {
      for (const one of this.#seriesOf(series.name)) {
        for (const [value, attributes] of part.points(one)) result.observe(value, attributes);
      }
    };
    this.#mirrored.set(name, { instrument, callback });
    instrument.addCallback(callback);
  }

  // The SDK asks for one instrument after the other, and mostly of one moment.
  #seriesOf(name: string): readonly MetricSeries[] {
    const all = this.#metrics.collect();
    if (all !== this.#grouped) {
      this.#grouped = all;
      this.#byName = new Map();
      for (const series of all) {
        const group = this.#byName.get(series.name);
        if (group) group.push(series);
        else this.#byName.set(series.name, [series]);
      }
    }
    return this.#byName.get(name) ?? [];
  }
}
