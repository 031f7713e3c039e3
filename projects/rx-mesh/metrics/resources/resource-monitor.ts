import { DestroyRef, Injectable, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { CLOCK, DIAGNOSTICS, isServer, polling, shareLatest } from 'rx-mesh/kernel';
import { EMPTY, type Observable, defer, finalize, from, map, take, tap } from 'rxjs';
import { DASHBOARD } from '../dashboard/dashboard-options';
import { MetricsService } from '../metrics-service';
import { RESOURCE_PROBE } from './resource-probe';
import type { ResourceReading, ResourceUtilization } from './resource-utilization';

const SOURCE = 'resources';

/** Looks at the resources of the platform while somebody is subscribed. */
@Injectable({ providedIn: 'root' })
export class ResourceMonitor {
  private readonly clock = inject(CLOCK);
  private readonly probe = inject(RESOURCE_PROBE);
  private readonly metrics = inject(MetricsService);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly period = inject(DASHBOARD.token).resourcePeriod;

  /**
   * What the platform tells: on subscribe, then after each `resourcePeriod`. One look for all subscribers, none without;
   * each sets the gauges `system.*` of what is known. Silent on the server, where it completes at once. It also completes
   * when the application is destroyed.
   */
  readonly utilization$: Observable<ResourceUtilization> = defer(() =>
    isServer() ? EMPTY : this.looks(),
  ).pipe(takeUntilDestroyed(inject(DestroyRef)), shareLatest());

  private looks(): Observable<ResourceUtilization> {
    let end: (() => void) | undefined;
    let told = false;
    const onError = (cause: unknown) => {
      if (!told) this.failed(cause);
      told = true;
    };
    return polling({ period: this.period, clock: this.clock, onError }, () =>
      defer(() => {
        end ??= this.probe.watch?.();
        return from(this.probe.read());
      }).pipe(
        take(1),
        map((reading) => utilizationOf(reading, new Date(this.clock.now()))),
        tap((utilization) => this.record(utilization)),
      ),
    ).pipe(finalize(() => end?.()));
  }

  private record({ cpu, disk, longTasks, memory, network, processors }: ResourceUtilization): void {
    this.gauge('cpu.usage', cpu, '1');
    this.gauge('cpu.logical.count', processors, '{cpu}');
    this.gauge('main_thread.long_tasks', longTasks, '1');
    this.gauge('memory.usage', memory?.used, 'By');
    this.gauge('memory.limit', memory?.limit, 'By');
    this.gauge('disk.usage', disk?.used, 'By');
    this.gauge('disk.limit', disk?.quota, 'By');
    this.gauge('network.downlink', network?.downlink, 'Mbit/s');
    this.gauge('network.round_trip', network?.roundTrip, 'ms');
  }

  // What nobody knows is no number: a gauge that was never set is absent.
  private gauge(name: string, value: number | undefined, unit: string): void {
    if (value !== undefined) this.metrics.ɵmetric('gauge', `system.${name}`, { unit }).set(value);
  }

  private failed(cause: unknown): void {
    const message =
      'The resources of the platform could not be read, so nothing is known of them for now. See what RESOURCE_PROBE throws.';
    this.diagnostics.report({
      code: 'RXM876',
      severity: 'warning',
      source: SOURCE,
      message,
      cause,
    });
  }
}

function utilizationOf(reading: ResourceReading, timestamp: Date): ResourceUtilization {
  const { cpu, disk, longTasks, memory, network, processors } = reading;
  return { timestamp, cpu, processors, longTasks, memory, disk, network };
}
