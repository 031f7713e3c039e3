// Pushes to a real Pushgateway.
import { deepStrictEqual, ok } from 'node:assert/strict';
import { lastValueFrom } from 'rxjs';
import { recordOddMetrics } from './odd-metrics.mjs';
import { startPushgateway } from './servers.mjs';

export async function checkGateway({ check }, { createApplication }) {
  const { url: pushUrl, stop } = await startPushgateway();
  const groups = async () => (await (await fetch(`${pushUrl}/api/v1/metrics`)).json()).data;
  const groupOf = async (job) => (await groups()).find(({ labels }) => labels.job === job);
  try {
    await check('stores every kind of metric', async () => {
      const { metrics, prometheus } = createApplication({ pushUrl, job: 'all' });
      recordOddMetrics(metrics);
      const storedAt = await lastValueFrom(prometheus.push());
      ok(storedAt instanceof Date);
      deepStrictEqual(prometheus.status().stored, 1);
      const { orders_paid_total: paid } = await groupOf('all');
      deepStrictEqual(paid.metrics[0].value, '42');
    });

    for (const value of ['plain', 'a/b', '/', '', '.', '..', 'é ?#%&+', '😀', '%2F', 'x\\y', ' ']) {
      await check(`keeps the group ${JSON.stringify(value)}`, async () => {
        const job = value === '' ? 'empty' : `job ${value}`;
        const grouping = { instance: value, zone: value };
        const { metrics, prometheus } = createApplication({ pushUrl, job, grouping });
        metrics.setGauge('open', 1, { zone: 'own' });
        await lastValueFrom(prometheus.push());
        const { labels, open, last_push_successful: successful } = await groupOf(job);
        deepStrictEqual(labels, { job, ...grouping });
        deepStrictEqual(open.metrics[0].labels.exported_zone, 'own');
        ok(successful);
      });
    }

    await check('keeps other metrics of the group at POST, and drops them at PUT', async () => {
      const first = createApplication({ pushUrl, job: 'method' });
      first.metrics.setGauge('first', 1);
      await lastValueFrom(first.prometheus.push());
      const second = createApplication({ pushUrl, job: 'method' });
      second.metrics.setGauge('second', 2);
      await lastValueFrom(second.prometheus.push());
      const merged = await groupOf('method');
      await lastValueFrom(second.prometheus.push({ method: 'PUT' }));
      const replaced = await groupOf('method');
      deepStrictEqual([!!merged.first, !!merged.second], [true, true]);
      deepStrictEqual([!!replaced.first, !!replaced.second], [false, true]);
    });

    await check('tells what was refused', async () => {
      const one = createApplication({ pushUrl, job: 'clash', grouping: { instance: 'a' } });
      one.metrics.setGauge('clash', 1);
      await lastValueFrom(one.prometheus.push());
      const other = createApplication({ pushUrl, job: 'clash', grouping: { instance: 'b' } });
      other.metrics.recordHistogram('clash', 1);
      const error = await lastValueFrom(other.prometheus.push()).catch((reason) => reason);
      const { code, status, outcome } = error;
      deepStrictEqual(
        { code, status, outcome },
        { code: 'RXM862', status: 400, outcome: 'refused' },
      );
      deepStrictEqual(other.prometheus.status().refused, 1);
      return error.message;
    });

    await check('is not known to have stored anything when it is gone', async () => {
      await stop();
      const { prometheus } = createApplication({ pushUrl, job: 'gone' });
      const { outcome } = await lastValueFrom(prometheus.push()).catch((reason) => reason);
      deepStrictEqual([outcome, prometheus.status().unknown], ['unknown', 1]);
    });
  } finally {
    await stop();
  }
}
