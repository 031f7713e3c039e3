import { type Page } from '@playwright/test';
import { button, expect, overflow, test } from './demo';

const source = (page: Page, name: string) => page.getByRole('article', { name, exact: true });
const instance = (page: Page, id: string) =>
  page.locator('app-mesh-instance').filter({ has: page.getByText(id, { exact: true }) });
const share = async (page: Page, id: string): Promise<number> =>
  Number.parseInt((await instance(page, id).locator('.share').textContent()) ?? '', 10);

test.describe('the mesh', () => {
  test('merges Consul, Eureka, Kubernetes and a list', async ({ demo, page }) => {
    await demo.open('/mesh');
    await expect(source(page, 'consul')).toContainText('orders-3');
    await expect(source(page, 'eureka')).toContainText('users-2');
    await expect(source(page, 'kubernetes')).toContainText('inventory-1');
    await expect(source(page, 'static')).toContainText('rates-1');
    await expect(instance(page, 'orders-3')).toContainText('v2.0.0');
    await expect(page.getByRole('row', { name: /shop orders/ })).toBeVisible();
  });

  test('drains an instance at its registries', async ({ demo, page }) => {
    await demo.open('/mesh');
    await expect(source(page, 'kubernetes')).toContainText('users-1');
    await button(page, 'Drain users-1').click();
    await expect(source(page, 'kubernetes')).not.toContainText('users-1');
    await expect(source(page, 'eureka')).toContainText(/users-1\s*unhealthy/);
    await button(page, 'Drain orders-1').click();
    await expect(source(page, 'consul')).toContainText(/orders-1\s*drained/);
    await expect.poll(async () => share(page, 'users-1'), { timeout: 20_000 }).toBe(0);
  });

  test('keeps calls away from a slow instance', async ({ demo, page }) => {
    await demo.open('/mesh');
    await page.getByLabel('Calls a second').fill('30');
    await button(page, 'Slow down orders-1').click();
    await expect
      .poll(async () => share(page, 'orders-1'), { timeout: 25_000 })
      .toBeLessThanOrEqual(10);
  });

  test('spreads calls in turn if it is told to', async ({ demo, page }) => {
    await demo.open('/mesh');
    await page.getByLabel('Calls a second').fill('30');
    await page.getByRole('combobox', { name: 'Balancing strategy' }).click();
    await page.getByRole('option', { name: 'Round robin', exact: true }).click();
    const shares = async (): Promise<readonly number[]> =>
      Promise.all(['orders-1', 'orders-2', 'orders-3'].map(async (id) => share(page, id)));
    await expect
      .poll(async () => Math.max(...(await shares())) - Math.min(...(await shares())), {
        timeout: 25_000,
      })
      .toBeLessThanOrEqual(4);
  });

  test('splits the calls of orders between two versions', async ({ demo, page }) => {
    await demo.open('/mesh');
    await page.getByLabel('Calls a second').fill('30');
    await page.getByLabel('Orders to version 2').fill('100');
    await expect.poll(async () => share(page, 'orders-3'), { timeout: 25_000 }).toBe(100);
    await page.getByLabel('Orders to version 2').fill('0');
    await expect.poll(async () => share(page, 'orders-3'), { timeout: 25_000 }).toBe(0);
  });

  test('fits a narrow window', async ({ demo, page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await demo.open('/mesh');
    await expect(source(page, 'consul')).toContainText('orders-1');
    expect(await overflow(page)).toBe(0);
  });

  test.describe('in trouble', () => {
    test.use({ troubled: true });

    test('finds a dead instance by its probes, and one that is back', async ({ demo, page }) => {
      await demo.open('/mesh');
      await button(page, 'Kill payments-1').click();
      await expect(instance(page, 'payments-1')).toContainText(/Unhealthy|Ejected/, {
        timeout: 20_000,
      });
      await button(page, 'Revive payments-1').click();
      await expect(instance(page, 'payments-1')).toContainText('Healthy', { timeout: 30_000 });
    });
  });
});
