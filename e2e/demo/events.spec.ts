import { readFile } from 'node:fs/promises';
import { type Page } from '@playwright/test';
import { button, expect, overflow, test } from './demo';
import { tasksOf } from './tasks';

const tile = (page: Page, label: string) =>
  page.locator('app-stat-tile').filter({ hasText: label }).locator('.value');
const orders = (page: Page) => page.getByRole('region', { name: 'Orders' }).locator('tbody tr');
const happened = (page: Page) =>
  page.getByRole('region', { name: 'What happened' }).locator('tbody tr');
const where = (page: Page) => page.locator('.where');
const slider = (page: Page) => page.getByRole('slider', { name: 'Replay' });

test.describe('events', () => {
  test('appends, keeps, and makes a read model of what happens', async ({ demo, page }) => {
    await demo.open('/events');
    await expect(page.getByText('No order yet. Place one.')).toBeVisible();
    await expect(button(page, 'Play')).toBeDisabled();

    await button(page, 'Place an order').click();
    await expect(orders(page)).toHaveCount(1);
    await orders(page)
      .getByRole('button', { name: /^Pay order/ })
      .click();
    await expect(orders(page)).toContainText('Paid');
    await orders(page)
      .getByRole('button', { name: /^Ship order/ })
      .click();
    await expect(orders(page)).toContainText('Shipped');

    await expect(happened(page)).toHaveCount(3);
    await expect(happened(page).locator('th')).toHaveText([
      'OrderShipped',
      'OrderPaid',
      'OrderPlaced',
    ]);
    // One flow: what led to the next has handed its id on.
    const flows = await happened(page).locator('td:last-child').allTextContents();
    expect(new Set(flows.map((text) => text.trim())).size).toBe(1);
    await expect(tile(page, 'Orders')).toHaveText('1');
    await expect(tile(page, 'Still open')).toHaveText('1');
    await expect(tile(page, 'Read model')).toHaveText('Live');
    await expect(page.locator('app-stat-tile').last()).toContainText(/Tab .{4}, this one, leads/);

    await page.reload();
    await expect(orders(page)).toContainText('Shipped');
    await expect(tile(page, 'Orders')).toHaveText('1');
  });

  test('shows the shop as it was, wherever the slider is', async ({ demo, page }) => {
    await demo.open('/events');
    await button(page, 'Place 20').click();
    await expect(tile(page, 'Orders')).toHaveText('20');
    await expect(page.getByText('Caught up')).toBeVisible();
    const count = Number(/^(\d+) of/.exec((await where(page).textContent()) ?? '')?.[1]);
    expect(count).toBeGreaterThan(25);

    await slider(page).fill('1');
    await expect(page.getByText('Looking back')).toBeVisible();
    await expect(where(page)).toContainText(`1 of ${count} events`);
    await expect(orders(page)).toHaveCount(1);
    await expect(orders(page)).toContainText('Placed');
    await expect(happened(page)).toHaveCount(1);
    await expect(orders(page).getByRole('button').first()).toBeDisabled();
    // The stored read model is about now, whatever is looked at.
    await expect(tile(page, 'Orders')).toHaveText('20');

    await slider(page).press('ArrowRight');
    await expect(where(page)).toContainText(`2 of ${count} events`);
    await slider(page).fill('0');
    await expect(page.getByText('Here there was no order yet.')).toBeVisible();

    // What comes meanwhile does not disturb who looks back.
    await button(page, 'Place an order').click();
    await expect(where(page)).toContainText(`0 of ${count + 1} events`);
    await button(page, 'Back to now').click();
    await expect(orders(page)).toHaveCount(21);
    await expect(page.getByText('Caught up')).toBeVisible();
  });

  test('plays, pauses, and is live again at the end', async ({ demo, page }) => {
    await demo.open('/events');
    await button(page, 'Place 20').click();
    await expect(tile(page, 'Orders')).toHaveText('20');
    await page.getByLabel('Pace').selectOption('10');
    await button(page, 'Play').click();
    await expect(where(page)).toContainText(/^[3-9] of/);
    await button(page, 'Pause').click();
    const stopped = await where(page).textContent();
    await page.waitForTimeout(500);
    expect(await where(page).textContent()).toBe(stopped);
    await page.getByLabel('Pace').selectOption('500');
    await button(page, 'Play').click();
    await expect(page.getByText('Caught up')).toBeVisible();
    await expect(orders(page)).toHaveCount(20);
    await expect(button(page, 'Play')).toBeVisible();
  });

  test('is fast: dragging over hundreds of events reads none of them again', async ({
    browser,
    demo,
    page,
  }) => {
    await demo.open('/events');
    for (let i = 1; i <= 10; i++) {
      await button(page, 'Place 20').click();
      await expect(tile(page, 'Orders')).toHaveText(String(20 * i));
    }
    let [drags, reads] = [0, 0];
    const tasks = await tasksOf(browser, page, async () => {
      ({ drags, reads } = await page.evaluate(drag));
    });
    expect(drags).toBeGreaterThan(100);
    expect(Math.max(...tasks)).toBeLessThan(100);
    // Whoever follows the log looks every few seconds by itself.
    expect(reads).toBeLessThan(drags / 5);
  });

  test('hears what another tab does, and goes on from there', async ({ demo, page, context }) => {
    await demo.open('/events');
    await button(page, 'Place an order').click();
    await expect(orders(page)).toHaveCount(1);
    const other = await context.newPage();
    await other.goto('/events');
    await orders(other)
      .getByRole('button', { name: /^Pay order/ })
      .click();
    await expect(orders(page)).toContainText('Paid');
    await orders(page)
      .getByRole('button', { name: /^Ship order/ })
      .click();
    await expect(orders(other)).toContainText('Shipped');
  });

  test('writes orders to a file, and reads them elsewhere', async ({ browser, demo, page }) => {
    await demo.open('/events');
    await button(page, 'Place 20').click();
    await expect(tile(page, 'Orders')).toHaveText('20');
    const coming = page.waitForEvent('download');
    await button(page, 'Export orders').click();
    const path = await (await coming).path();
    const text = await readFile(path, 'utf8');
    expect(text.split('\n').at(-2)).toContain('"end":true');

    const file = page.getByLabel('A file of events');
    await file.setInputFiles({ name: 'a.ndjson', mimeType: '', buffer: Buffer.from(text) });
    await expect(page.getByText(/^0 events were stored, \d+ were there already\.$/)).toBeVisible();
    await file.setInputFiles({
      name: 'b.ndjson',
      mimeType: '',
      buffer: Buffer.from(text.replace('OrderPlaced', 'OrderPlacid')),
    });
    await expect(page.getByText(/the checksum is wrong/)).toBeVisible();

    const elsewhere = await browser.newContext();
    const other = await elsewhere.newPage();
    await other.goto('/events');
    await other
      .getByLabel('A file of events')
      .setInputFiles({ name: 'a.ndjson', mimeType: '', buffer: Buffer.from(text) });
    await expect(tile(other, 'Orders')).toHaveText('20');
    await elsewhere.close();
  });

  test('fits a narrow window', async ({ demo, page }) => {
    await demo.open('/events');
    await button(page, 'Place 20').click();
    await expect(tile(page, 'Orders')).toHaveText('20');
    for (const width of [1000, 680, 360]) {
      await page.setViewportSize({ width, height: 740 });
      // Twenty orders and the bar of pages are laid out anew after the window has changed.
      await expect.poll(async () => overflow(page), { message: String(width) }).toBe(0);
    }
  });
});

/** Drags over the whole log in steps, a frame each, and counts what is read of it meanwhile. Runs in the page. */
async function drag(): Promise<{ readonly drags: number; readonly reads: number }> {
  const input = document.querySelector<HTMLInputElement>('.player input[type=range]');
  if (!input) throw new Error('There is no slider.');
  let [drags, reads] = [0, 0];
  for (const name of ['getAll', 'openCursor']) {
    const read = Reflect.get(IDBObjectStore.prototype, name) as (...rest: unknown[]) => unknown;
    Reflect.set(IDBObjectStore.prototype, name, function (this: unknown, ...rest: unknown[]) {
      reads++;
      return read.apply(this, rest);
    });
  }
  for (let place = 0; place < Number(input.max); place += 3) {
    input.value = String(place);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(resolve));
    drags++;
  }
  return { drags, reads };
}
