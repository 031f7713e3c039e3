import Ajv from 'ajv';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricRegistry } from '../metric-registry';
import { prometheusText } from '../prometheus/prometheus-text';
import type { SloDefinition } from '../slo/slo-definition';
import { type GrafanaDashboardOptions, grafanaDashboard } from './grafana-dashboard';
import type { GrafanaDashboard, GrafanaPanel } from './grafana-json';

const schema = JSON.parse(
  readFileSync(join(__dirname, 'grafana-dashboard.schema.json'), 'utf8'),
) as object;
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);

const slo: SloDefinition = { name: 'orders "fast"', service: 'api.test', objective: 0.999 };
const latency: SloDefinition = {
  ...{ name: 'slow', service: 'api.test', objective: 0.9 },
  indicator: { type: 'latency', threshold: 100 },
};

/** All that rx-mesh records, with buckets and without. */
function everything() {
  const registry = new MetricRegistry({ diagnostics: new RecordingDiagnostics() });
  const request = {
    ...{ 'server.address': 'api.test', 'error.type': '500', 'rx_mesh.cancelled': true },
    'http.response.status_code': 500,
  };
  registry
    .histogram('http.client.request.duration', { unit: 's', buckets: [1] })
    .record(1, request);
  registry.timer('rx_mesh.call.duration').record(1, { service: 'orders', outcome: 'failure' });
  registry.counter('rx_mesh.call.rejections').add(1, { service: 'orders', reason: 'open' });
  registry.gauge('circuit_breaker.state').set(1, { service: 'orders', state: 'open' });
  registry.counter('circuit_breaker.transitions').add(1, { service: 'orders', to: 'open' });
  registry.gauge('slo.error_budget.remaining').set(1, { slo: 'orders', service: 'orders' });
  registry.gauge('slo.burn_rate').set(1, { slo: 'orders', rule: 'fast' });
  registry.counter('bytes.sent', { unit: 'By', description: 'Bytes.' }).add(1, { page: 'a' });
  registry.counter('time.spent', { unit: 'ms' }).add(1);
  registry.gauge('queue.length').set(1);
  registry.gauge('cpu.count', { unit: '{cpu}' }).set(4);
  registry.gauge('load', { unit: '1' }).set(1);
  return registry.collect();
}

const full: GrafanaDashboardOptions = {
  ...{ title: 'Shop', uid: 'shop', services: ['api.test', 'a,b'], slos: [slo, latency] },
  ...{ metrics: everything(), datasourceUid: 'main', breakers: ['orders', 'a.b|"c"'] },
  annotationTags: ['release'],
};
const queriesOf = ({ panels }: GrafanaDashboard) =>
  panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** A panel's place, as cells of the grid. */
const cellsOf = ({ gridPos: { x, y, w, h } }: GrafanaPanel) =>
  Array.from({ length: w * h }, (_, i) => `${x + (i % w)}/${y + Math.floor(i / w)}`);

/** The names of metrics in a query: words that are no function, keyword, label or unit. */
const namesIn = (expr: string) =>
  expr
    .replace(/"(?:\\.|[^"\\])*"/g, '""')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\bby \([^)]*\)/g, '')
    .match(/[a-z_][\w:]*/gi)
    ?.filter((word) => !/^(?:sum|max|min|rate|histogram_quantile|or)$/.test(word)) ?? [];

/** Whether all that is opened is closed, in order. */
const isBalanced = (expr: string) => {
  const open: string[] = [];
  const closing: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };
  for (const sign of expr.replace(/"(?:\\.|[^"\\])*"/g, '')) {
    if ('({['.includes(sign)) open.push(sign);
    else if (sign in closing && open.pop() !== closing[sign]) return false;
  }
  return open.length === 0;
};

const known: ReadonlySet<string> = new Set(
  prometheusText(everything())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/[{ ].*/, '')),
);

