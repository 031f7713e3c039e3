// Alerts of the built library against a real Alertmanager: what it dedupes, inhibits, resolves and refuses. By hand, not part
// of CI: no registry of packages that it uses has Alertmanager.
//
//   npm run build:lib && node e2e/metrics/alertmanager.mjs     with ALERTMANAGER_BIN=/where/it/is, or in the path as
//                                                              prometheus-alertmanager (the name in Debian) or alertmanager
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, closeBundler } from '../../tools/bundle.mjs';
import { Checks, rest } from '../registries/checks.mjs';
import { findAlertmanager, startAlertmanager } from './alertmanager-server.mjs';

const RESEND = 300; // ms
const LOOK = 50; // ms
const LIBRARY = `
  export { DOCUMENT, Injector, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core';
  export { DIAGNOSTICS, PAGE_STATE, alwaysOnline } from 'rx-mesh/kernel';
  export {
    AlertingService, METRICS_FETCH, MetricsService, alertmanagerChannel, webhookChannel, withAlerting,
  } from 'rx-mesh/metrics';
  export { RecordingDiagnostics } from 'rx-mesh/testing';
`;

const binary = findAlertmanager();
if (!binary) {
  console.log(`Skipped: there is no Alertmanager. Set ALERTMANAGER_BIN, or put it in the path. It is to be had from
  https://prometheus.io/download/, or on Debian by
  apt-get install -y --no-install-recommends prometheus-alertmanager`);
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const library = await built();
const server = await startAlertmanager(binary);
const checks = new Checks();
const check = (name, work) => checks.check(name, work);
console.log(`${binary}\n\nAlertingService and alertmanagerChannel`);

/** A page with rules of which a test says what they find. */
function openPage(channels = []) {
  const { Injector, INJECTOR_SCOPE, RecordingDiagnostics } = library;
  const diagnostics = new RecordingDiagnostics();
  const answers = [];
  const found = new Map();
  const own = library.alertmanagerChannel({ url: server.url, resendDelay: RESEND });
  const { ɵproviders } = library.withAlerting({
    evaluationPeriod: LOOK,
    groupWait: 0,
    channels: [own, ...channels],
  });
  const injector = Injector.create({
    providers: [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: library.DOCUMENT, useValue: { defaultView: null } },
      { provide: library.PAGE_STATE, useValue: library.alwaysOnline },
      { provide: library.DIAGNOSTICS, useValue: diagnostics },
      {
        provide: library.METRICS_FETCH,
        useValue: async (url, init) => {
          const answer = await fetch(url, init);
          answers.push(answer.status);
          return answer;
        },
      },
      // What starts by itself needs a platform; here somebody subscribes.
      ...ɵproviders.filter((provider) => !('ɵproviders' in provider)),
    ],
  });
  const alerting = injector.get(library.AlertingService);
  const looking = alerting.alerts$.subscribe();
  return {
    alerting,
    answers,
    diagnostics,
    define: (name, severity) =>
      alerting.define({
        name,
        severity,
        annotations: { summary: `${name} happens.` },
        condition: () => found.get(name) ?? [],
      }),
    /** What a rule finds from now on: the labels of its alerts. */
    set: (name, ...all) =>
      found.set(
        name,
        all.map((labels) => ({ labels, value: 1 })),
      ),
    close: () => looking.unsubscribe(),
  };
}

/** Waits until something is there. */
async function until(what, look, within = 5000) {
  const end = performance.now() + within;
  while (performance.now() < end) {
    const value = await look();
    if (value) return value;
    await rest(20);
  }
  throw new Error(`not so within ${within} ms: ${what}; told: ${JSON.stringify(server.told)}`);
}
const told = (alertname, status) =>
  server.told.filter((each) => each.labels.alertname === alertname && each.status === status);
