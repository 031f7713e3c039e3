import { type Page } from '@playwright/test';
import { button, expect, overflow, test } from './demo';

const steps = (page: Page) => page.getByRole('list', { name: 'Steps' }).getByRole('listitem');
const undone = (page: Page) =>
  page.getByRole('list', { name: 'Compensations' }).getByRole('listitem');
const saga = (page: Page) => page.locator('.saga > header app-tone-badge');
const keys = (page: Page) => page.locator('.keys tbody tr');
const calls = async (page: Page) =>
  (await keys(page).allTextContents()).map((row) => {
    const [, step = '', numbers = ''] =
      /\/(\S+?)\s*(?:stock|payments|mail|courier)\s*([\d\s]+)$/.exec(row) ?? [];
    return `${step} ${numbers.trim().split(/\s*/).join('/')}`;
  });

test.describe('sagas', () => {
  test('does all steps, two of them side by side', async ({ demo, page }) => {
    await demo.open('/sagas');
    await expect(page.getByText('No saga yet. Place an order.')).toBeVisible();
    await button(page, 'Place order').click();
    await expect(steps(page).filter({ hasText: 'Running' })).toHaveCount(2);
    await expect(saga(page)).toHaveText('Completed');
    await expect(steps(page).filter({ hasText: 'Done' })).toHaveCount(5);
    await expect(page.getByText('Nothing has to be undone.')).toBeVisible();
    expect(await calls(page)).toEqual(['reserve 1/1', 'charge 1/1', 'notify 1/1', 'courier 1/1']);
    // What it confirmed is an order.
    await page.getByRole('link', { name: 'Events' }).click();
    await expect(page.locator('tbody tr').first()).toContainText('Paid');
  });

  test('fails at the charge, and gives the stock back', async ({ demo, page }) => {
    await demo.open('/sagas');
    await page.getByLabel('Which step fails').selectOption('charge');
    await button(page, 'Place order').click();
    await expect(saga(page)).toHaveText('Undone');
    await expect(steps(page).nth(1)).toContainText('Failed');
    await expect(steps(page).nth(1)).toContainText('payments has declined');
    await expect(steps(page).nth(2)).toContainText('Not begun');
    await expect(undone(page)).toHaveCount(1);
    await expect(undone(page)).toContainText('Release stock');
    await expect(undone(page)).toContainText('Undone');
    expect(await calls(page)).toEqual(['reserve 1/1', 'charge 1/0', 'reserve/compensate 1/1']);
  });

  test('undoes what ran side by side as well, last things first', async ({ demo, page }) => {
    await demo.open('/sagas');
    await page.getByLabel('Which step fails').selectOption('notify');
    await button(page, 'Place order').click();
    await expect(saga(page)).toHaveText('Undone');
    await expect(undone(page).locator('.title')).toHaveText([
      'Cancel courier',
      'Refund card',
      'Release stock',
    ]);
  });

  test('tries again what fails for a while', async ({ demo, page }) => {
    await demo.open('/sagas');
    await page.getByLabel('Which step fails').selectOption('charge');
    await page.getByLabel('How it fails').selectOption('twice');
    await button(page, 'Place order').click();
    await expect(steps(page).nth(1)).toContainText('payments is busy');
    await expect(saga(page)).toHaveText('Completed');
    await expect(steps(page).nth(1)).toContainText('3 tries');
    expect(await calls(page)).toContain('charge 3/1');
  });

  test('ends once after a reload in the middle, with one call done for each key', async ({
    demo,
    page,
  }) => {
    await demo.open('/sagas');
    await page.getByRole('switch', { name: 'Slow services: 3 s a step' }).click();
    await button(page, 'Place order').click();
    await expect(steps(page).nth(1)).toContainText('Running');
    await page.waitForTimeout(500);
    await page.reload();
    await expect(steps(page).nth(0)).toContainText('Done');
    await expect(page.getByText('runs in this tab')).toBeVisible();
    await expect(saga(page)).toHaveText('Completed', { timeout: 20_000 });
    await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(1);
    // The one in the middle was asked once more, and has done nothing twice.
    expect(await calls(page)).toEqual(['reserve 1/1', 'charge 2/1', 'notify 1/1', 'courier 1/1']);
    await page.getByRole('link', { name: 'Events' }).click();
    await expect(page.locator('app-stat-tile').first().locator('.value')).toHaveText('1');
  });

  test('goes on in the background, whatever page is shown', async ({ demo, page }) => {
    await demo.open('/sagas');
    await button(page, 'Place order').click();
    await page.getByRole('link', { name: 'Policies' }).click();
    await page.waitForTimeout(2500);
    await page.getByRole('link', { name: 'Sagas' }).click();
    await expect(saga(page)).toHaveText('Completed');
    expect(await calls(page)).toEqual(['reserve 1/1', 'charge 1/1', 'notify 1/1', 'courier 1/1']);
  });

  test('pauses, goes on, and is cancelled', async ({ demo, page }) => {
    await demo.open('/sagas');
    await page.getByRole('switch', { name: 'Slow services: 3 s a step' }).click();
    await button(page, 'Place order').click();
    await expect(steps(page).nth(0)).toContainText('Running');
    await button(page, 'Pause').click();
    await expect(saga(page)).toHaveText('Paused');
    await expect(steps(page).nth(0)).toContainText('Done');
    await page.waitForTimeout(1000);
    await expect(steps(page).nth(1)).toContainText('Not begun');
    await button(page, 'Resume').click();
    await expect(steps(page).nth(1)).toContainText('Running');
    await button(page, 'Cancel').click();
    await expect(saga(page)).toHaveText('Undoing');
    await expect(saga(page)).toHaveText('Cancelled', { timeout: 20_000 });
    await expect(undone(page).locator('.title')).toHaveText(['Refund card', 'Release stock']);
  });

  test('fits a narrow window', async ({ demo, page }) => {
    await demo.open('/sagas');
    await page.getByLabel('Which step fails').selectOption('courier');
    await button(page, 'Place order').click();
    await expect(saga(page)).toHaveText('Undone');
    for (const width of [1000, 680, 360]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await overflow(page), String(width)).toBe(0);
    }
  });
});
