import { button, expect, kill, test } from './demo';

test.use({ troubled: true });

// The pictures of README.md: npm run build:demo && npm run pictures
test.describe('pictures, as README.md shows them', () => {
  test.skip(!process.env.UPDATE_PICTURES, 'set UPDATE_PICTURES to make the pictures anew');
  test.setTimeout(120_000);

  test('overview', async ({ demo, page }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await demo.open('/overview');
    // A minute, until the lines are as long as they get.
    await page.waitForTimeout(50_000);
    await kill(page, 'orders-2', 'payments-1', 'payments-2');
    await page.mouse.move(0, 0);
    await page.waitForTimeout(12_000);
    await page.evaluate(() => scrollTo(0, 0));
    await expect(page.locator('app-state-badge[data-state=open]')).toHaveCount(1);
    await page.screenshot({ path: 'docs/images/overview-light.png' });
  });

  test('chaos', async ({ demo, page }) => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await demo.open('/overview');
    const chaos = page.getByRole('region', { name: 'Chaos', exact: true });
    await chaos.scrollIntoViewIfNeeded();
    await button(page, 'Start dead region').click();
    await expect(chaos).toContainText('4 of 4 instances in us are dead');
    await page.mouse.move(0, 0);
    await chaos.screenshot({ path: 'docs/images/chaos-dark.png' });
  });

  test('shop', async ({ demo, page }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await demo.open('/shop');
    await page.getByRole('radio', { name: 'Anna' }).click();
    await button(page, 'Buy Stoneware mug').click();
    await expect(page.getByRole('list', { name: 'Products' })).toContainText('899 free');
    await page.mouse.move(0, 0);
    await page.screenshot({ path: 'docs/images/shop-light.png', fullPage: true });
  });
});
