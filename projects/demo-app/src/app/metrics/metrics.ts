import { Component, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toObservable, toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { CLOCK, polling } from 'rx-mesh/kernel';
import {
  AlertingService,
  DistributedMetricsService,
  GrafanaService,
  PrometheusService,
  SloMonitor,
} from 'rx-mesh/metrics';
import { type CircuitBreakerPhase } from 'rx-mesh/resilience';
import { EMPTY, of, switchMap } from 'rxjs';
import { Alertmanager } from '../backends/alertmanager';
import { CALM, FaultControls } from '../backends/fault-controls';
import { TRAFFIC } from '../calls/traffic';
import { AlertList } from '../ui/alert-list';
import { DownloadText } from '../ui/download-text';
import { formatDuration, formatRate, formatShare } from '../ui/format';
import { Icon } from '../ui/icon';
import { LongText } from '../ui/long-text';
import { SloCard } from '../ui/slo-card';
import { PHASE_LOOKS, StateBadge } from '../ui/state-badge';
import { TimeChart } from '../ui/time-chart';
import { TrafficControls } from '../ui/traffic-controls';
import { alertView, receivedView, timeOf } from './alert-view';
import { MetricsWatch } from './metrics-watch';
import { OBJECTIVES } from './objectives';
import { redCharts, redRows } from './red-view';
import { resourceRows } from './resource-view';
import { sloView } from './slo-view';

const REFRESH = 1000; // milliseconds
const TEXT_REFRESH = 2000; // milliseconds
const SILENCE = 60_000; // milliseconds
const MOST_PAST = 5;
const SLOW = { median: 600, p99: 2400 };

type TextFormat = 'prometheus' | 'openmetrics';

/** What the numbers say: rates, errors and durations, promises and how well they are kept, alerts and who was told. */
@Component({
  selector: 'app-metrics',
  imports: [
    AlertList,
    DownloadText,
    Icon,
    LongText,
    MatButton,
    MatFormField,
    MatInput,
    MatLabel,
    MatSlideToggle,
    SloCard,
    StateBadge,
    TimeChart,
    TrafficControls,
  ],
  templateUrl: './metrics.html',
  styleUrl: './metrics.scss',
})
export class Metrics {
  private readonly clock = inject(CLOCK);
  private readonly visitors = inject(TRAFFIC);
  private readonly faults = inject(FaultControls);
  private readonly alerting = inject(AlertingService);
  private readonly metrics = inject(DistributedMetricsService);
  private readonly reports = inject(SloMonitor).reports;
  private readonly prometheus = inject(PrometheusService);
  private readonly grafana = inject(GrafanaService);
  private readonly receiver = inject(Alertmanager);
  private readonly watch = inject(MetricsWatch);
  readonly #data = toSignal(this.metrics.realTimeDashboard$);
  readonly #aggregated = toSignal(this.metrics.aggregatedMetrics$);
  readonly #now = toSignal(
    polling({ period: REFRESH, clock: this.clock }, () => of(this.clock.now())),
    { requireSync: true },
  );

  protected readonly formatRate = formatRate;
  protected readonly formatShare = formatShare;
  protected readonly formatDuration = formatDuration;
  protected readonly span = 120; // seconds, as withMetricsDashboard has it
  protected readonly traffic = this.visitors.state;
  protected readonly broken = computed(() => this.faults.of('payments').errorRate === 1);
  protected readonly slow = computed(() => this.faults.of('orders').latency.median >= SLOW.median);

  protected readonly chosen = signal('payments');
  protected readonly charts = computed(() => redCharts(this.#data(), this.chosen()));
  protected readonly rows = computed(() => redRows(this.#aggregated()));

  protected readonly slos = computed(() => this.reports().map((report) => sloView(report)));

  protected readonly alerts = computed(() => {
    const alerts = this.alerting.alerts();
    const silences = this.alerting.silences();
    return alerts.map((alert) => alertView(alert, silences));
  });
  protected readonly past = computed(() =>
    this.alerting
      .history()
      .slice(0, MOST_PAST)
      .map((alert) => alertView(alert, [])),
  );
  protected readonly notes = computed(() =>
    this.watch.notes().map(({ at, id, text, tone }) => ({ id, text, tone, time: timeOf(at) })),
  );
  protected readonly down = this.receiver.down;
  protected readonly received = computed(() =>
    this.receiver
      .alerts()
      .slice(0, MOST_PAST)
      .map((alert) => receivedView(alert, this.#now())),
  );

  protected readonly breakers = computed(() =>
    (this.#data()?.breakers ?? []).map(({ failureCount, service, state, successCount }) => ({
      service,
      phase: isPhase(state) ? state : undefined,
      failed: failureCount ?? '–',
      succeeded: successCount ?? '–',
    })),
  );
  protected readonly resources = computed(() => resourceRows(this.#data()?.resources));

  protected readonly format = signal<TextFormat>('prometheus');
  protected readonly live = signal(true);
  readonly #tick = toSignal(
    toObservable(this.live).pipe(
      switchMap((live) =>
        live
          ? polling({ period: TEXT_REFRESH, clock: this.clock }, () => of(this.clock.now()))
          : EMPTY,
      ),
    ),
  );
  protected readonly text = computed(() => {
    this.#tick();
    return this.prometheus.text(this.format());
  });
  protected readonly textFacts = computed(() => {
    const lines = this.text().split('\n').length - 1;
    return `${lines} lines, ${(this.text().length / 1000).toFixed(1)} kB`;
  });
  protected readonly makeDashboard = () =>
    JSON.stringify(
      this.grafana.dashboard({ title: 'Shop', uid: 'rx-mesh-demo', slos: OBJECTIVES }),
      undefined,
      2,
    );

  constructor() {
    // Visitors come while somebody looks; to leave the page is to cancel what they wait for.
    this.visitors.run$.pipe(takeUntilDestroyed()).subscribe();
  }

  protected toggleTraffic(): void {
    this.visitors.toggle();
  }

  protected setPace(perSecond: number): void {
    this.visitors.setPace(perSecond);
  }

  /** Lets every answer of payments be a failure, or none. */
  protected toggleBroken(): void {
    this.faults.set('payments', { errorRate: this.broken() ? 0 : 1 });
  }

  protected toggleSlow(): void {
    this.faults.set('orders', { latency: this.slow() ? CALM.latency : SLOW });
  }

  protected choose(service: string): void {
    this.chosen.set(service);
  }

  protected silence(fingerprint: string): void {
    const alert = this.alerting.alerts().find((one) => one.fingerprint === fingerprint);
    if (!alert) return;
    this.alerting.silence({
      matchers: Object.entries(alert.labels).map(([name, value]) => ({ name, value })),
      endsAt: new Date(this.clock.now() + SILENCE),
      createdBy: 'a visitor of the demo',
    });
  }

  protected unsilence(fingerprint: string): void {
    const alert = this.alerting.alerts().find((one) => one.fingerprint === fingerprint);
    for (const id of alert?.silencedBy ?? []) this.alerting.expireSilence(id);
  }

  protected toggleDown(): void {
    this.receiver.setDown(!this.down());
  }

  protected write(format: string): void {
    this.format.set(format === 'openmetrics' ? 'openmetrics' : 'prometheus');
  }
}

function isPhase(state: string | undefined): state is CircuitBreakerPhase {
  return state !== undefined && Object.hasOwn(PHASE_LOOKS, state);
}
