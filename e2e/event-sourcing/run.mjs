// The event log in IndexedDB and the transport over BroadcastChannel, in real Chromium: the contract suites that jest runs
// as well, tabs and a browser that are killed while they append, and tabs that append at once. It needs no network but
// this machine's own.
//
//   npm run build:lib && node e2e/event-sourcing/run.mjs [--sources] [--kills=25] [--seed=n]
//
// Exit codes: 0 all is well (or there is no Chromium, which is told), 1 a check failed.
import { Checks } from '../registries/checks.mjs';
import { hasChromium, scratchFolder, startBrowser } from './browser.mjs';
import { buildPage, servePage } from './build-page.mjs';
import { clearedSite, diskFull, newerVersion } from './faults.mjs';
import { killBrowser, killTabs } from './kills.mjs';
import { appendAtOnce, contracts } from './tabs.mjs';

if (!hasChromium) {
  console.log('skipped, there is no /usr/bin/chromium (set CHROMIUM)');
  process.exit(process.env.CI ? 1 : 0);
}
const option = (name, otherwise) =>
  Number(process.argv.find((each) => each.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const seed = option('seed', Date.now() % 1_000_000);
const script = await buildPage('e2e/event-sourcing/page/main.mjs', {
  fromSources: process.argv.includes('--sources'),
});
const server = await servePage(script);
const profile = scratchFolder('events');
const start = () => startBrowser(profile, server.origin);
let browser = await start();
const checks = new Checks();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

await checks.check('the contract suites hold, with another tab as the other', () =>
  contracts(browser),
);
await checks.check('two tabs append 500 events each to one stream; a third follows', () =>
  appendAtOnce(browser, 500),
);
await checks.check(`nothing is lost, torn or doubled when tabs die (seed ${seed})`, async () => {
  const { rounds, acknowledged, known, events } = await killTabs(
    browser,
    option('kills', 25),
    seed,
  );
  return `${rounds} kills, ${acknowledged} appends acknowledged, ${known} stored without that, ${events} events`;
});
for (const [at, durability] of ['relaxed', 'strict'].entries()) {
  await checks.check(`nor when the whole browser does (${durability})`, async () => {
    const killed = await killBrowser(browser, start, durability, 1000 + at);
    browser = killed.browser;
    return `${killed.acknowledged} appends acknowledged`;
  });
}
await checks.check('a newer version is not kept from its upgrade, and is told of', () =>
  newerVersion(browser),
);
await checks.check('it begins anew after the data of the site were cleared', () =>
  clearedSite(browser),
);
await checks.check(
  'a full disk refuses, keeps what there is, and takes more once there is room',
  () => diskFull(server.origin),
);

console.log(`\n${checks.passed} passed, ${checks.failed} failed`);
await browser.close();
process.exit(checks.failed ? 1 : 0);
