// What the pages do to the real servers.
import { connect } from 'node:net';
import { isThere, until } from './runner.mjs';

/** Opens pages of two browsers that know nothing of each other, and looks at both sides of each. */
export async function checkPages(check, runner, browser) {
  const facts = await runner.facts();
  const [one, other] = await Promise.all([
    openBrowser(browser, runner),
    openBrowser(browser, runner),
  ]);
  const { page } = one;
  let back;
  const click = (name, where = page) => where.getByRole('button', { name, exact: true }).click();

  await check('the overview is answered by a process for each instance', async () => {
    await page.goto(`${runner.url}/overview?seed=7`);
    const { processes } = await runner.world();
    const ids = Object.keys(facts.instances);
    await until(
      () => ids.every((id) => one.answers.has(processes[id])),
      'each has answered',
      30_000,
    );
    const strip = await page.locator('app-live-strip').innerText();
    const said =
      'Live: 10 service processes · NATS · Redis · Prometheus · Alertmanager · mocks: registries, trace receivers';
    if (strip.replace(/\s+/g, ' ').trim() !== said) throw new Error(`the strip says "${strip}"`);
    return `${ids.length} processes`;
  });

  await check(
    'an instance is killed for real: calls go on, and another process comes back',
    async () => {
      const before = (await runner.world()).processes['payments-1'];
      const neighbour = (await runner.world()).processes['payments-2'];
      await click('Kill payments-1');
      await until(() => !isThere(before), 'the process is gone');
      one.answers.clear();
      await until(() => one.answers.get(neighbour) > 3, 'the other instance answers');
      await click('Revive payments-1');
      const after = await until(
        async () => (await runner.world()).processes['payments-1'],
        'another process',
      );
      if (after === before) throw new Error('it is the same process');
      const { port } = new URL(facts.instances['payments-1']);
      const answer = await fetch(`http://127.0.0.1:${port}/health`);
      const by = Number(answer.headers.get('x-process-id'));
      if (by !== after) throw new Error(`${by} answers, not ${after}`);
      back = after;
      return `process ${before}, then ${after}`;
    },
  );

  await check('a process that somebody else kills is shown as dead', async () => {
    process.kill((await runner.world()).processes['orders-2'], 'SIGKILL');
    await page.getByRole('button', { name: 'Revive orders-2' }).click();
    await until(async () => (await runner.world()).processes['orders-2'], 'another process');
  });

  await check('Prometheus has the metrics of the page', () =>
    until(async () => {
      const query = encodeURIComponent(
        'sum(http_client_request_duration_seconds_count{job="shop"})',
      );
      const { data } = await (
        await fetch(`${facts.prometheus}/api/v1/query?query=${query}`)
      ).json();
      const value = Number(data.result[0]?.value[1] ?? 0);
      return value > 0 && `${value} requests`;
    }, 'a sample'),
  );

  await check('services show what they have read in headers', async () => {
    await page.getByRole('link', { name: 'Tracing' }).click();
    const seen = page.getByRole('list', { name: 'Headers that services have read' });
    await seen.getByText('trace, no baggage').first().waitFor();
  });

  await check('what is cached is in Redis', async () => {
    await page.getByRole('link', { name: 'Cache', exact: true }).click();
    await page.getByText('Second level: Redis').waitFor();
    await click('Read Desk lamp');
    const port = /Redis +127\.0\.0\.1:(\d+)/.exec(runner.said())[1];
    const key = await until(async () => {
      const keys = (await redisSays(port, 'KEYS shop:*')).split('\r\n');
      return keys.find((each) => each.endsWith('["product","LMP-014"]'));
    }, 'a key of the lamp');
    const [, ttl] = /:(\d+)/.exec(await redisSays(port, `PTTL ${JSON.stringify(key)}`)) ?? [];
    if (!(ttl > 0)) throw new Error(`it stays ${ttl} ms`);
    return `${key}, for ${ttl} ms`;
  });

  await check('a note of one browser comes to another by NATS', async () => {
    await Promise.all([
      page.getByRole('link', { name: 'Tabs' }).click(),
      other.page.goto(`${runner.url}/tabs`),
    ]);
    const tabs = other.page.getByRole('list', { name: 'Tabs' }).getByRole('listitem');
    await until(async () => (await tabs.count()) === 2, 'they know each other');
    await page.getByLabel('Note', { exact: true }).fill('By way of NATS');
    await click('Tell all');
    const notes = other.page.getByRole('list', { name: 'Notes' });
    await notes.getByText('By way of NATS').waitFor();
    await until(
      async () => (await notes.innerText()).split('acknowledged').length === 3,
      'both have acknowledged it',
    );
  });

  await check('an order of one browser is in the log and the read model of another', async () => {
    await page.getByRole('link', { name: 'Events' }).click();
    await click('Place an order');
    const orders = (where) => where.getByRole('region', { name: 'Orders' }).locator('tbody tr');
    await orders(page).first().waitFor();
    await other.page.getByRole('link', { name: 'Events' }).click();
    await orders(other.page).first().waitFor();
    const mine = await orders(page).filter({ hasText: 'Placed' }).first().innerText();
    await until(async () => (await orders(other.page).first().innerText()) === mine, mine);
  });

  await check('an alert arrives at Alertmanager, and the page shows that it is there', async () => {
    await page.getByRole('link', { name: 'Metrics' }).click();
    await click('Break payments');
    const alert = await until(
      async () => {
        const alerts = await (await fetch(`${facts.alertmanager}/api/v2/alerts`)).json();
        return alerts.find(({ labels }) => labels.alertname === 'PaymentsErrorBudgetBurns');
      },
      'an alert',
      40_000,
    );
    const list = page.getByRole('list', { name: 'Alerts that Alertmanager has' });
    await list.getByText(alert.labels.alertname).first().waitFor();
    await click('Heal payments');
    return JSON.stringify(alert.labels);
  });

  await check('Alertmanager is stopped and started for real', async () => {
    const flip = () => page.getByRole('switch', { name: 'Alertmanager is down' }).click();
    // Whoever asks meanwhile is refused, or cut off in the middle of the answer.
    const down = facts.alertmanager;
    for (const { excused } of [one, other]) excused.add(down);
    const [before] = (await runner.world()).processes.alertmanager;
    await flip();
    await until(() => !isThere(before), 'the process is gone');
    await flip();
    await until(async () => (await runner.world()).processes.alertmanager[0], 'another process');
    const ready = async () => (await fetch(`${down}/-/ready`).catch(() => undefined))?.ok;
    await until(ready, 'it is ready');
    one.heard.delete(down);
    await until(() => one.heard.has(down), 'it answers the page', 30_000);
    for (const { excused } of [one, other]) excused.delete(down);
  });

  await check('the process that came back is trusted again, and called', async () => {
    await until(() => one.answers.has(back), 'it answers the page', 30_000);
    return `${one.answers.get(back)} times`;
  });

  await check('every page opens', async () => {
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
    const names = (await links.allInnerTexts()).map((name) => name.trim());
    for (const name of names) {
      await page.getByRole('link', { name, exact: true }).click();
      await until(async () => (await page.title()).includes(' · rx-mesh demo'), name);
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    return `${names.length} pages`;
  });

  await check('nothing went wrong unseen', async () => {
    const problems = [...one.problems, ...other.problems];
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  await Promise.all([one, other].map(({ context }) => context.close()));
}

/** A browser with storage and channels of its own. */
async function openBrowser(browser, runner) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
  });
  const page = await context.newPage();
  /** How often each process has answered. */
  const answers = new Map();
  const problems = [];
  /** The origins that are down by the will of a check, and those that have answered well. */
  const [excused, heard] = [new Set(), new Set()];
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // A dead instance is told as a resource; nats-server 2.9 closes with a code that Chromium does not like.
    const isNoise = /Failed to load resource|broken close frame/.test(message.text());
    if (message.type() === 'error' && !isNoise) {
      problems.push(`console: ${message.text()} (${message.location().url})`);
    }
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    const isService = /^http:\/\/[a-z]+-\d\.localhost:/.test(request.url());
    // A dead instance refuses, and to leave a page is to cancel what it waits for.
    const isExcused = isService || excused.has(new URL(request.url()).origin);
    if (!isExcused && reason !== 'net::ERR_ABORTED') problems.push(`${reason}: ${request.url()}`);
  });
  page.on('response', async (response) => {
    if (response.ok()) heard.add(new URL(response.url()).origin);
    const pid = Number(await response.headerValue('x-process-id').catch(() => 0));
    if (pid) answers.set(pid, (answers.get(pid) ?? 0) + 1);
  });
  page.setDefaultTimeout(15_000);
  return { answers, context, excused, heard, page, problems, runner };
}

/** What Redis itself says to a line. */
function redisSays(port, line) {
  return new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\nQUIT\r\n`));
    let said = '';
    socket.setEncoding('utf8');
    socket.on('data', (more) => (said += more));
    socket.on('close', () => done(said));
    socket.on('error', failed);
  });
}
