import { expect, kill, test } from './demo';

test.use({ troubled: true });

// The picture of README.md: UPDATE_PICTURES=1 npx playwright test picture
test('overview, as README.md shows it', async ({ demo, page }) => {
  test.skip(!process.env.UPDATE_PICTURES, 'set UPDATE_PICTURES to make the picture anew');
  test.setTimeout(120_000);
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
