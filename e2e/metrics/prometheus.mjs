// PrometheusService of the built library against promtool, a real Pushgateway and a real Prometheus. It needs no network
// but this machine's own.
//
//   apt-get install -y --no-install-recommends prometheus prometheus-pushgateway
//   npm run build:lib && node e2e/metrics/prometheus.mjs
//
// Exit codes: 0 all is well, 1 a check failed, 3 a program is missing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, closeBundler } from '../../tools/bundle.mjs';
import { Checks } from '../registries/checks.mjs';
import { checkGateway } from './gateway-checks.mjs';
import { checkQueries } from './query-checks.mjs';
import { missing } from './servers.mjs';
import { checkText } from './text-checks.mjs';

const absent = missing(['promtool', 'prometheus', 'prometheus-pushgateway']);
if (absent.length > 0) {
  console.log(`Not in the path: ${absent.join(', ')}. On Debian:
  apt-get install -y --no-install-recommends prometheus prometheus-pushgateway`);
  process.exit(3);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const library = await built();
const checks = new Checks();
const check = (name, work) => checks.check(name, work);
for (const [title, run] of [
  ['promtool check metrics', checkText],
  ['Pushgateway', checkGateway],
  ['Prometheus', checkQueries],
]) {
  console.log(`\n${title}`);
  await checks.check(`${title} has run to its end`, () => run({ check }, library));
}
console.log(`\n${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed ? 1 : 0);

async function built() {
  try {
    const { text } = await bundle(readFileSync('e2e/metrics/library.mjs', 'utf8'));
    const file = resolve('out-tsc/e2e/metrics-library.mjs');
    mkdirSync(resolve('out-tsc/e2e'), { recursive: true });
    writeFileSync(file, text);
    return await import(pathToFileURL(file));
  } finally {
    await closeBundler();
  }
}