describe(grafanaDashboard.name, () => {
  it.each<[string, GrafanaDashboardOptions]>([
    ['all', full],
    ['nothing but a title', { title: 'Shop' }],
    ['no breakers', { title: 'Shop', breakers: false, annotationTags: [] }],
  ])('fits the model of Grafana with %s', (_name, options) => {
    const valid = validate(JSON.parse(JSON.stringify(grafanaDashboard(options))));

    expect(validate.errors).toBeNull();
    expect(valid).toBe(true);
  });

  it('has a number of its own for each panel, and no panel on another', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(20), fc.boolean(), (slos, metrics, breakers) => {
        const { panels } = grafanaDashboard({
          ...{ title: 'Shop', breakers },
          slos: Array.from({ length: slos }, (_, i) => ({ ...slo, name: `slo ${i}` })),
          metrics: Array.from({ length: metrics }, (_, i) => ({ name: `m${i}`, type: 'gauge' })),
        });
        const cells = panels.flatMap(cellsOf);

        expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
        expect(new Set(cells).size).toBe(cells.length);
        expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
      }),
    );
  });

  it('asks for metrics that there are, and closes what it opens', () => {
    const queries = queriesOf(grafanaDashboard(full));

    expect(queries.length).toBeGreaterThan(20);
    expect(queries.filter((expr) => !isBalanced(expr))).toEqual([]);
    expect(queries.flatMap(namesIn).filter((name) => !known.has(name))).toEqual([]);
  });

  it('asks for a gauge by the name that it is exposed as', () => {
    const queries = queriesOf(grafanaDashboard(full)).join('\n');

    expect(known).toContain('cpu_count_value');
    expect(queries).toMatch(/\bcpu_count_value\b/);
    expect(queries).not.toMatch(/\bcpu_count\b/);
  });

  it('asks for rate, errors and durations of each service', () => {
    const { panels } = grafanaDashboard({ title: 'Shop', breakers: false });
    const of = '{server_address=~"$service"';
    const count = 'http_client_request_duration_seconds_count';
    const bucket = 'http_client_request_duration_seconds_bucket';
    const whole = `sum by (server_address) (rate(${count}${of},rx_mesh_cancelled=""}[$__rate_interval]))`;

    expect(panels.map(({ title, repeat }) => repeat ?? title)).toEqual([
      ...['All services', 'Requests', 'Errors', 'Duration, 95th percentile'],
      ...['service', 'Requests by status', 'Errors', 'Duration'],
    ]);
    expect(panels[1]?.targets?.[0]?.expr).toBe(
      `sum by (server_address) (rate(${count}${of}}[$__rate_interval]))`,
    );
    expect(panels[2]?.targets?.[0]?.expr).toBe(
      `(sum by (server_address) (rate(${count}${of},error_type!="",rx_mesh_cancelled=""}[$__rate_interval]))` +
        ` or 0 * ${whole}) / ${whole}`,
    );
    expect(panels[7]?.targets?.map(({ expr, legendFormat }) => [legendFormat, expr])).toEqual(
      [50, 95, 99].map((q) => [
        `p${q}`,
        `histogram_quantile(${q / 100}, sum by (le, server_address) (rate(${bucket}${of},rx_mesh_cancelled=""}[$__rate_interval])))`,
      ]),
    );
  });

  it('lets the reader choose the data source and the services', () => {
    const { templating } = grafanaDashboard({ title: 'Shop' });

    expect(templating.list).toMatchObject([
      { name: 'datasource', type: 'datasource', query: 'prometheus', current: {} },
      {
        ...{ name: 'service', type: 'query', multi: true, includeAll: true },
        query: {
          query: 'label_values(http_client_request_duration_seconds_count, server_address)',
        },
      },
    ]);
  });

  it('offers the services that are given', () => {
    const { templating } = grafanaDashboard(full);

    expect(templating.list).toMatchObject([
      { current: { text: 'main', value: 'main' } },
      {
        ...{ type: 'custom', query: 'api.test,a\\,b' },
        options: [{ value: '$__all' }, { value: 'api.test' }, { value: 'a,b' }],
      },
    ]);
  });

  it('shows budgets, and burn rates of all pages where calls are what is counted', () => {
    const { panels } = grafanaDashboard(full);
    const titles = panels.map(({ title }) => title);
    const at = titles.indexOf('SLO orders "fast"');

    expect(titles.slice(at, at + 7)).toEqual([
      ...['SLO orders "fast"', 'Error budget left', 'Burn rate', 'Burn rate of all pages'],
      ...['SLO slow', 'Error budget left', 'Burn rate'],
    ]);
    expect(panels[at + 1]?.targets?.[0]?.expr).toBe(
      'min(slo_error_budget_remaining{slo="orders \\"fast\\""})',
    );
    expect(panels[at + 3]?.targets?.[0]?.expr).toMatch(/ \/ 0\.001$/);
  });

  it('shows the worst state of each breaker', () => {
    const queries = queriesOf(grafanaDashboard({ title: 'Shop' }));
    const state = (name: string) => `circuit_breaker_state{state="${name}"}`;

    expect(queries).toContain(
      `max by (service) (0 * ${state('closed')} or 1 * ${state('half-open')} or 2 * ${state('open')} or 3 * ${state('isolated')})`,
    );
  });

  it('takes names of breakers as they are, not as patterns', () => {
    const queries = queriesOf(grafanaDashboard(full));

    expect(queries).toContain(
      'sum by (service, reason) (rate(rx_mesh_call_rejections_total{service=~"orders|a\\\\.b\\\\|\\"c\\""}[$__rate_interval]))',
    );
  });

  it('has one panel for each name of metrics, in units that Grafana knows', () => {
    const { panels } = grafanaDashboard(full);
    const at = panels.findIndex(({ title }) => title === 'Metrics');
    const shown = panels
      .slice(at + 1)
      .map(({ title, targets, fieldConfig }) => [
        title,
        targets?.length,
        (fieldConfig as { defaults: { unit: string } }).defaults.unit,
      ]);

    expect(shown).toEqual([
      ['http.client.request.duration', 3, 's'],
      ['rx_mesh.call.duration', 1, 's'],
      ['rx_mesh.call.rejections', 1, 'cps'],
      ['circuit_breaker.state', 1, 'short'],
      ['circuit_breaker.transitions', 1, 'cps'],
      ['slo.error_budget.remaining', 1, 'short'],
      ['slo.burn_rate', 1, 'short'],
      ['bytes.sent', 1, 'Bps'],
      ['time.spent', 1, 'percentunit'],
      ['queue.length', 1, 'short'],
      ['cpu.count', 1, 'short'],
      ['load', 1, 'percentunit'],
    ]);
  });

  it.each<[string, Partial<GrafanaDashboardOptions>]>([
    ['title', { title: '' }],
    ['uid', { uid: 'a b' }],
    ['services', { services: [] }],
    ['services', { services: [''] }],
    ['slos', { slos: [{ name: '', objective: 0.9 }] }],
    ['slos', { slos: [{ name: 'a', objective: 99.9 }] }],
  ])('refuses %s as in %j', (option, options) => {
    expect(() => grafanaDashboard({ title: 'Shop', ...options })).toThrow(
      `GrafanaDashboardOptions.${option} is`,
    );
  });
});
