import { type Page } from '@playwright/test';
import { button, expect, overflow, test } from './demo';

const card = (page: Page, name: string) => page.getByRole('article', { name });

test.describe('policies', () => {
  test('shows every policy at work around real requests', async ({ demo, page }) => {
    await demo.open('/policies');
    await expect(card(page, 'Retry with a budget')).toContainText('Not run yet.');
    await button(page, 'Run all').click();
    await expect(card(page, 'Retry with a budget')).toContainText(/20 calls, \d+ requests/);
    await expect(card(page, 'Bulkhead')).toContainText('refused here');
    await expect(card(page, 'Hedging')).toContainText(/\d+ hedged/);
    // A busy page makes its calls over a while: those that come after the answer need a request of their own.
    await expect(card(page, 'Single flight')).toContainText(
      /12 calls, [1-4] requests · 12 answered/,
    );
    await expect(
      page.getByRole('button', { name: /^Run / }).and(page.locator(':disabled')),
    ).toHaveCount(0);
    expect(demo.calls.length).toBeGreaterThan(50);
  });

  test('fits a narrow window', async ({ demo, page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await demo.open('/policies');
    expect(await overflow(page)).toBe(0);
  });
});
