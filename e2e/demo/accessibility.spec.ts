import AxeBuilder from '@axe-core/playwright';
import { breaker, button, calls, expect, kill, overflow, test } from './demo';

const PAGES = [
  '/overview',
  '/shop',
  '/communication',
  '/mesh',
  '/policies',
  '/tracing',
  '/metrics',
  '/events',
  '/sagas',
  '/cqrs',
  '/caching',
  '/gateway',
  '/tabs',
];

test.describe('accessibility', () => {
  test.use({ troubled: true });

  for (const path of PAGES) {
    test(`${path} has no violation, be it light or dark`, async ({ demo, page }) => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await demo.open(path);
      // Every tone at once: calls that succeeded, failed, were tried again and turned away.
      if (path === '/communication') {
        await kill(page, 'orders-1');
        for (let i = 0; i < 3; i++) await button(page, 'Send one call').click();
        await expect(calls(page).filter({ hasText: 'Succeeded' })).toHaveCount(3);
        await kill(page, 'orders-2', 'orders-3');
        await button(page, 'Storm').click();
        await button(page, 'Isolate users').click();
        await expect(breaker(page, 'orders')).toContainText('Open');
      } else if (path === '/policies') {
        await button(page, 'Run all').click();
        await expect(page.locator('[data-mark=refused]').nth(3)).toBeVisible();
        // A button on its way from disabled to enabled is of neither colour.
        await expect(page.locator('article button:disabled')).toHaveCount(0);
      } else if (path === '/tracing') {
        // Every state of a span but a time-out, a receiver that is down, and a span in full.
        await button(page, 'Carry along').click();
        await button(page, 'Load the dashboard').click();
        await button(page, 'Slow report').click();
        await button(page, 'Check out').click();
        await expect(page.locator('.trace app-span-badge').first()).toHaveText('Recovered');
        await page.getByRole('switch', { name: 'Jaeger is down' }).click();
        await button(page, 'Send now').click();
        await expect(page.getByRole('article', { name: 'Jaeger' })).toContainText('Waits');
        await page.getByRole('treeitem', { name: /^Failed: POST/ }).click();
      } else if (path === '/metrics') {
        // Every state of an alert but one that is over, a silence, and budgets that burn.
        await button(page, 'Break payments').click();
        const alerts = page.getByRole('list', { name: 'Alerts that are pending or firing' });
        await expect(alerts).toContainText('Pending');
        await expect(alerts).toContainText('Firing');
        await button(page, 'Slow orders down').click();
        await alerts.getByRole('button', { name: /^Silence for 1 min: BreakerOpen/ }).click();
        await expect(alerts).toContainText('Silenced until');
        await expect(page.locator('app-time-chart canvas')).toHaveCount(3);
        await button(page, 'Pause traffic').click();
      } else if (path === '/events') {
        // Orders in every state, now and while somebody looks back.
        await button(page, 'Place 20').click();
        await page
          .getByRole('button', { name: /^Cancel order/ })
          .first()
          .click();
        await expect(page.locator('app-tone-badge[data-tone=bad]')).toHaveCount(1);
        await page.getByRole('slider', { name: 'Replay' }).fill('12');
        await expect(page.getByText('Looking back')).toBeVisible();
      } else if (path === '/sagas') {
        // One that was undone, one that is paused, and one on its way.
        await page.getByLabel('Which step fails').selectOption('courier');
        await button(page, 'Place order').click();
        await expect(page.locator('.saga > header app-tone-badge')).toHaveText('Undone');
        await button(page, 'Place order').click();
        await button(page, 'Pause').click();
        await expect(page.locator('.saga > header app-tone-badge')).toHaveText('Paused');
        await page.getByRole('listbox').getByRole('option').last().click();
      } else if (path === '/cqrs') {
        // One that was refused, one behind it, one that waits for the network, and a read model that is behind.
        await page.getByRole('switch', { name: 'Pause projector' }).click();
        await button(page, 'Place order').click();
        await expect(page.getByText('Accepted', { exact: true }).last()).toBeVisible();
        await page.getByLabel('Item', { exact: true }).selectOption('Vinyl record');
        await button(page, 'Place order').click();
        await expect(page.getByText('Refused', { exact: true })).toBeVisible();
        await button(page, 'Place order').click();
        await expect(page.getByText('Held back', { exact: true })).toBeVisible();
        await page.getByRole('switch', { name: 'Offline' }).click();
        await page.getByLabel('Customer', { exact: true }).selectOption('Grace');
        await button(page, 'Place order').click();
        await expect(page.getByText('Waits', { exact: true })).toBeVisible();
      } else if (path === '/caching') {
        // A value of each kind: fresh, of before, of the second level, written, not loaded; a level that is down; a price that waits.
        const products = page.getByRole('list', { name: 'Products' });
        await expect(products.getByText('Loaded', { exact: true })).toHaveCount(8);
        await page.reload();
        await expect(products.getByText('From the second level')).toHaveCount(8);
        await button(page, 'Read 100 times').click();
        await expect(page.locator('.rush .answered')).toHaveText('100');
        await page.getByRole('switch', { name: 'Source is down' }).click();
        await page.getByRole('switch', { name: 'Second level is down' }).click();
        await button(page, 'Read Cushion').click();
        await button(page, 'Invalidate Iron pan').click();
        await button(page, 'Read Iron pan').click();
        await expect(products.getByText('Not loaded')).toBeVisible();
        await button(page, 'Change').click();
        await expect(page.getByText('Waits', { exact: true })).toBeVisible();
        await expect(products.getByText(/^Stale/).first()).toBeVisible({ timeout: 25_000 });
        await button(page, 'Read all').click();
        await expect(products.getByText('From the page, stale').first()).toBeVisible();
      } else if (path === '/gateway') {
        // An answer of each kind: of the service, the cache, a stand-in, shared, refused; a wait, and a table that is none.
        await page.getByRole('radio', { name: 'Anna' }).click();
        await expect(page.locator('.who')).toContainText('Anna is there');
        await button(page, 'Read wish list').click();
        await expect(page.locator('.answer')).toContainText('edition 1');
        await button(page, 'Read wish list').click();
        await button(page, 'Ask for 20 orders').click();
        await page.getByRole('switch', { name: 'Inventory is down' }).click();
        await button(page, 'Read stock').click();
        await expect(page.locator('.stock')).toContainText('stand-in', { timeout: 20_000 });
        await button(page, 'Reserve a mug').click();
        await expect(page.locator('.reserve')).toContainText('503');
        await button(page, 'Try a bad table').click();
        await button(page, 'Ask ten times').click();
        await expect(page.locator('.refused')).toHaveText('7');
      } else if (path === '/shop') {
        // A purchase that is confirmed, with all that the layers tell of it.
        await page.getByRole('radio', { name: 'Anna' }).click();
        await button(page, 'Buy Stoneware mug').click();
        await expect(page.getByRole('list', { name: 'Orders' })).toContainText('confirmed');
      } else if (path === '/tabs') {
        // A note that was given up, and one that was acknowledged.
        await button(page, 'Tell all').click();
        await expect(page.getByText(/: acknowledged$/)).toBeVisible();
        await page.getByRole('switch').click();
        await button(page, 'Tell all').click();
        await expect(page.getByText(/: gave up$/)).toBeVisible();
      } else if (path === '/mesh') {
        await kill(page, 'orders-1');
        await button(page, 'Drain users-1').click();
        await expect(page.locator('.badge[data-tone=held]')).toHaveCount(1);
        await expect(page.locator('.badge[data-tone=bad]')).toHaveCount(1, { timeout: 20_000 });
        await button(page, 'Pause traffic').click();
      } else {
        await kill(page, 'orders-1', 'payments-1', 'payments-2');
        await expect(page.locator('app-state-badge[data-state=open]')).toHaveCount(1);
        await button(page, 'Pause traffic').click();
      }
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        // A colour on its way to another one is neither.
        await page.evaluate(async () =>
          Promise.allSettled(document.getAnimations().map(async ({ finished }) => finished)),
        );
        // What turns from one state to the next while axe looks is half of each. A fault is still there at the next look.
        await expect(async () => {
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary ?? ''}`),
          );
          expect(found, `${colorScheme}: ${found.join(' ')}`).toEqual([]);
        }).toPass({ timeout: 10_000 });
      }
    });
  }

  test('the keyboard reaches the content at once, and every button', async ({ demo, page }) => {
    await demo.open('/overview');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    const target = button(page, 'Kill orders-1');
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      if (await target.evaluate((one) => one === document.activeElement)) break;
    }
    await expect(target).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(button(page, 'Revive orders-1')).toBeFocused();
    await page.keyboard.press('Space');
    await expect(target).toBeFocused();
  });

  test('to go to another page takes the keyboard along', async ({ demo, page }) => {
    await demo.open('/overview');
    await page.getByRole('link', { name: 'Communication' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    await expect(page).toHaveURL(/\/communication\?seed=7$/);
  });

  test('the colours are chosen by hand and remembered', async ({ demo, page }) => {
    await demo.open('/overview');
    await button(page, 'Colours: system. Switch to light.').click();
    await button(page, 'Colours: light. Switch to dark.').click();
    await page.reload();
    await expect(button(page, 'Colours: dark. Switch to system.')).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('data-scheme', 'dark');
  });

  test('nothing sticks out of a narrow window', async ({ demo, page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of PAGES) {
      await demo.open(path);
      expect(await overflow(page), path).toBe(0);
    }
    await demo.open('/communication');
    await kill(page, 'orders-1', 'orders-2', 'orders-3');
    await button(page, 'Storm').click();
    await expect(calls(page).first()).toContainText('breaker open');
    expect(await overflow(page)).toBe(0);
  });
});
