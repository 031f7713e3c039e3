import { type Locator, type Page } from '@playwright/test';
import { button, expect, overflow, test } from './demo';

const row = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Products' }).getByRole('listitem').filter({ hasText: name });
const flip = async (page: Page, name: string) => page.getByRole('switch', { name }).click();
const calls = (page: Page) => page.locator('.calls');
const remote = (page: Page) => page.locator('app-cache-levels app-tone-badge');
const held = (page: Page) => page.locator('#goods-heading + p');
const heard = (page: Page) => page.getByRole('list', { name: 'Heard of other tabs' });
/** How many texts the second level has taken. A page that is left before it has is not there to write them. */
const written = (page: Page) => page.locator('app-cache-levels .written');
const loadedAll = async (page: Page) => expect(held(page)).toHaveText('Anna · 8 of 8 in the page');

test.describe('caching', () => {
  test('loads once what a hundred ask for at once', async ({ demo, page }) => {
    await demo.open('/caching');
    await loadedAll(page);
    await expect(calls(page)).toHaveText('8');
    await button(page, 'Read 100 times').click();
    await expect(page.locator('.rush dd')).toHaveText(['100', '1', '100']);
    await expect(calls(page)).toHaveText('9');
    await button(page, 'Read Desk lamp').click();
    await expect(row(page, 'Desk lamp')).toContainText('From the page');
    await expect(calls(page)).toHaveText('9');
  });

  test('shows how a value ages, in words and in a meter, and loads it ahead', async ({
    demo,
    page,
  }) => {
    await demo.open('/caching');
    const lamp = row(page, 'Desk lamp');
    const meter = page.getByRole('meter', { name: 'Time left of Desk lamp' });
    await expect(lamp).toContainText(/Fresh, 1\d s left/);
    const before = Number(await meter.getAttribute('aria-valuenow'));
    await expect(lamp).toContainText('the next read loads ahead', { timeout: 20_000 });
    expect(Number(await meter.getAttribute('aria-valuenow'))).toBeLessThan(before);
    await button(page, 'Read Desk lamp').click();
    await expect(lamp).toContainText('Loaded ahead');
    await expect(lamp).toContainText(/Fresh, 1\d s left/);
    await expect(row(page, 'Iron pan')).toContainText('Stale');
  });

  test('is served by the second level after a reload', async ({ demo, page }) => {
    await demo.open('/caching');
    await loadedAll(page);
    await expect(row(page, 'Desk lamp')).toContainText('Loaded');
    await expect(written(page)).toHaveText('8');
    await page.reload();
    await loadedAll(page);
    await expect(
      page.getByRole('list', { name: 'Products' }).getByText('From the second level'),
    ).toHaveCount(8);
    await expect(calls(page)).toHaveText('0');
  });

  test('goes on without the second level, which is told later what it has missed', async ({
    demo,
    page,
  }) => {
    await demo.open('/caching');
    await loadedAll(page);
    // What is still on its way there when it goes down is written afterwards.
    await expect(written(page)).toHaveText('8');
    await flip(page, 'Second level is down');
    // Void, and a new price: neither reaches the second level.
    await button(page, 'Invalidate Wool rug').click();
    await expect(remote(page)).toHaveText('Down, left alone');
    await button(page, 'Read Wool rug').click();
    await expect(row(page, 'Wool rug')).toContainText('Loaded');
    await page.getByLabel('Euros', { exact: true }).fill('99');
    await button(page, 'Change').click();
    await expect(row(page, 'Desk lamp')).toContainText('€99');
    await button(page, 'Read Cushion').click();
    await expect(row(page, 'Cushion')).toContainText('From the page');
    await expect(page.locator('.since')).toHaveText('0');

    await flip(page, 'Second level is down');
    await expect(remote(page)).toHaveText('Up', { timeout: 30_000 });
    await expect(page.locator('.since')).not.toHaveText('0', { timeout: 30_000 });
    await expect(page.locator('.waits')).toHaveText('0');
    await page.reload();
    await loadedAll(page);
    // What it had before was made void there too, and is not given.
    await expect(row(page, 'Desk lamp')).toContainText('€99');
    for (const name of ['Desk lamp', 'Wool rug'])
      await expect(row(page, name)).toContainText('Loaded');
    await expect(remote(page)).toHaveText('Up');
  });

  test('hears of other tabs what is void, and loads it anew', async ({ context, demo, page }) => {
    await demo.open('/caching');
    await loadedAll(page);
    const other = await context.newPage();
    await other.goto('/caching');
    await loadedAll(other);

    await button(other, 'Invalidate Desk lamp').click();
    await expect(row(page, 'Desk lamp')).toContainText('Not in the page');
    await expect(heard(page)).toContainText('Desk lamp: void');
    await page.bringToFront();
    const before = Number(await calls(page).textContent());
    await button(page, 'Read Desk lamp').click();
    await expect(row(page, 'Desk lamp')).toContainText('Loaded');
    await expect(calls(page)).toHaveText(String(before + 1));

    await button(other, 'Invalidate all of kitchen').click();
    await expect(heard(page)).toContainText('the tag “kitchen”: void');
    for (const name of ['Iron pan', 'Stoneware mug'])
      await expect(row(page, name)).toContainText('Not in the page');
    await expect(row(page, 'Cushion')).not.toContainText('Not in the page');

    // A price that one changes is what the other reads.
    await other.bringToFront();
    await other.getByLabel('Product', { exact: true }).selectOption('Cushion');
    await other.getByLabel('Euros', { exact: true }).fill('41');
    await button(other, 'Change').click();
    await expect(row(other, 'Cushion')).toContainText('€41');
    await page.bringToFront();
    await expect(row(page, 'Cushion')).toContainText('Not in the page');
    await button(page, 'Read Cushion').click();
    await expect(row(page, 'Cushion')).toContainText('€41');
    await expect(row(page, 'Cushion')).toContainText('From the second level');
  });

  test('makes what depends on a product void with it', async ({ demo, page }) => {
    await demo.open('/caching');
    await loadedAll(page);
    const total = page.locator('.total');
    await button(page, 'Read price list').click();
    await expect(total).toHaveText('€780');
    await button(page, 'Invalidate all of textiles').click();
    await expect(
      page.getByText(
        'Tag textiles: 1 step made void Linen throw, Wool rug, Cushion, the price list.',
      ),
    ).toBeVisible();
    await expect(total).toHaveText('–');
    await button(page, 'Read price list').click();
    await expect(total).toHaveText('€780');
    await button(page, 'Invalidate Iron pan').click();
    await expect(total).toHaveText('–');
  });

  test('shows nobody what is of another user, and nothing after a log out', async ({
    demo,
    page,
  }) => {
    await demo.open('/caching');
    await loadedAll(page);
    await page.getByRole('radio', { name: 'Bert' }).click();
    await expect(held(page)).toHaveText('Bert · 0 of 8 in the page');
    await button(page, 'Read all').click();
    await expect(row(page, 'Desk lamp')).toContainText('€80');
    await page.getByRole('radio', { name: 'Anna' }).click();
    await expect(held(page)).toHaveText('Anna · 0 of 8 in the page');
    await button(page, 'Read Desk lamp').click();
    await expect(row(page, 'Desk lamp')).toContainText('€89');
    await expect(row(page, 'Desk lamp')).toContainText('From the second level');
    await button(page, 'Log out').click();
    await expect(held(page)).toHaveText('Nobody · 0 of 8 in the page');
    await page.getByRole('radio', { name: 'Anna' }).click();
    await button(page, 'Read Desk lamp').click();
    await expect(row(page, 'Desk lamp')).toContainText('Loaded');
  });

  test('stores a price later, when the source is back', async ({ demo, page }) => {
    await demo.open('/caching');
    await loadedAll(page);
    await flip(page, 'Source is down');
    await page.getByLabel('Euros', { exact: true }).fill('70');
    await button(page, 'Change').click();
    await expect(row(page, 'Desk lamp')).toContainText('€70');
    await expect(row(page, 'Desk lamp')).toContainText('Written here');
    await expect(page.locator('.waits')).toHaveText('1');
    await page.waitForTimeout(3000);
    await expect(page.locator('.waits')).toHaveText('1');
    await flip(page, 'Source is down');
    await expect(page.locator('.waits')).toHaveText('0', { timeout: 30_000 });
    await expect(page.getByRole('list', { name: 'Changed prices' })).toContainText('Stored');
  });

  test('stores after a reload a price that was waiting', async ({ demo, page }) => {
    await demo.open('/caching');
    await loadedAll(page);
    await flip(page, 'Source is down');
    await page.getByLabel('Euros', { exact: true }).fill('71');
    await button(page, 'Change').click();
    await expect(page.locator('.waits')).toHaveText('1');
    // Then the second level has it too.
    await expect(row(page, 'Desk lamp')).toContainText('Written here');
    // With the page goes its switch: the source is up.
    await page.reload();
    await expect(row(page, 'Desk lamp')).toContainText('€71');
    await expect(page.locator('.waits')).toHaveText('0');
    await button(page, 'Invalidate Desk lamp').click();
    await button(page, 'Read Desk lamp').click();
    await expect(row(page, 'Desk lamp')).toContainText('Loaded');
    await expect(row(page, 'Desk lamp')).toContainText('€71');
  });

  test('fits a narrow window', async ({ demo, page }) => {
    await demo.open('/caching');
    await loadedAll(page);
    await flip(page, 'Source is down');
    await button(page, 'Invalidate Iron pan').click();
    await button(page, 'Read Iron pan').click();
    await expect(row(page, 'Iron pan')).toContainText('Not loaded');
    for (const width of [1280, 1000, 680, 360]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await overflow(page), String(width)).toBe(0);
      // The page that is shown is in view in the navigation, however little room that has.
      await expect(page.getByRole('link', { name: 'Cache', exact: true })).toBeInViewport({
        ratio: 1,
      });
    }
  });
});
