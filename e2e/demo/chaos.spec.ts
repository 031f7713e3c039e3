import AxeBuilder from '@axe-core/playwright';
import { type Locator, type Page } from '@playwright/test';
import { button, expect, overflow, test } from './demo';

test.use({ troubled: true });

const tile = (page: Page, label: string) =>
  page.locator('app-stat-tile').filter({ hasText: label });
const scenario = (page: Page, id: string) => page.locator(`[data-scenario=${id}]`);
const fact = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Prices over the socket' }).locator('div', { hasText: name });

async function panel(page: Page): Promise<Locator> {
  const region = page.getByRole('region', { name: 'Chaos', exact: true });
  await region.scrollIntoViewIfNeeded();
  await expect(region.locator('[data-scenario]')).toHaveCount(5);
  return region;
}

test.describe('chaos', () => {
  test('a region dies, and calls go on succeeding', async ({ demo, page }) => {
    await demo.open('/overview');
    const region = await panel(page);
    await button(page, 'Start dead region').click();
    await expect(scenario(page, 'dead-region')).toContainText('4 of 4 instances in us are dead');
    await expect(button(page, 'Revive orders-2')).toBeVisible();
    // Minutes of calls have nearly all succeeded, though four of ten instances are gone.
    await expect(tile(page, 'Succeeded').locator('.value')).toHaveText(/^(?:100|9\d(?:\.\d)?) %$/);
    // It goes on while another page is open.
    await page.getByRole('link', { name: 'Mesh', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Mesh' })).toBeVisible();
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await panel(page);
    await expect(region).toContainText('Dead region is running.');
    await button(page, 'End dead region').click();
    await expect(button(page, 'Kill orders-2')).toBeVisible();
  });

  test('payments get slow, and no breaker opens', async ({ demo, page }) => {
    await demo.open('/overview');
    await panel(page);
    await button(page, 'Start slow payments').click();
    await expect(scenario(page, 'slow-payments')).toContainText('Running');
    const card = page.locator('app-service-card').filter({ hasText: 'payments' });
    await expect(card).toContainText(/p95\s*\d(?:\.\d+)? s/, { timeout: 20_000 });
    await expect(page.locator('app-state-badge[data-state=open]')).toHaveCount(0);
    await button(page, 'Calm').click();
    await expect(page.getByText('Fair weather: nothing is running.')).toBeVisible();
  });

  test('the page loses its network, and has it again', async ({ demo, page }) => {
    await demo.open('/overview');
    await panel(page);
    await button(page, 'Start offline').click();
    await expect(scenario(page, 'offline')).toContainText('There is no network');
    expect(await page.evaluate(() => navigator.onLine)).toBe(false);
    await expect(tile(page, 'Succeeded').locator('.value')).not.toHaveText('100 %');
    await expect(scenario(page, 'offline')).toContainText('The network is back');
    await button(page, 'End offline').click();
    expect(await page.evaluate(() => navigator.onLine)).toBe(true);
    await expect(page.locator('app-state-badge[data-state=open]')).toHaveCount(0);
  });

  test('a socket loses what it can, and no price is missing', async ({ demo, page }) => {
    await demo.open('/overview');
    await panel(page);
    await button(page, 'Start lossy socket').click();
    await expect
      .poll(async () => Number(await fact(page, 'Reconnects').locator('dd').textContent()), {
        timeout: 25_000,
      })
      .toBeGreaterThan(0);
    await button(page, 'End lossy socket').click();
    await expect(page.getByText(/^All \d+ have arrived, in order\.$/)).toBeVisible({
      timeout: 25_000,
    });
  });

  test('the panel fits a small window, in both colours, and axe has nothing to say', async ({
    demo,
    page,
  }) => {
    await page.setViewportSize({ width: 400, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await demo.open('/overview');
      await panel(page);
      await button(page, 'Start flapping registry').click();
      await expect(scenario(page, 'flapping-registry')).toContainText('Consul');
      expect(await overflow(page)).toBe(0);
      const { violations } = await new AxeBuilder({ page }).include('app-chaos-panel').analyze();
      expect(violations).toEqual([]);
    }
  });
});
