import { TestBed } from '@angular/core/testing';
import { InvalidOptionError, isInvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { MetricsService } from '../metrics-service';
import type { SLAReport } from '../slo/sla-report';
import { SloMonitor } from '../slo/slo-monitor';
import { withSlos } from '../slo/with-slos';
import type { Alert, AlertEvent, AlertGroup } from './alert';
import { alertChannel, callbackChannel } from './alert-channel';
import { InvalidAlertRuleError } from './alert-errors';
import type { AlertRule } from './alert-rule';
import { AlertingService } from './alerting-service';
import { type WithAlertingOptions, withAlerting } from './with-alerting';

const busy: AlertRule = {
  name: 'Busy',
  condition: { type: 'threshold', metric: 'queue', above: 10, clear: 5, by: ['queue'] },
  for: 30_000,
};
const setUp = (options?: WithAlertingOptions) => {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...(options ? withAlerting(options).ɵproviders : [])],
  });
  return {
    alerting: TestBed.inject(AlertingService),
    metrics: TestBed.inject(MetricsService),
    clock: TestBed.inject(ManualClock),
    diagnostics: TestBed.inject(RecordingDiagnostics),
  };
};
const states = (alerts: readonly Alert[]) =>
  alerts.map(({ labels, state, value }) => `${labels['queue'] ?? ''} ${state} ${value ?? ''}`);

describe(AlertingService.name, () => {
  it('looks at rules only while somebody looks at alerts', () => {
    const { alerting, clock, metrics } = setUp();
    alerting.define(busy);
    metrics.setGauge('queue', 20, { queue: 'mail' });
    clock.advance(60_000);

    expect([alerting.alerts(), clock.pending]).toEqual([[], 0]);

    const seen: string[][] = [];
    const first = alerting.alerts$.subscribe((alerts) => seen.push(states(alerts)));
    const second = alerting.events$.subscribe();

    expect(clock.pending).toBe(1);

    clock.advance(15_000);
    metrics.setGauge('queue', 7, { queue: 'mail' });
    clock.advance(15_000);
    metrics.setGauge('queue', 11, { queue: 'mail' });
    clock.advance(45_000);
    metrics.setGauge('queue', 6, { queue: 'mail' });
    clock.advance(15_000);
    metrics.setGauge('queue', 4, { queue: 'mail' });
    clock.advance(15_000);

    expect(seen).toEqual([
      ['mail pending 20'],
      [],
      ['mail pending 11'],
      ['mail firing 11'],
      ['mail firing 6'],
      [],
    ]);
    expect(alerting.history()).toMatchObject([{ rule: 'Busy', state: 'resolved' }]);

    first.unsubscribe();

    expect(clock.pending).toBe(1);

    second.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('tells groups to channels and to whoever listens, not each minute', () => {
    const told: AlertGroup[] = [];
    const { alerting, clock, metrics } = setUp({
      rules: [{ ...busy, for: 0 }],
      channels: [callbackChannel((group) => told.push(group))],
    });
    const groups: AlertGroup[] = [];
    const events: AlertEvent[] = [];
    alerting.notifications$.subscribe((group) => groups.push(group));
    alerting.events$.subscribe((event) => events.push(event));
    metrics.setGauge('queue', 20, { queue: 'mail' });
    clock.advance(15_000);
    metrics.setGauge('queue', 30, { queue: 'jobs' });
    clock.advance(29_999);

    expect(told).toEqual([]);

    clock.advance(1);

    expect(told).toMatchObject([{ status: 'firing', groupLabels: { alertname: 'Busy' } }]);
    expect(states(told[0]?.alerts ?? [])).toEqual(['mail firing 20', 'jobs firing 30']);

    clock.advance(600_000);

    expect(told).toHaveLength(1);

    metrics.setGauge('queue', 0, { queue: 'mail' });
    clock.advance(600_000);

    expect(told).toHaveLength(2);
    expect(states(told[1]?.news ?? [])).toEqual(['mail resolved 0']);
    expect(groups).toEqual(told);
    expect(events.map(({ type }) => type)).toEqual([
      'firing',
      'firing',
      'notified',
      'resolved',
      'notified',
    ]);
    expect(events[2]).toMatchObject({ channel: 'callback', group: told[0] });
  });

  it('sends again and again to a channel that wants that, from the first moment on', () => {
    const told: string[] = [];
    const { clock, metrics } = setUp({
      rules: [{ ...busy, for: 0 }],
      channels: [
        alertChannel(() => ({
          name: 'server',
          resendDelay: 60_000,
          notify: ({ status }) => {
            told.push(`${clock.monotonic()} ${status}`);
            return [];
          },
        })),
      ],
    });
    metrics.setGauge('queue', 20);
    clock.advance(15_000);
    clock.advance(120_000);
    metrics.setGauge('queue', 0);
    clock.advance(600_000);

    expect(told).toEqual(['15000 firing', '75000 firing', '135000 firing', '150000 resolved']);
  });

  it('silences, and ends silences', () => {
    const { alerting, clock, metrics } = setUp({ rules: [{ ...busy, for: 0 }], groupWait: 0 });
    const groups: AlertGroup[] = [];
    alerting.notifications$.subscribe((group) => groups.push(group));
    const endsAt = new Date(clock.now() + 3_600_000);
    const id = alerting.silence({ matchers: [{ name: 'alertname', value: 'Busy' }], endsAt });
    metrics.setGauge('queue', 20);
    clock.advance(15_000);

    expect(alerting.alerts()[0]?.silencedBy).toEqual([id]);
    expect(alerting.silences()).toMatchObject([{ id, state: 'active' }]);
    expect(groups).toEqual([]);
    expect([alerting.expireSilence(id), alerting.expireSilence(id)]).toEqual([true, false]);
    expect(alerting.alerts()[0]?.silencedBy).toEqual([]);

    clock.advance(300_000);

    expect(groups).toHaveLength(1);
    expect(() => alerting.silence({ matchers: [], endsAt })).toThrow(InvalidOptionError);
  });

  it('has rules on error budgets', () => {
    const { alerting, clock } = setUp({
      rules: [
        {
          name: 'Burns',
          condition: { type: 'burn-rate', slo: 'orders', rule: 'fast' },
          severity: 'page',
        },
      ],
    });
    const slos = TestBed.inject(SloMonitor);
    slos.define({ name: 'orders', service: 'shop', objective: 0.99 });
    clock.advance(15_000);
    for (let i = 0; i < 20; i++) slos.record('orders', i < 10 ? 'failure' : 'success');
    clock.advance(15_000);

    expect(alerting.alerts()).toMatchObject([
      {
        labels: {
          alertname: 'Burns',
          severity: 'page',
          slo: 'orders',
          service: 'shop',
          burn_rule: 'fast',
        },
        value: expect.closeTo(50) as number,
      },
    ]);

    // Too few events to say anything are no reason to go on.
    clock.advance(600_000);

    expect(alerting.alerts()).toEqual([]);
  });

  it('knows the SLOs of withSlos(), though nobody else looks at them', () => {
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withSlos({ slos: [{ name: 'orders', objective: 0.99 }] }).ɵproviders,
      ],
    });
    const alerting = TestBed.inject(AlertingService);
    let known: string | undefined;
    alerting.define({ name: 'A', condition: ({ slo }) => void (known = slo('orders')?.name) });
    alerting.alerts$.subscribe().unsubscribe();

    expect(known).toBe('orders');
  });

  it('raises the alert of a broken promise, once', () => {
    const { alerting, clock } = setUp({ groupWait: 0 });
    const groups: AlertGroup[] = [];
    alerting.notifications$.subscribe((group) => groups.push(group));
    const report: SLAReport = {
      serviceName: 'orders',
      availability: 0.5,
      responseTimeP99: undefined,
      errorRate: 0.5,
      timestamp: new Date(0),
      events: 10,
      breached: true,
      breaches: ['availability'],
      state: 'exhausted',
      burnRates: [],
      errorBudget: undefined,
    };
    for (let i = 0; i < 10; i++) {
      alerting.triggerSLAAlert('orders', report);
      clock.advance(60_000);
    }

    expect(groups).toHaveLength(1);
    expect(groups[0]?.alerts).toMatchObject([
      {
        labels: { alertname: 'SLABreach', service: 'orders', severity: 'page' },
        annotations: {
          summary: 'orders breaks its promise of availability.',
          description: 'availability 0.5, errorRate 0.5',
        },
      },
    ]);

    clock.advance(600_000);

    expect(alerting.alerts()).toEqual([]);
    expect(groups.map(({ status }) => status)).toEqual(['firing', 'resolved']);
  });

  it('takes rules back', () => {
    const { alerting, clock, metrics } = setUp({ rules: [{ ...busy, for: 0 }] });
    metrics.setGauge('queue', 20);
    clock.advance(15_000);

    expect([alerting.remove('Busy'), alerting.remove('Busy')]).toEqual([true, false]);
    expect([alerting.alerts().length, alerting.history().length]).toEqual([0, 1]);
  });

  it('tells what waits when the page is left, and when the application ends', () => {
    const told: string[] = [];
    const { clock, metrics } = setUp({
      rules: [{ ...busy, for: 0 }],
      channels: [callbackChannel(({ news }) => told.push(states(news).join()))],
    });
    metrics.setGauge('queue', 20, { queue: 'mail' });
    clock.advance(15_000);
    window.dispatchEvent(new Event('pagehide'));

    expect(told).toEqual(['mail firing 20']);

    metrics.setGauge('queue', 21, { queue: 'jobs' });
    clock.advance(15_000);
    TestBed.resetTestingModule();

    expect(told).toEqual(['mail firing 20', 'jobs firing 21']);
    expect(clock.pending).toBe(0);
  });
});

