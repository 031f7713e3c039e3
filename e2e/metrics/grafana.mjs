// The queries of grafanaDashboard() of the built library against promtool: each is made a recording rule and checked.
//
//   apt-get install -y --no-install-recommends prometheus
//   npm run build:lib && node e2e/metrics/grafana.mjs
//
// Exit codes: 0 all is well, 1 a check failed, 3 promtool is missing.
import { ok, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, closeBundler } from '../../tools/bundle.mjs';
import { Checks } from '../registries/checks.mjs';
import { missing } from './servers.mjs';

if (missing(['promtool']).length > 0) {
  console.log(`Not in the path: promtool. On Debian:
  apt-get install -y --no-install-recommends prometheus`);
  process.exit(3);
}

const { grafanaDashboard } = await built("export { grafanaDashboard } from 'rx-mesh/metrics';");
const dashboards = [
  ['nothing but a title', { title: 'Shop' }],
  [
    'everything',
    {
      title: 'Shop',
      services: ['api.test', 'other.test'],
      breakers: ['orders', 'a.b|"c"\\d'],
      slos: [
        { name: 'orders "fast"', service: 'orders', objective: 0.999 },
        { name: 'slow\\', objective: 0.9, indicator: { type: 'latency' } },
        { name: 'none', objective: 0.5 },
      ],
      metrics: [
        { name: 'orders.paid', type: 'counter', unit: '{order}' },
        { name: 'bytes-sent', type: 'counter', unit: 'By' },
        { name: 'queue/length', type: 'gauge' },
        { name: 'duration', type: 'timer' },
        { name: 'sizes', type: 'histogram', unit: 'KiBy', buckets: [1, 2] },
      ],
    },
  ],
];

const COUNT = 'http_client_request_duration_seconds_count';
const CALLS = 'rx_mesh_call_duration_seconds_count';
const BREAKER = 'circuit_breaker_state';
// In the notation of promtool: how much a series grows in a minute, or that it stays.
const SERIES = {
  [`${COUNT}{server_address="api",http_response_status_code="200"}`]: '0+90x400',
  [`${COUNT}{server_address="api",http_response_status_code="500",error_type="500"}`]: '0+6x400',
  [`${COUNT}{server_address="api",http_response_status_code="404",error_type="404"}`]: '0+4x400',
  [`${COUNT}{server_address="api",rx_mesh_cancelled="true"}`]: '0+50x400',
  [`${COUNT}{server_address="good",http_response_status_code="200"}`]: '0+10x400',
  [`${CALLS}{service="orders",outcome="success"}`]: '0+98x400',
  [`${CALLS}{service="orders",outcome="failure"}`]: '0+2x400',
  [`${BREAKER}{service="a",state="closed",instance="1"}`]: '1x400',
  [`${BREAKER}{service="a",state="open",instance="1"}`]: '0x400',
  [`${BREAKER}{service="a",state="closed",instance="2"}`]: '0x400',
  [`${BREAKER}{service="a",state="open",instance="2"}`]: '1x400',
  [`${BREAKER}{service="b",state="closed",instance="1"}`]: '1x400',
};

const checks = new Checks();
for (const [name, options] of dashboards) {
  await checks.check(`promtool understands every query of ${name}`, () => {
    const queries = queriesOf(grafanaDashboard(options));
    ok(queries.length > 0);
    strictEqual(checkRules(queries), `${queries.length} rules found`);
    return `${queries.length} queries`;
  });
}
await checks.check('the queries give what they say, computed by promtool', () => {
  const { panels } = grafanaDashboard({
    title: 'Shop',
    slos: [
      { name: 'requests', service: 'api', objective: 0.999 },
      { name: 'calls', service: 'orders', objective: 0.99 },
    ],
  });
  const [byRequests, byCalls] = panels.filter(({ title }) => title === 'Burn rate of all pages');
  strictEqual(
    testRules(SERIES, [
      [panelNamed(panels, 'Errors'), { 'server_address="api"': 0.1, 'server_address="good"': 0 }],
      [byRequests, { '': 60 }],
      [byCalls, { '': 2 }],
      [panelNamed(panels, 'State'), { 'service="a"': 2, 'service="b"': 0 }],
    ]),
    'SUCCESS',
  );
});
await checks.check('promtool would not be silent about what is wrong', () => {
  ok(checkRules(['sum(rate(a[5m])']).includes('parse error'));
  ok(checkRules(['histogram_quantile(a)']).includes('expected 2 argument'));
});
console.log(`\n${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed ? 1 : 0);

/** The queries with what Grafana puts in for its variables. */
function queriesOf({ panels }) {
  return panels
    .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    .map((expr) => chosen(expr, 'api\\\\.test'));
}

function chosen(expr, service) {
  return expr.replaceAll('$__rate_interval', '4m').replaceAll('$service', service);
}

function panelNamed(panels, name) {
  return panels.find(({ title }) => title === name);
}

/** What promtool says of the first queries of panels, computed over series. */
function testRules(series, expected) {
  const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const promql_expr_test = expected.map(([{ targets }, samples]) => ({
    expr: `round(${chosen(targets[0].expr, '.*')}, 0.0001)`,
    eval_time: '390m',
    exp_samples: Object.entries(samples).map(([labels, value]) => ({
      labels: `{${labels}}`,
      value,
    })),
  }));
  const tests = [{ interval: '1m', input_series, promql_expr_test }];
  const file = resolve('out-tsc/e2e/dashboard-tests.json');
  writeFileSync(file, JSON.stringify({ evaluation_interval: '1m', tests }));
  const { stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
  return /SUCCESS/.exec(stdout)?.[0] ?? `${stdout}${stderr}`;
}

/** What promtool says about queries as recording rules; JSON is YAML. */
function checkRules(queries) {
  const rules = queries.map((expr, i) => ({ record: `query:${i}`, expr }));
  const file = resolve('out-tsc/e2e/dashboard-rules.json');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  const { stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  return /\d+ rules found/.exec(stdout)?.[0] ?? `${stdout}${stderr}`;
}

async function built(source) {
  try {
    const { text } = await bundle(source);
    const file = resolve('out-tsc/e2e/grafana-library.mjs');
    mkdirSync(resolve('out-tsc/e2e'), { recursive: true });
    writeFileSync(file, text);
    return await import(pathToFileURL(file));
  } finally {
    await closeBundler();
  }
}
