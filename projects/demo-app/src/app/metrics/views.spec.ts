import {
  type AggregatedMetrics,
  type Alert,
  type DashboardData,
  type DashboardPoint,
  type SloReport,
  SloTracker,
} from 'rx-mesh/metrics';
import { alertView, receivedView, timeOf } from './alert-view';
import { ALERT_RULES, OBJECTIVES } from './objectives';
import { redCharts, redRows } from './red-view';
import { resourceRows } from './resource-view';
import { sloView } from './slo-view';

const NOW = Date.UTC(2026, 0, 1, 12);
const at = (age: number) => new Date(NOW + age * 1000);
const NOTHING = { p50: undefined, p95: undefined, p99: undefined };
const point = (age: number, change: Partial<DashboardPoint> = {}): DashboardPoint => ({
  timestamp: at(age),
  requests: 2,
  rate: 1,
  errorShare: 0,
  ...NOTHING,
  ...change,
});
const dataOf = (histories: Readonly<Record<string, readonly DashboardPoint[]>>): DashboardData => ({
  timestamp: at(0),
  services: Object.entries(histories).map(([service, history]) => ({
    service,
    kind: service.includes('.') ? 'requests' : 'calls',
    requests: 0,
    rate: 0,
    errors: 0,
    errorShare: undefined,
    ...NOTHING,
    inFlight: undefined,
    history,
  })),
  breakers: [],
  slos: [],
  alerts: [],
  resources: undefined,
});
const valuesOf = (lines: readonly { name: string; values: unknown }[], name: string) =>
  lines.find((line) => line.name === name)?.values;

describe(redCharts.name, () => {
  it('has a line for each service, though there are no data', () => {
    const { ages, durations, errors, rate } = redCharts(undefined, 'orders');

    expect(ages).toEqual([]);
    expect([rate, errors].map((lines) => lines.map(({ look, name }) => `${look} ${name}`))).toEqual(
      new Array(2).fill(['0 orders', '1 inventory', '2 payments', '3 users', '4 rates']),
    );
    expect(durations.map(({ name }) => name)).toEqual(['p50', 'p95', 'p99']);
  });

  it('puts those that were called later at their times, and leaves hosts out', () => {
    const charts = redCharts(
      dataOf({
        orders: [point(-4), point(-2, { rate: 3 }), point(0, { p50: 8 })],
        users: [point(0, { rate: 5 })],
        'orders-1.mesh.example': [point(-6), point(-4), point(-2), point(0)],
      }),
      'orders',
    );

    expect(charts.ages).toEqual([-4, -2, 0]);
    expect(valuesOf(charts.rate, 'orders')).toEqual([1, 2, 5 / 3]);
    expect(valuesOf(charts.rate, 'users')).toEqual([undefined, undefined, 5]);
    expect(valuesOf(charts.rate, 'rates')).toEqual([undefined, undefined, undefined]);
    expect(valuesOf(charts.durations, 'p50')).toEqual([undefined, undefined, 8]);
  });

  it('weighs errors by the calls, over the last five looks', () => {
    const silent = { requests: 0, rate: 0, errorShare: undefined };
    const history = [
      point(-12, { requests: 1, errorShare: 1 }),
      ...[-10, -8, -6, -4].map((age) => point(age, silent)),
      point(-2, { requests: 3, errorShare: 0 }),
      point(0, { requests: 1, errorShare: 1 }),
    ];
    const { errors } = redCharts(dataOf({ orders: history }), 'orders');

    expect(valuesOf(errors, 'orders')).toEqual([1, 1, 1, 1, 1, 0, 0.25]);
  });

  it('has a gap where no call of five looks ended', () => {
    const silent = point(0, { requests: 0, rate: 0, errorShare: undefined });

    expect(valuesOf(redCharts(dataOf({ orders: [silent] }), '').errors, 'orders')).toEqual([
      undefined,
    ]);
  });
});

describe(redRows.name, () => {
  it('has a row for each service', () => {
    const service = {
      service: 'payments',
      kind: 'calls' as const,
      requests: 10,
      rate: 1,
      errors: 5,
      errorShare: 0.5,
      p50: 12,
      p95: 1400,
      p99: 2000,
      inFlight: undefined,
    };
    const aggregated: AggregatedMetrics = {
      timestamp: at(0),
      window: 10_000,
      services: [{ ...service, kind: 'requests' }, service],
      totals: { calls: undefined, requests: undefined },
    };
    const rows = redRows(aggregated);

    expect(rows.map((row) => row.service)).toHaveLength(5);
    expect(rows[2]).toEqual({
      service: 'payments',
      rate: '1.0',
      errors: '50 %',
      p50: '12 ms',
      p95: '1.4 s',
      p99: '2.0 s',
      failing: true,
    });
    expect(redRows(undefined)[0]).toMatchObject({ rate: '0.0', errors: '–', failing: false });
  });
});

