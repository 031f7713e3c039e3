// What a real Prometheus knows after it scraped the two formats and a Pushgateway.
import { deepStrictEqual, ok } from 'node:assert/strict';
import { URLSearchParams } from 'node:url';
import { lastValueFrom } from 'rxjs';
import { rest } from '../registries/checks.mjs';
import { EXPECTED, ODD_LABELS, ODD_TEXTS, TRACE, recordOddMetrics } from './odd-metrics.mjs';
import { serve, startPrometheus, startPushgateway } from './servers.mjs';

const JOBS = ['text', 'openmetrics', 'pushed'];

export async function checkQueries({ check }, { createApplication }) {
  const gateway = await startPushgateway();
  const resource = { 'service.name': 'shop' };
  const options = { resource, pushUrl: gateway.url, job: 'pushed' };
  const { metrics, prometheus: source } = createApplication(options);
  recordOddMetrics(metrics);
  await lastValueFrom(source.push());
  const pages = await serve({
    '/text': { type: 'text/plain; version=0.0.4; charset=utf-8', text: () => source.text() },
    '/openmetrics': {
      type: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
      text: () => source.text('openmetrics'),
    },
  });
  const { address } = pages;
  const start = new Date();
  const server = await startPrometheus({
    text: { address, metrics_path: '/text' },
    openmetrics: { address, metrics_path: '/openmetrics' },
    gateway: { address: gateway.url.slice(7), honor_labels: true },
  });
  const { prometheus } = createApplication({ queryUrl: server.url });
  const query = (promql) => lastValueFrom(prometheus.query(promql));
  const failure = (promql) =>
    query(promql).then(
      () => ({}),
      (reason) => reason,
    );
  try {
    await check('scrapes all three', async () => {
      for (let tries = 0; tries < 100; tries++) {
        const { samples } = await query('up');
        if (samples.length === 3 && samples.every(({ value }) => value === 1)) return;
        await rest(50);
      }
      const targets = await (await fetch(`${server.url}/api/v1/targets`)).json();
      throw new Error(targets.data.activeTargets.map(({ lastError }) => lastError).join('; '));
    });

    for (const job of JOBS) {
      await check(`has every value of ${job}`, async () => {
        const found = [];
        for (const [promql] of EXPECTED) {
          const one = promql.includes('{')
            ? promql.replace('{', `{job="${job}",`)
            : `${promql}{job="${job}"}`;
          const { samples } = await query(one);
          found.push([promql, ...samples.map(({ value }) => value)]);
        }
        deepStrictEqual(found, EXPECTED);
        return `${EXPECTED.length} values`;
      });

      await check(`has every character of ${job}`, async () => {
        const { samples } = await query(`sort(odd_text{job="${job}"})`);
        deepStrictEqual(
          samples.map(({ labels }) => labels.text),
          ODD_TEXTS,
        );
      });

      await check(`has every label of ${job}`, async () => {
        const { samples } = await query(`odd_tags{job="${job}"}`);
        const labels = { ...samples[0].labels };
        // Of the own tag and of the target; what becomes of them is up to the one who scrapes.
        for (const name of ['job', 'instance', 'exported_instance']) delete labels[name];
        const exported = job === 'pushed' ? {} : { exported_job: '3' };
        deepStrictEqual(labels, { ...ODD_LABELS, ...exported });
      });

      await check(`knows the application of ${job}`, async () => {
        const { samples } = await query(`target_info{job="${job}"}`);
        deepStrictEqual(
          samples.map(({ labels }) => labels.service_name),
          ['shop'],
        );
      });
    }

    await check('has quantiles of a histogram', async () => {
      const { samples } = await query('histogram_quantile(0.5, load_seconds_bucket{job="text"})');
      deepStrictEqual(samples[0].value, 0.5 * (1 - 0.005) + 0.005);
    });

    await check('has exemplars of OpenMetrics', async () => {
      const expected = [
        ['load_seconds_bucket', 'openmetrics', TRACE.traceId, TRACE.spanId, '0.5'],
        ['exemplary_total', 'openmetrics', TRACE.traceId, TRACE.spanId, '3'],
      ];
      const found = [];
      for (const [name] of expected) {
        const params = new URLSearchParams({
          query: name,
          start: start / 1000 - 60,
          end: Date.now() / 1000,
        });
        const { data } = await (
          await fetch(`${server.url}/api/v1/query_exemplars?${params}`)
        ).json();
        for (const { seriesLabels, exemplars } of data) {
          const { labels, value } = exemplars[0];
          found.push([name, seriesLabels.job, labels.trace_id, labels.span_id, value]);
        }
      }
      deepStrictEqual(found, expected);
    });

    await check('answers a range', async () => {
      await rest(600);
      const range = { start, end: new Date(), step: 200 };
      const { type, series } = await lastValueFrom(
        prometheus.queryRange('jobs{job="text"}', range),
      );
      const values = new Set(series[0].points.map(({ value }) => value));
      deepStrictEqual([type, [...values]], ['matrix', [7]]);
      ok(series[0].points.every(({ at }) => at >= start && (at - start) % 200 === 0));
      return `${series[0].points.length} points`;
    });

    await check('answers as of a time', async () => {
      const { samples } = await lastValueFrom(prometheus.query('vector(time())', { time: start }));
      deepStrictEqual(samples[0].value, start.getTime() / 1000);
      deepStrictEqual(samples[0].at, start);
    });

    await check('answers with numbers that are none, scalars and strings', async () => {
      const values = [];
      for (const promql of ['0/0', '1/0', '-1/0', '1e-7', '1e21']) {
        const { type, value } = await query(promql);
        values.push(type, value);
      }
      const numbers = [NaN, Infinity, -Infinity, 1e-7, 1e21].flatMap((value) => ['scalar', value]);
      deepStrictEqual(values, numbers);
      const { type, text } = await query('"a\\n\\"b"');
      deepStrictEqual([type, text], ['string', 'a\n"b']);
    });

    await check('answers a query that is too long for a URL', async () => {
      const { samples } = await query(`jobs{job="text",job!~"${'x'.repeat(20_000)}"}`);
      deepStrictEqual(samples[0].value, 7);
    });

    await check('refuses a query that is none', async () => {
      const { code, status, errorType, message } = await failure('up{');
      deepStrictEqual([code, status, errorType], ['RXM861', 400, 'bad_data']);
      return message;
    });

    await check('fails at a query that cannot be executed', async () => {
      const { status, errorType, message } = await failure('label_replace(up, "1bad", "", "", "")');
      deepStrictEqual([status, errorType], [422, 'execution']);
      return message;
    });

    await check('refuses as many points as this side does', async () => {
      const end = new Date(start.getTime() + 11_001_000);
      const ask = (step) =>
        lastValueFrom(prometheus.queryRange('vector(1)', { start, end, step })).catch((e) => e);
      const params = { query: 'vector(1)', start: start / 1000, end: end / 1000 };
      const url = (step) =>
        `${server.url}/api/v1/query_range?${new URLSearchParams({ ...params, step })}`;
      deepStrictEqual([(await fetch(url(1))).status, (await fetch(url(1.001))).status], [400, 200]);
      deepStrictEqual(
        [(await ask(1000)).errorType, (await ask(1001)).type],
        ['bad_data', 'matrix'],
      );
    });

    await check('is not taken for a Prometheus when it is none', async () => {
      const other = createApplication({ queryUrl: gateway.url }).prometheus;
      const { status, errorType } = await lastValueFrom(other.query('up')).catch((e) => e);
      deepStrictEqual([status, errorType], [404, 'malformed']);
    });
  } finally {
    await Promise.all([server.stop(), pages.stop(), gateway.stop()]);
  }
}
