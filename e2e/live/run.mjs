// The live demo with all its servers, in the Chromium of the machine: processes are killed, and what the page says is looked
// up in the servers themselves.
//
//   apt-get install -y --no-install-recommends nats-server redis-server webdis prometheus prometheus-pushgateway \
//     prometheus-alertmanager
//   npm run e2e:live          --no-build takes what dist/demo-live has
//
// Exit codes: 0 all is well, 1 a check failed, 3 a program is missing.
import { chromium } from '@playwright/test';
import { existsSync } from 'node:fs';
import { findPrograms, missingLines } from '../../tools/live/programs.mjs';
import { Checks } from '../registries/checks.mjs';
import { checkEnds } from './ends.mjs';
import { checkPages } from './pages.mjs';
import { startRunner } from './runner.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const absent = missingLines(findPrograms());
if (!existsSync(executablePath)) absent.push('chromium is not there; set CHROMIUM.');
if (absent.length > 0) {
  console.log(absent.join('\n'));
  process.exit(3);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const checks = new Checks();
const check = (name, work) => checks.check(name, work);
const started = performance.now();
const runner = await startRunner(['--port', '0', ...process.argv.slice(2)]);
console.log(`${runner.said().trim()}\n  (${Math.round(performance.now() - started)} ms)\n`);
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  await checkPages(check, runner, browser);
} finally {
  await browser.close();
}
await checkEnds(check, runner);
console.log(`\n${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed ? 1 : 0);