describe(sloView.name, () => {
  const reports = (good: number, total: number): readonly SloReport[] =>
    OBJECTIVES.map((objective) => {
      const tracker = new SloTracker(objective);
      tracker.record(good, total, 1000);
      return tracker.report(1000);
    });
  const views = (good: number, total: number) => reports(good, total).map((one) => sloView(one));

  it('says what is promised, and that nobody knows', () => {
    expect(views(0, 0)).toMatchObject([
      {
        title: 'Availability of payments',
        promise: '99 % of calls to payments are answered, over 3 min.',
        look: { text: 'No data' },
        left: undefined,
        leftText: 'no data',
        facts: 'No call within the period.',
      },
      {
        title: 'Latency of orders',
        promise: '90 % of calls to orders are answered within 300 ms, over 3 min.',
      },
    ]);
    expect(views(0, 0)[0]?.burns[0]).toEqual({
      rule: 'fast',
      windows: '6 s and 15 s',
      short: '–',
      long: '–',
      limit: '6.0×',
      verdict: 'too few calls',
      burning: false,
    });
  });

  it('says what is left', () => {
    const [payments] = views(1000, 1000);

    expect(payments).toMatchObject({
      left: 1,
      leftText: '100 %',
      look: { text: 'Healthy' },
    });
    expect(payments?.facts).toBe('100 % of 1000 calls were good.');
    expect(payments?.burns[0]).toMatchObject({ short: '0.0×', verdict: 'fine' });
  });

  it.each([
    [985, 'overdrawn by 50 %'],
    [0, 'overdrawn 99 times'],
  ])('says how much a budget is overdrawn with %d of 1000', (good, leftText) => {
    expect(views(good, 1000)[0]).toMatchObject({
      left: 0,
      leftText,
      look: { text: 'Used up' },
    });
  });

  it('says what burns', () => {
    expect(views(0, 1000)[0]?.burns).toMatchObject([
      { short: '100×', long: '100×', verdict: 'burns', burning: true },
      { rule: 'slow', limit: '2.3×' },
    ]);
  });
});

describe(alertView.name, () => {
  const alert: Alert = {
    fingerprint: 'f',
    rule: 'BreakerOpen',
    labels: { alertname: 'BreakerOpen', service: 'payments', severity: 'warning' },
    annotations: { summary: 'Open.' },
    state: 'firing',
    value: 1,
    activeAt: at(-20),
    startsAt: at(-10),
    endsAt: undefined,
    silencedBy: ['two'],
    inhibitedBy: [],
  };
  const silence = (id: string, end: number) => ({
    id,
    matchers: [],
    startsAt: at(-5),
    endsAt: at(end),
    createdBy: '',
    comment: '',
    state: 'active' as const,
  });

  it('says since when it fires, and until when it is silenced', () => {
    expect(alertView(alert, [silence('one', 90), silence('two', 60)])).toEqual({
      fingerprint: 'f',
      name: 'BreakerOpen',
      look: { tone: 'bad', icon: 'alert', text: 'Firing' },
      summary: 'Open.',
      labels: 'service=payments severity=warning',
      time: `since ${timeOf(at(-10))}`,
      silencedUntil: timeOf(at(60)),
      open: true,
    });
  });

  it('says since when it is pending, and when it was over', () => {
    const pending = {
      ...alert,
      state: 'pending',
      startsAt: undefined,
      annotations: {},
    } as const;

    expect(alertView(pending, [])).toMatchObject({
      time: `since ${timeOf(at(-20))}`,
      summary: '',
      silencedUntil: undefined,
    });
    expect(alertView({ ...alert, state: 'resolved', endsAt: at(0) }, [])).toMatchObject({
      time: `${timeOf(at(-10))} to ${timeOf(at(0))}`,
      open: false,
    });
  });

  it('shows an alert as its receiver has it', () => {
    const received = {
      fingerprint: 'f',
      labels: { service: 'payments' },
      annotations: {},
      startsAt: at(-10),
      endsAt: at(30),
      updatedAt: at(0),
      times: 1,
    };

    expect(receivedView(received, NOW)).toMatchObject({
      name: 'f',
      look: { text: 'Firing' },
      time: `since ${timeOf(at(-10))}, sent once`,
    });
    expect(
      receivedView({ ...received, labels: { alertname: 'A' }, times: 3 }, at(30).getTime()),
    ).toMatchObject({
      name: 'A',
      look: { text: 'Resolved' },
      time: `${timeOf(at(-10))} to ${timeOf(at(30))}, sent 3 times`,
    });
  });
});

describe(resourceRows.name, () => {
  it('says what is told, and of nothing else', () => {
    const rows = resourceRows({
      timestamp: at(0),
      cpu: undefined,
      processors: 8,
      longTasks: 0.25,
      memory: { used: 18_400_000, limit: 4_300_000_000 },
      disk: { used: 3000, quota: 12_000_000_000 },
      network: { downlink: 1.5, roundTrip: 50, effectiveType: '4g', saveData: undefined },
    });

    expect(rows.map(({ value }) => value)).toEqual([
      undefined,
      '8',
      '25 %',
      '18 MB of 4.3 GB',
      '3.0 kB of 12 GB',
      '1.5 Mbit/s',
      '50 ms',
      '4g',
    ]);
    expect(resourceRows(undefined).every(({ value }) => value === undefined)).toBe(true);
  });
});

describe('ALERT_RULES', () => {
  it('watch every objective there is', () => {
    const watched = ALERT_RULES.flatMap(({ condition }) =>
      typeof condition === 'object' && condition.type === 'burn-rate' ? [condition.slo] : [],
    );

    expect(watched).toEqual(OBJECTIVES.map(({ name }) => name));
  });
});
