import { type Page } from '@playwright/test';
import { button, expect, overflow, test } from './demo';

const orders = (page: Page) =>
  page.getByRole('list', { name: 'Latest orders' }).locator('li:not(.none)');
const outbox = (page: Page) =>
  page.getByRole('list', { name: 'Commands in the outbox' }).locator('> li:not(.none)');
const flip = async (page: Page, name: string) => page.getByRole('switch', { name }).click();
const lag = (page: Page) =>
  page.getByRole('list', { name: 'Read models' }).getByRole('listitem').first().locator('.lag');
const mood = (page: Page) => page.getByLabel('The order service', { exact: true });

const order = async (page: Page, customer: string, ...items: readonly string[]) => {
  await page.getByLabel('Customer', { exact: true }).selectOption(customer);
  for (const item of items) {
    await page.getByLabel('Item', { exact: true }).selectOption(item);
    await button(page, 'Place order').click();
  }
};

/** Once `text` has stood on the page, for however short a time: the next try may come within milliseconds. */
const appearance = (page: Page, text: string) =>
  page.evaluate(
    (wanted) =>
      new Promise<void>((seen) => {
        const look = () => {
          if (!document.body.innerText.includes(wanted)) return;
          watch.disconnect();
          seen();
        };
        const watch = new MutationObserver(look);
        watch.observe(document.body, { subtree: true, childList: true, characterData: true });
        look();
      }),
    text,
  );

/** What the order service has written down, the first first: customer, item, how often sent, accepted, and its place. */
const arrivals = async (page: Page) =>
  (await page.locator('tbody tr:has(th)').allInnerTexts())
    .map((row) =>
      row
        .split(/\s*\t\s*/)
        .slice(1)
        .join(' '),
    )
    .reverse();

const THREE = ['Coffee grinder', 'Desk lamp', 'Rain jacket'] as const;
const ONCE = ['Ada Coffee grinder 1 1 1', 'Ada Desk lamp 1 1 2', 'Ada Rain jacket 1 1 3'];

