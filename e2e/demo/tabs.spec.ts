import { type Page } from '@playwright/test';
import { button, expect, overflow, test } from './demo';

const tabs = (page: Page) => page.getByRole('list', { name: 'Tabs' }).getByRole('listitem');
const notes = (page: Page) => page.getByRole('list', { name: 'Notes' }).locator('> li');
const nameOf = async (page: Page) =>
  (await tabs(page).first().locator('strong').textContent()) ?? '';

test.describe('tabs', () => {
  test('talk: notes are acknowledged by all, questions answered by one', async ({ demo, page }) => {
    await demo.open('/tabs');
    await expect(page.getByText('Nobody else.')).toBeVisible();
    const coming = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'Open another tab' }).click();
    const other = await coming;
    await expect(tabs(page)).toHaveCount(2);
    await expect(tabs(other)).toHaveCount(2);
    const [me, they] = [await nameOf(page), await nameOf(other)];
    expect(me).not.toBe(they);

    await page.getByLabel('Note', { exact: true }).fill('Lunch is ready');
    await button(page, 'Tell all').click();
    for (const one of [page, other]) {
      await expect(notes(one)).toContainText('Lunch is ready');
      await expect(notes(one)).toContainText(`${me}: acknowledged`);
      await expect(notes(one)).toContainText(`${they}: acknowledged`);
    }

    await button(page, `Ask ${they}`).click();
    await expect(page.getByRole('log')).toContainText(
      'I show /tabs, lead nothing, and run no saga.',
    );
    await other.close();
    await expect(tabs(page)).toHaveCount(1);
  });

  test('deliver again, give up, and hand over once more', async ({ demo, page, context }) => {
    await demo.open('/tabs');
    const other = await context.newPage();
    await other.goto('/tabs');
    await expect(tabs(page)).toHaveCount(2);
    const [me, they] = [await nameOf(page), await nameOf(other)];
    const failing = other.getByRole('switch', { name: 'This tab fails to handle what comes' });
    await failing.click();
    await button(page, 'Tell all').click();
    await expect(notes(page)).toContainText(`${they}: failed, try`);
    await expect(notes(page)).toContainText(`${they}: gave up`);
    await expect(notes(page)).toContainText(`${me}: acknowledged`);
    await button(page, `Ask ${they}`).click();
    await expect(page.getByRole('log')).toContainText('does not answer');
    await expect(page.getByRole('log')).toContainText('This tab was told to fail.');

    const letters = other.getByRole('list', { name: 'Dead letters' });
    await expect(letters).toContainText('given up after 3 deliveries');
    await failing.click();
    await button(other, 'Deliver again: Hello, everybody').click();
    await expect(letters).toContainText('None.');
    await expect(notes(page)).toContainText(`${they}: acknowledged`);
  });

  test('follow each other: when one is closed, another one leads and runs the sagas', async ({
    demo,
    page,
    context,
  }) => {
    await demo.open('/sagas');
    await expect(page.getByText('No saga yet.')).toBeVisible();
    // Before there is another tab, which might be the first to run it.
    await page.getByRole('switch', { name: 'Slow services: 3 s a step' }).click();
    await button(page, 'Place order').click();
    await expect(page.getByText('runs in this tab')).toBeVisible();
    const other = await context.newPage();
    await other.goto('/tabs');
    await expect(tabs(other)).toHaveCount(2);
    await expect(tabs(other).last()).toContainText('runs 1 saga');
    await expect(tabs(other).first()).toContainText('Follows');
    await expect(tabs(other).last()).toContainText('Leads the read model');
    await page.close();

    await expect(tabs(other)).toHaveCount(1);
    await expect(tabs(other).first()).toContainText('Leads the read model');
    await expect(tabs(other).first()).toContainText('runs 1 saga');
    await other.getByRole('link', { name: 'Sagas' }).click();
    await expect(other.locator('.saga > header app-tone-badge')).toHaveText('Completed', {
      timeout: 20_000,
    });
    await expect(other.locator('.keys tbody tr')).toHaveCount(4);
    const done = await other.locator('.keys tbody td:last-child').allTextContents();
    expect(done.map((text) => text.trim())).toEqual(['1', '1', '1', '1']);
    await other.getByRole('link', { name: 'Events' }).click();
    await expect(other.locator('app-stat-tile').first().locator('.value')).toHaveText('1');
  });

  test('fit a narrow window', async ({ demo, page }) => {
    await demo.open('/tabs');
    await button(page, 'Tell all').click();
    await expect(notes(page)).toContainText('acknowledged');
    for (const width of [1000, 680, 360]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await overflow(page), String(width)).toBe(0);
    }
  });
});