const same = (actual, expected) => {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${a} is not ${b}`);
};

const page = openPage();
try {
  await check('a firing alert is told once, though it is sent three times', async () => {
    page.define('Slow', 'page');
    page.set('Slow', { service: 'orders' });
    await until('told', () => told('Slow', 'firing').length > 0);
    await until('sent three times', () => page.answers.length >= 3);
    await rest(1500); // more than a group interval
    same(told('Slow', 'firing').length, 1);
    same([...new Set(page.answers)], [200]);
    const { annotations, labels } = told('Slow', 'firing')[0];
    same(labels, { alertname: 'Slow', service: 'orders', severity: 'page' });
    same(annotations, { summary: 'Slow happens.' });
    return `sent ${page.answers.length} times`;
  });

  await check('it has the same fingerprint on both sides', async () => {
    const theirs = await server.alerts();
    same(
      theirs.map(({ fingerprint }) => fingerprint),
      page.alerting.alerts().map(({ fingerprint }) => fingerprint),
    );
  });

  await check('it ends by itself four times the resend delay after it was sent last', async () => {
    const [{ endsAt, updatedAt }] = await server.alerts();
    const lasts = Date.parse(endsAt) - Date.parse(updatedAt);
    if (lasts < RESEND * 4 - 200 || lasts > RESEND * 4 + 50) throw new Error(`${lasts} ms`);
    return `${lasts} ms`;
  });

  await check('an alert that another one inhibits is not told', async () => {
    page.define('Errors', 'ticket');
    page.set('Errors', { service: 'orders' }, { service: 'users' });
    await until('the other one is told', () => told('Errors', 'firing').length > 0);
    await rest(1500);
    same(
      told('Errors', 'firing').map(({ labels }) => labels.service),
      ['users'],
    );
    const all = await server.alerts();
    const quiet = all.find(
      ({ labels }) => labels.alertname === 'Errors' && labels.service === 'orders',
    );
    same(quiet.status.inhibitedBy.length, 1);
  });

  await check('its end is told', async () => {
    page.set('Slow');
    const [end] = await until('told', () => {
      const ends = told('Slow', 'resolved');
      return ends.length > 0 && ends;
    });
    same(end.labels.service, 'orders');
    if (!(Date.parse(end.endsAt) <= Date.now())) throw new Error(end.endsAt);
  });

  await check('then what it inhibited is told', () =>
    until('told', () => told('Errors', 'firing').some(({ labels }) => labels.service === 'orders')),
  );

  await check('a bad alert is left out and told of; the good one arrives', async () => {
    const before = page.answers.length;
    page.define('Mixed');
    page.set('Mixed', { 'bad name': 'x' }, { good: 'yes' });
    await until('told', () => told('Mixed', 'firing').length > 0);
    same(
      told('Mixed', 'firing').map(({ labels }) => labels),
      [{ alertname: 'Mixed', good: 'yes' }],
    );
    same([...new Set(page.answers.slice(before))], [200]);
    same(page.diagnostics.codes, ['RXM866']);
  });

  await check('so it must be: with the bad one in it, a batch is refused and stored', async () => {
    const batch = [
      { labels: { alertname: 'Bad', 'bad name': 'x' } },
      { labels: { alertname: 'Raw' } },
    ];
    same(await server.post(batch), 400);
    await until('stored', () => told('Raw', 'firing').length > 0);
  });

  await check('an alert ends when its page is gone without a word', async () => {
    const other = openPage();
    other.define('Gone');
    other.set('Gone', {});
    await until('told', () => told('Gone', 'firing').length > 0);
    other.close();
    await until('its end is told', () => told('Gone', 'resolved').length > 0, 10_000);
  });

  await check('webhookChannel writes what Alertmanager writes', async () => {
    const other = openPage([library.webhookChannel({ url: server.hook, name: 'hook' })]);
    const from = server.messages.length;
    other.define('Shape');
    other.set('Shape', { service: 'shop' });
    const both = await until('both are told', () => {
      const messages = server.messages
        .slice(from)
        .filter(({ groupLabels }) => groupLabels.alertname === 'Shape');
      return messages.length >= 2 && messages;
    });
    other.close();
    const shape = (message) => ({
      keys: Object.keys(message).sort(),
      alertKeys: Object.keys(message.alerts[0]).sort(),
      version: message.version,
      status: message.status,
      receiver: message.receiver,
      groupLabels: message.groupLabels,
      commonLabels: message.commonLabels,
      fingerprint: message.alerts[0].fingerprint,
    });
    same(shape(both[0]), shape(both[1]));
  });
} finally {
  page.close();
  await server.stop();
}
console.log(`\n${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed ? 1 : 0);

async function built() {
  try {
    const { text } = await bundle(LIBRARY);
    const file = resolve('out-tsc/e2e/alertmanager-library.mjs');
    mkdirSync(resolve('out-tsc/e2e'), { recursive: true });
    writeFileSync(file, text);
    return await import(pathToFileURL(file));
  } finally {
    await closeBundler();
  }
}
