import { Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, InvalidOptionError, StateStore } from 'rx-mesh/kernel';
import type { MetricTags } from '../metric-data';
import { MetricsService } from '../metrics-service';
import type { CallOutcome } from './call-feed';
import { CallMeter } from './call-meter';
import { type SLAReport, type SLAThresholds, SlaWatch } from './sla-report';
import { type CheckedSlo, type SloDefinition, checkedSlo } from './slo-definition';
import { SLOS } from './slo-options';
import { SloReader } from './slo-reader';
import { type SloSource, callSource, httpSource } from './slo-source';
import { type SloReport, SloTracker } from './slo-tracker';

interface Entry {
  readonly slo: CheckedSlo;
  readonly meter: CallMeter;
  readonly tracker: SloTracker;
  lookedAt: number;
}

/** A service that is being watched. */
export interface WatchedService {
  /** Takes in what came since the last look, and reports. */
  readonly look: () => SLAReport;
  /** Takes a call in. */
  readonly record: (outcome: CallOutcome, latency: number | undefined) => void;
  /** Ends the watch. */
  readonly end: () => void;
}

/** What the name of an SLO must be. */
export const ONE_NAME = 'a name that no other SLO has';

/** The SLOs of an application and what is known of them. It looks when it is told to; nothing ticks here. */
@Injectable({ providedIn: 'root' })
export class SloBook {
  private readonly clock = inject(CLOCK);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly metrics = inject(MetricsService);
  private readonly entries = new Map<string, Entry>();
  private readonly watches = new Map<WatchedService, string>();
  private readonly told = new Set<string>();

  /** What the last look said. */
  readonly reports = new StateStore<readonly SloReport[]>([]);

  constructor() {
    inject(SloReader).look = () => this.look();
    for (const slo of inject(SLOS.token).slos) this.define(slo);
  }

  /** Adds an SLO. @throws InvalidOptionError when it is none, or its name is taken. */
  define(definition: SloDefinition): void {
    const slo = checkedSlo(definition);
    const { indicator, name, service } = slo;
    if (this.entries.has(name)) {
      throw new InvalidOptionError('SloDefinition.name', name, ONE_NAME);
    }
    const threshold = indicator.type === 'latency' ? indicator.threshold : undefined;
    const { sources = sourcesOf(service) } = definition;
    const at = this.clock.monotonic();
    const failed = (cause: unknown) => this.failed(`SLO "${name}"`, cause);
    const meter = new CallMeter(this.metrics, sources, { threshold, failed }, at);
    this.entries.set(name, { slo, meter, tracker: new SloTracker(definition), lookedAt: at });
  }

  /** Forgets an SLO and says whether there was one. */
  remove(name: string): boolean {
    return this.entries.delete(name);
  }

  /** Takes a call in: for the SLO of this name, and for all that is about a service of this name. */
  record(name: string, outcome: CallOutcome, latency: number | undefined): void {
    for (const { slo, meter } of this.entries.values()) {
      if (slo.name === name || slo.service === name) meter.record(outcome, latency);
    }
    for (const [watched, service] of this.watches) {
      if (service === name) watched.record(outcome, latency);
    }
  }

  /** Takes in what came since the last look, and says how all SLOs are doing. */
  look(): readonly SloReport[] {
    const at = this.clock.monotonic();
    const reports = [...this.entries.values()].map((entry) => {
      feed(entry, at);
      const report = entry.tracker.report(at);
      this.show(report);
      return report;
    });
    this.reports.update(() => reports);
    return reports;
  }

  /** Begins to watch a service; what was before does not count. @throws InvalidOptionError for bad thresholds. */
  watch(service: string, thresholds: SLAThresholds): WatchedService {
    const { clock, metrics } = this;
    const sla = new SlaWatch(service, thresholds);
    let since = clock.monotonic();
    const failed = (cause: unknown) => this.failed(`the SLA of "${service}"`, cause);
    const aims = { window: sla.window, failed };
    const meter = new CallMeter(metrics, sourcesOf(service), aims, since);
    const watched: WatchedService = {
      record: (outcome, latency) => meter.record(outcome, latency),
      end: () => this.watches.delete(watched),
      look: () => {
        const at = clock.monotonic();
        const report = sla.look(meter, at, since, new Date(clock.now()));
        since = at;
        this.gauge('sla.availability', report.availability, { service });
        this.gauge('sla.response_time_p99', report.responseTimeP99, { service }, 'ms');
        this.gauge('sla.error_rate', report.errorRate, { service });
        return report;
      },
    };
    this.watches.set(watched, service);
    return watched;
  }

  private show({ burnRates, errorBudget, name, service }: SloReport): void {
    const tags: MetricTags = service === undefined ? { slo: name } : { slo: name, service };
    this.gauge('slo.error_budget.remaining', errorBudget.remaining, tags);
    for (const { burnRate, rule } of burnRates) {
      this.gauge('slo.burn_rate', burnRate, { ...tags, rule });
    }
  }

  // What nobody knows is no number: a gauge that was never set is absent.
  private gauge(name: string, value: number | undefined, tags: MetricTags, unit?: string): void {
    if (value !== undefined) this.metrics.ɵmetric('gauge', name, { unit }).set(value, tags);
  }

  // A source may have a function of the application in it.
  private failed(what: string, cause: unknown): void {
    if (this.told.has(what)) return;
    this.told.add(what);
    const message = `A source of ${what} threw, so the calls that it was asked about are ignored. Let "judge" return a verdict for all tags.`;
    this.diagnostics.report({ code: 'RXM865', severity: 'error', source: 'slo', message, cause });
  }
}

function feed(entry: Entry, at: number): void {
  const { lookedAt, meter, slo, tracker } = entry;
  entry.lookedAt = at;
  const { failed, fast, total } = meter.look(at);
  const good = slo.indicator.type === 'latency' ? fast : total - failed;
  tracker.record(good, total, at, lookedAt);
}

function sourcesOf(service: string | undefined): readonly SloSource[] {
  return service === undefined ? [] : [callSource(service), httpSource(service)];
}
