// What promtool has to say about the text.
import { deepStrictEqual, ok } from 'node:assert/strict';
import { recordOddMetrics } from './odd-metrics.mjs';
import { promtool } from './servers.mjs';

export async function checkText({ check }, { createApplication }) {
  const resource = { 'service.name': 'shop "main"', 'service.version': 2 };

  await check('is silent about every kind of metric', () => {
    const { metrics, prometheus, diagnostics } = createApplication({ resource });
    recordOddMetrics(metrics);
    const text = prometheus.text();
    deepStrictEqual([promtool(text), diagnostics.codes], ['', []]);
    return `${text.split('\n').length} lines`;
  });

  await check('is silent about the metrics of HTTP requests', () => {
    const { metrics, prometheus } = createApplication();
    const tags = { 'http.request.method': 'GET', 'server.address': 'api.test', 'server.port': 443 };
    metrics.histogram('http.client.request.duration', { unit: 's' }).record(0.2, tags);
    metrics.gauge('http.client.active_requests', { unit: '{request}' }).add(1, tags);
    deepStrictEqual(promtool(prometheus.text()), '');
  });

  await check('is silent about nothing', () => {
    deepStrictEqual(promtool(createApplication().prometheus.text()), '');
  });

  await check('would not be silent about what is wrong', () => {
    ok(promtool('# HELP a x\n# TYPE a counter\na 1\n').includes('_total'));
    ok(promtool('a 1').includes('exit code 1'));
  });
}
