import { readFile } from 'node:fs/promises';
import { type Page } from '@playwright/test';
import { ALERTMANAGER, button, expect, overflow, test } from './demo';

interface WireAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly endsAt: string;
  readonly fingerprint: string;
}

interface Dashboard {
  readonly title: string;
  readonly uid: string;
  readonly panels: readonly { readonly title: string; readonly type: string }[];
}

const BUDGET = 'PaymentsErrorBudgetBurns';

const chart = (page: Page, name: RegExp) => page.getByRole('img', { name });
const slo = (page: Page, title: string) => page.getByRole('article', { name: title });
const alerts = (page: Page, list: string) =>
  page.getByRole('list', { name: list }).getByRole('listitem');
const present = (page: Page) => alerts(page, 'Alerts that are pending or firing');
const resolved = (page: Page) => alerts(page, 'Alerts that are resolved');
const received = (page: Page) => alerts(page, 'Alerts that Alertmanager has');
const text = (page: Page) => page.getByRole('group', { name: 'Metrics as text' });
const resource = (page: Page, name: string) =>
  page.locator('.resources > div').filter({ hasText: name }).locator('dd');

/** What Alertmanager has that is not over, asked as anybody would ask it. */
const active = async (page: Page): Promise<readonly WireAlert[]> =>
  page.evaluate(async (url) => {
    const response = await fetch(`${url}/api/v2/alerts`);
    return (await response.json()) as readonly WireAlert[];
  }, ALERTMANAGER);

/** How bright the commonest colour of a drawing is, from 0 to 255: that of the lines of its grid. */
const brightness = async (page: Page): Promise<number> =>
  page
    .locator('app-time-chart canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const image = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
      const data: Uint8ClampedArray = image?.data ?? new Uint8ClampedArray();
      const counts = new Map<number, number>();
      for (let i = 0; i < data.length; i += 4) {
        const red = data[i] ?? 0;
        if (data[i + 3] === 255) counts.set(red, (counts.get(red) ?? 0) + 1);
      }
      return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? -1;
    });