test.describe('cqrs', () => {
  test('sends orders that were placed offline once each, after a reload', async ({
    demo,
    page,
  }) => {
    await demo.open('/cqrs');
    await expect(page.getByText('No order yet. Place one.')).toBeVisible();
    await flip(page, 'Offline');
    await order(page, 'Ada', ...THREE);
    await expect(orders(page).filter({ hasText: 'Not sent yet' })).toHaveCount(3);
    await expect(outbox(page)).toHaveCount(3);

    await page.reload();
    await expect(page.getByRole('switch', { name: 'Offline' })).toBeChecked();
    await expect(orders(page).filter({ hasText: 'Not sent yet' })).toHaveCount(3);
    await page.waitForTimeout(1500);
    await expect(outbox(page).filter({ hasText: 'waits for the network' })).toHaveCount(3);
    expect(await arrivals(page)).toEqual([]);

    await flip(page, 'Offline');
    await expect(orders(page).filter({ hasText: 'In the read model' })).toHaveCount(3);
    await expect(page.getByText('Nothing waits to be sent.')).toBeVisible();
    expect(await arrivals(page)).toEqual(ONCE);

    await page.reload();
    await expect(orders(page).filter({ hasText: 'In the read model' })).toHaveCount(3);
    await page.waitForTimeout(1500);
    expect(await arrivals(page)).toEqual(ONCE);
    // What was ordered is an order everywhere.
    await page.getByRole('link', { name: 'Events' }).click();
    await expect(page.locator('app-stat-tile').first().locator('.value')).toHaveText('3');
  });

  test('waits while the browser itself has no network', async ({ context, demo, page }) => {
    await demo.open('/cqrs');
    await context.setOffline(true);
    await expect(page.locator('.network app-tone-badge')).toHaveText('Offline');
    await order(page, 'Ada', ...THREE);
    await page.waitForTimeout(1000);
    await expect(orders(page).filter({ hasText: 'Not sent yet' })).toHaveCount(3);
    await context.setOffline(false);
    await expect(orders(page).filter({ hasText: 'In the read model' })).toHaveCount(3);
    expect(await arrivals(page)).toEqual(ONCE);
  });

  test('does once what is sent twice, a reload between the two', async ({ demo, page }) => {
    await demo.open('/cqrs');
    await mood(page).selectOption('accepts, but its answer is lost');
    const lost = appearance(page, 'The answer of the order service was lost.');
    await order(page, 'Grace', 'Notebook');
    await lost;
    await page.reload();
    await expect(orders(page)).toContainText('In the read model');
    // Twice, and once more when the reload came in the middle of it; accepted once.
    expect(await arrivals(page)).toEqual([expect.stringMatching(/^Grace Notebook [23] 1 1$/)]);
    await expect(orders(page)).toHaveCount(1);
  });

  test('takes an order back that is refused, and holds back those behind it', async ({
    demo,
    page,
  }) => {
    await demo.open('/cqrs');
    await flip(page, 'Offline');
    await order(page, 'Linus', 'Vinyl record', 'Notebook');
    await order(page, 'Ada', 'Road bike');
    await expect(orders(page)).toHaveCount(3);
    await flip(page, 'Offline');
    await expect(
      page.getByText('Vinyl record for Linus was taken back: Vinyl record is sold out.'),
    ).toBeVisible();
    await expect(orders(page).filter({ hasText: 'Vinyl record' })).toHaveCount(0);
    await expect(outbox(page).first()).toContainText('Refused');
    await expect(outbox(page).last()).toContainText('Held back');
    // Nobody else waits.
    await expect(orders(page).filter({ hasText: 'Road bike' })).toContainText('In the read model');

    await flip(page, 'Vinyl records are back');
    await page.getByRole('button', { name: /^Order again: Vinyl record/ }).click();
    await expect(orders(page).filter({ hasText: 'In the read model' })).toHaveCount(3);
    const ofLinus = (await arrivals(page)).filter((row) => row.startsWith('Linus'));
    expect(ofLinus).toEqual([
      'Linus Vinyl record 1 0 –',
      'Linus Vinyl record 1 1 2',
      'Linus Notebook 1 1 3',
    ]);
  });

  test('takes out what is cancelled, and sends at once what is told to', async ({ demo, page }) => {
    await demo.open('/cqrs');
    await mood(page).selectOption('is down');
    await order(page, 'Ada', 'Notebook', 'Desk lamp');
    await page.getByRole('button', { name: /^Cancel: Desk lamp/ }).click();
    await expect(
      page.getByText('Desk lamp for Ada was taken back: it was taken out of the outbox'),
    ).toBeVisible();
    await expect(outbox(page)).toHaveCount(1);
    await expect(outbox(page)).toContainText(/sent \d times · The order service is down\./);
    await page.getByRole('button', { name: /^Send now: Notebook/ }).click();
    await mood(page).selectOption('is well');
    await expect(orders(page)).toContainText('In the read model');
    expect(await arrivals(page)).toEqual(['Ada Notebook 1 1 1']);
  });

  test('tells how far the read model is behind while nobody keeps it', async ({ demo, page }) => {
    await demo.open('/cqrs');
    await order(page, 'Ada', 'Notebook');
    await expect(orders(page)).toContainText('In the read model');
    await expect(lag(page)).toHaveText('0 events · 0 ms');
    await flip(page, 'Pause projector');
    await order(page, 'Ada', 'Desk lamp', 'Road bike');
    await expect(orders(page).filter({ hasText: 'Accepted' })).toHaveCount(2);
    await expect(lag(page)).toHaveText(/^2 events · [1-9]\.\d s$/);
    const meter = page.getByRole('meter', { name: 'How far latest-orders is behind' });
    await expect(meter).toHaveAttribute('aria-valuenow', '2');
    const before = await lag(page).textContent();
    await expect(lag(page)).not.toHaveText(before ?? '');
    await flip(page, 'Pause projector');
    await expect(lag(page)).toHaveText('0 events · 0 ms');
    await expect(orders(page).filter({ hasText: 'In the read model' })).toHaveCount(3);
  });

  test('goes on in the background, and in another tab', async ({ context, demo, page }) => {
    await demo.open('/cqrs');
    const other = await context.newPage();
    await other.goto('/cqrs');
    await flip(page, 'Offline');
    await expect(other.getByRole('switch', { name: 'Offline' })).toBeChecked();
    await order(page, 'Ada', ...THREE);
    await expect(orders(other).filter({ hasText: 'Not sent yet' })).toHaveCount(3);
    await page.getByRole('link', { name: 'Policies' }).click();
    await flip(other, 'Offline');
    await expect(orders(other).filter({ hasText: 'In the read model' })).toHaveCount(3);
    expect(await arrivals(other)).toEqual(ONCE);
    await page.getByRole('link', { name: 'Commands' }).click();
    await expect(orders(page).filter({ hasText: 'In the read model' })).toHaveCount(3);
    expect(await arrivals(page)).toEqual(ONCE);
  });

  test('fits a narrow window', async ({ demo, page }) => {
    await demo.open('/cqrs');
    await order(page, 'Ada', 'Vinyl record', 'Notebook');
    await expect(outbox(page).last()).toContainText('Held back');
    for (const width of [1000, 680, 360]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await overflow(page), String(width)).toBe(0);
    }
  });
});