describe(withAlerting.name, () => {
  it('looks at rules from the start, until the application ends', () => {
    const { alerting, clock, metrics } = setUp({
      rules: [{ ...busy, for: 0 }],
      evaluationPeriod: 1000,
    });
    metrics.setGauge('queue', 20);
    clock.advance(1000);

    expect(alerting.alerts()).toHaveLength(1);

    TestBed.resetTestingModule();

    expect(clock.pending).toBe(0);
  });

  it('refuses what contradicts itself, where it is written', () => {
    expect(() => withAlerting({ rules: [busy, busy] })).toThrow(InvalidAlertRuleError);
    expect(() => withAlerting({ rules: [{ ...busy, for: -1 }] })).toThrow('Alert rule "Busy"');
    expect(() => withAlerting({ inhibit: [{ source: [], target: [] }] })).toThrow(
      'InhibitRule.source',
    );
    for (const bad of [
      { evaluationPeriod: 0 },
      { groupWait: -1 },
      { groupInterval: 0 },
      { repeatInterval: NaN },
      { groupBy: ['a.b'] },
      { maxAlerts: 0 },
      { historySize: 0.5 },
    ]) {
      let error: unknown;
      try {
        withAlerting(bad);
      } catch (thrown) {
        error = thrown;
      }

      expect(isInvalidOptionError(error)).toBe(true);
    }
  });
});
