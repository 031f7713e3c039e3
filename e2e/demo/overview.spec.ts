import { type Page } from '@playwright/test';
import { button, expect, kill, test } from './demo';

const tile = (page: Page, label: string) =>
  page.locator('app-stat-tile').filter({ hasText: label }).locator('.value');
const hint = (page: Page, label: string) =>
  page.locator('app-stat-tile').filter({ hasText: label }).locator('.hint');
const rate = async (page: Page) => Number(await tile(page, 'Calls a second').textContent());

test.describe('overview', () => {
  test('is where the demo opens', async ({ demo, page }) => {
    await demo.open('/');
    await expect(page).toHaveURL(/\/overview/);
    await expect(page).toHaveTitle('Overview · rx-mesh demo');
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(page.getByRole('heading', { level: 2 })).toHaveText([
      'Mesh',
      'orders',
      'inventory',
      'payments',
      'users',
      'rates',
    ]);
  });

  test('is alive: the numbers move while there is traffic, and nothing jumps', async ({
    demo,
    page,
  }) => {
    await demo.open('/overview');
    await expect.poll(() => rate(page)).toBeGreaterThan(2);
    await expect(tile(page, 'Succeeded')).toHaveText('100 %');
    await expect(tile(page, '95th percentile')).toHaveText(/^[\d.]+ m?s$/);
    const seen = new Set<string | null>();
    await expect
      .poll(async () => seen.add(await hint(page, 'Calls a second').textContent()).size)
      .toBeGreaterThan(3);
    const shifted = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as unknown as Shift).value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 1500);
        }),
    );
    expect(shifted).toBeLessThan(0.02);
  });

  test('makes traffic only while it is open', async ({ demo, page }) => {
    await demo.open('/overview');
    await expect.poll(() => demo.calls.length).toBeGreaterThan(5);
    await page.getByRole('link', { name: 'Communication' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Communication');
    const before = demo.calls.length;
    await page.waitForTimeout(1500);
    expect(demo.calls).toHaveLength(before);
    await page.getByRole('link', { name: 'Overview' }).click();
    await expect.poll(() => demo.calls.length).toBeGreaterThan(before);
  });

  test('pauses the traffic', async ({ demo, page }) => {
    await demo.open('/overview');
    await button(page, 'Pause traffic').click();
    await page.waitForTimeout(500);
    const before = demo.calls.length;
    await page.waitForTimeout(1500);
    expect(demo.calls).toHaveLength(before);
    await button(page, 'Start traffic').click();
    await expect.poll(() => demo.calls.length).toBeGreaterThan(before);
  });

  test.describe('in trouble', () => {
    test.use({ troubled: true });

    test('goes round a dead instance, so that nobody notices', async ({ demo, page }) => {
      await demo.open('/overview');
      await kill(page, 'users-1');
      await expect(hint(page, 'Succeeded')).toHaveText(/^[1-9]\d* needed a retry$/);
      await expect(tile(page, 'Succeeded')).toHaveText('100 %');
      await expect(tile(page, 'Open breakers')).toHaveText('0');
    });

    test('opens the breaker of a dead service, and closes it when it is back', async ({
      demo,
      page,
    }) => {
      await demo.open('/overview');
      const orders = page.getByRole('article', { name: 'orders', exact: true });
      await kill(page, 'orders-1', 'orders-2', 'orders-3');
      await expect(orders.locator('app-state-badge')).toHaveText('Open');
      await expect(hint(page, 'Open breakers')).toHaveText('orders');
      await expect(page.locator('p[role=status]')).toHaveText(/^The breaker of orders is /);
      for (const id of [1, 2, 3]) await button(page, `Revive orders-${id}`).click();
      await expect(orders.locator('app-state-badge')).toHaveText('Closed', { timeout: 30_000 });
      await expect(tile(page, 'Open breakers')).toHaveText('0');
    });
  });
});

/** What the type of the platform's own entry lacks. */
interface Shift {
  readonly value: number;
}
