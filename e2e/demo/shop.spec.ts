import { type Page } from '@playwright/test';
import { button, expect, kill, test } from './demo';

const trail = (page: Page) => page.getByRole('list', { name: 'What happened' });
const orders = (page: Page) => page.getByRole('list', { name: 'Orders' }).getByRole('listitem');
const go = async (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('link', { name, exact: true }).click();

test.describe('shop', () => {
  test('sells something, and tells which layers took part', async ({ demo, page }) => {
    await demo.open('/shop');
    await expect(page.getByText('From the service, through the gateway.')).toBeVisible();
    await button(page, 'Look again').click();
    await expect(page.getByText(/^From the cache of the gateway, \d+ s old\.$/)).toBeVisible();
    await page.getByRole('radio', { name: 'Anna' }).click();
    await button(page, 'Buy Stoneware mug').click();
    await expect(orders(page).first()).toContainText('for Anna');
    await expect(orders(page).first()).toContainText('confirmed');
    // What was kept of the shelf was made void.
    await expect(page.getByRole('list', { name: 'Products' })).toContainText('899 free');
    for (const layer of ['Command', 'Saga', 'Gateway', 'Mesh', 'Resilience', 'Event', 'Cache'])
      await expect(trail(page).getByText(layer, { exact: true }).first()).toBeVisible();
    // One trace of it all: the three services and the shelf that was looked up anew.
    await page.getByRole('link', { name: 'All of it as one trace' }).click();
    await expect(page).toHaveURL(/\/tracing\?.*trace=[0-9a-f]{32}/);
    await expect(page.getByRole('treeitem', { name: /buy a product/ })).toBeVisible();
    expect(await page.getByRole('treeitem').count()).toBeGreaterThan(4);
    // Orders are a matter of record, and stay; who was signed in does not.
    await page.goto('/shop');
    await expect(orders(page).first()).toContainText('confirmed');
    await expect(page.getByText('Sign in to buy.')).toBeVisible();
    await expect(button(page, 'Buy Stoneware mug')).toBeDisabled();
  });

  test('goes on with a purchase after a reload in the middle of it', async ({ demo, page }) => {
    await demo.open('/shop');
    await page.getByRole('radio', { name: 'Anna' }).click();
    await button(page, 'Buy Stoneware mug').click();
    await expect(trail(page)).toContainText('reserve-stock: running');
    await page.reload();
    await expect(orders(page).first()).toContainText('placed');
    // Whoever is signed in pays for nobody else.
    await page.getByRole('radio', { name: 'Bert' }).click();
    await expect(page.getByText('Bert is signed in.')).toBeVisible();
    await page.waitForTimeout(2000);
    await expect(orders(page).first()).toContainText('placed');
    await page.getByRole('radio', { name: 'Anna' }).click();
    await expect(orders(page).first()).toContainText('confirmed');
    await expect(orders(page)).toHaveCount(1);
  });

  test.describe('in trouble', () => {
    test.use({ troubled: true });

    test('undoes what was done when nobody takes the money', async ({ demo, page }) => {
      await demo.open('/overview');
      await kill(page, 'payments-1', 'payments-2');
      await go(page, 'Shop');
      await page.getByRole('radio', { name: 'Bert' }).click();
      await button(page, 'Buy Stoneware mug').click();
      await expect(orders(page).first()).toContainText('cancelled', { timeout: 20_000 });
      await expect(trail(page)).toContainText('Compensation');
      await expect(trail(page)).toContainText('OrderCancelled');
      await go(page, 'Overview');
      for (const id of ['payments-1', 'payments-2']) await button(page, `Revive ${id}`).click();
      await go(page, 'Shop');
      await expect(async () => {
        await button(page, 'Buy Stoneware mug').click();
        await expect(orders(page).first()).toContainText(/confirmed|cancelled/, { timeout: 8000 });
        await expect(orders(page).first()).toContainText('confirmed', { timeout: 1000 });
      }).toPass({ timeout: 25_000 });
    });
  });
});