test.describe('metrics', () => {
  test('draws rates, errors and durations as they come, and says them in words', async ({
    demo,
    page,
  }) => {
    await demo.open('/metrics');
    await expect(page).toHaveTitle('Metrics · rx-mesh demo');
    await expect(chart(page, /^Rate over the last 120 s\..*orders: now \d/)).toBeVisible();
    await expect(chart(page, /^Errors .*orders: now 0 %, between 0 % and 0 %/)).toBeVisible();
    await expect(chart(page, /^Duration of payments .*p99: /)).toBeVisible();
    await expect(page.locator('app-time-chart canvas')).toHaveCount(3);

    await button(page, 'orders').click();
    await expect(chart(page, /^Duration of orders .*p50: now \d+ ms, .*p99: now \d/)).toBeVisible();
    const row = page.getByRole('row', { name: /^orders/ }).first();
    await expect(row).toHaveText(/orders\s*[1-9][\d.]*\s*0 %\s*\d+ ms\s*\d+ ms\s*\d+ ms/, {
      timeout: 20_000,
    });
    const rate = page.getByRole('list', { name: 'Rate by line' }).getByRole('listitem').first();
    const said = await rate.textContent();
    await expect(rate).not.toHaveText(said ?? '');
  });

  test('draws in the colours of the page, and as wide as there is room', async ({ demo, page }) => {
    await demo.open('/metrics');
    await expect(chart(page, /^Rate .*now \d/)).toBeVisible();
    await expect.poll(() => brightness(page)).toBeGreaterThan(200);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => brightness(page)).toBeLessThan(80);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => brightness(page)).toBeGreaterThan(200);
    await button(page, 'Colours: system. Switch to light.').click();
    await button(page, 'Colours: light. Switch to dark.').click();
    await expect.poll(() => brightness(page)).toBeLessThan(80);

    for (const width of [1000, 680, 360]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await overflow(page), String(width)).toBe(0);
      const plot = page.locator('app-time-chart .plot').first();
      const room = (await plot.boundingBox())?.width ?? 0;
      await expect
        .poll(async () => (await plot.locator('canvas').boundingBox())?.width ?? 0)
        .toBeCloseTo(room, 0);
    }
  });

  test('calls silence no data', async ({ demo, page }) => {
    await demo.open('/metrics');
    await button(page, 'Pause traffic').click();
    await expect(slo(page, 'Availability of payments')).toContainText('No data');
    await button(page, 'Start traffic').click();
    await expect(slo(page, 'Availability of payments')).toContainText('Healthy');
    await expect(page.getByRole('meter', { name: /of payments/ })).toHaveAttribute(
      'aria-valuetext',
      '100 %',
    );
    await expect(present(page)).toHaveText(['All is well.']);
  });

  test('tells what Prometheus gets', async ({ context, demo, page }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await demo.open('/metrics');
    await expect(text(page)).toContainText('rx_mesh_call_duration_seconds_count{');
    await expect(text(page)).toContainText('# TYPE http_client_request_duration_seconds histogram');
    await page.getByLabel('Format').selectOption('OpenMetrics 1.0');
    await expect(text(page)).toContainText(/# EOF\n$/);

    await page.getByRole('switch', { name: 'Live' }).click();
    const shown = await text(page).textContent();
    await button(page, 'Copy the text').click();
    await expect(page.getByText('Copied.')).toBeVisible();
    expect(await page.evaluate(async () => navigator.clipboard.readText())).toBe(shown);
    expect(await text(page).textContent()).toBe(shown);

    await page.getByRole('switch', { name: 'Live' }).click();
    await expect(text(page)).not.toHaveText(shown ?? '');
    await page.evaluate(() => {
      const refuse = async () => Promise.reject(new Error('no'));
      Object.defineProperty(navigator.clipboard, 'writeText', { value: refuse });
    });
    await button(page, 'Copy the text').click();
    await expect(page.getByText('The browser refused.')).toBeVisible();
    await expect(page.getByRole('switch', { name: 'Live' })).not.toBeChecked();
    const selected = await page.evaluate(() => getSelection()?.toString() ?? '');
    expect(selected).toContain('# EOF');
  });

  test('offers a dashboard for Grafana', async ({ demo, page }) => {
    await demo.open('/metrics');
    const offered = page.waitForEvent('download');
    await button(page, 'Download a Grafana dashboard').click();
    const download = await offered;
    expect(download.suggestedFilename()).toBe('rx-mesh-demo.dashboard.json');
    const dashboard = JSON.parse(await readFile(await download.path(), 'utf8')) as Dashboard;
    expect(dashboard).toMatchObject({ title: 'Shop', uid: 'rx-mesh-demo' });
    const titles = dashboard.panels.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(['SLO payments-availability', 'Requests']));
  });

  test('tells of breakers and resources, and of what nobody tells', async ({ demo, page }) => {
    await demo.open('/metrics');
    const breakers = page.getByRole('group', { name: /^Circuit breakers/ });
    await expect(breakers.getByRole('row', { name: /^orders/ })).toHaveText(
      /orders\s*Closed\s*0\s*\d+/,
    );
    await expect(resource(page, 'Logical processors')).toHaveText(/^\s*\d+\s*$/);
    await expect(resource(page, 'Processor in use')).toHaveText('not told by this browser');
  });

  test.describe('in trouble', () => {
    test.use({ troubled: true });

    test('burns a budget, raises an alert, tells Alertmanager, and resolves it', async ({
      demo,
      page,
    }) => {
      test.setTimeout(120_000);
      await demo.open('/metrics');
      await expect(slo(page, 'Availability of payments')).toContainText('Healthy');
      await button(page, 'Break payments').click();
      const budget = page.getByRole('meter', { name: /of payments/ });
      await expect(budget).toHaveAttribute('aria-valuetext', /^overdrawn /);
      await expect(slo(page, 'Availability of payments')).toContainText('burns');
      const alert = present(page).filter({ hasText: BUDGET }).filter({ hasText: 'page' });
      await expect(alert).toContainText('Pending');
      await expect(received(page)).not.toHaveText([BUDGET]);
      await expect(alert).toContainText('Firing');
      await expect(chart(page, /^Errors .*payments: now [1-9]\d* %/)).toBeVisible();

      const held = received(page).filter({ hasText: BUDGET }).filter({ hasText: 'page' });
      await expect(held).toContainText('Firing');
      const [wire] = (await active(page)).filter(
        ({ labels }) => labels.alertname === BUDGET && labels.severity === 'page',
      );
      expect(wire?.labels).toMatchObject({ service: 'payments', burn_rule: 'fast' });
      expect(wire?.fingerprint).toMatch(/^[\da-f]{16}$/);
      const posts = demo.alerts.filter((request) => request.method() === 'POST');
      expect(posts.map((request) => request.headers()['content-type'])).toContain(
        'application/json',
      );
      await expect(page.getByText(`alertmanager was told: ${BUDGET}`).first()).toBeVisible();

      await button(page, 'Heal payments').click();
      await expect(resolved(page).filter({ hasText: BUDGET }).first()).toBeVisible({
        timeout: 60_000,
      });
      await expect(present(page)).toHaveText(['All is well.'], { timeout: 30_000 });
      await expect(held).toContainText('Resolved');
      expect((await active(page)).map(({ labels }) => labels.alertname)).not.toContain(BUDGET);
    });

    test('silences an alert for a while, and ends that', async ({ demo, page }) => {
      await demo.open('/metrics');
      await expect(slo(page, 'Availability of payments')).toContainText('Healthy');
      await button(page, 'Break payments').click();
      const open = present(page).filter({ hasText: 'BreakerOpen' });
      await expect(open).toContainText('Firing');
      await open.getByRole('button', { name: /^Silence for 1 min: BreakerOpen/ }).click();
      await expect(open).toContainText(/Silenced until \d\d:\d\d:\d\d/);
      await expect(page.getByText(/^BreakerOpen .* is silenced$/)).toBeVisible();
      await open.getByRole('button', { name: /^End the silence/ }).click();
      await expect(
        open.getByRole('button', { name: /^Silence for 1 min: BreakerOpen/ }),
      ).toBeVisible();
    });

    test('tells Alertmanager when it is back', async ({ demo, page }) => {
      await demo.open('/metrics');
      await page.getByRole('switch', { name: 'Alertmanager is down' }).click();
      await expect(slo(page, 'Availability of payments')).toContainText('Healthy');
      await button(page, 'Break payments').click();
      await expect(present(page).filter({ hasText: 'Firing' }).first()).toBeVisible();
      await expect.poll(() => demo.alerts.length).toBeGreaterThan(1);
      await expect(received(page)).toHaveText(['Nothing was sent yet.']);
      await page.getByRole('switch', { name: 'Alertmanager is down' }).click();
      await expect(received(page).filter({ hasText: 'Firing' }).first()).toBeVisible({
        timeout: 30_000,
      });
    });
  });
});
