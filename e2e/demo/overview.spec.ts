import AxeBuilder from '@axe-core/playwright';
import { type Locator, type Page } from '@playwright/test';
import { button, expect, kill, overflow, test } from './demo';

const tile = (page: Page, label: string) =>
  page.locator('app-stat-tile').filter({ hasText: label }).locator('.value');
const hint = (page: Page, label: string) =>
  page.locator('app-stat-tile').filter({ hasText: label }).locator('.hint');
/** A part of the page, brought into view: what is in it is loaded then. */
const part = async (page: Page, name: string): Promise<Locator> => {
  const region = page.getByRole('region', { name, exact: true });
  await region.scrollIntoViewIfNeeded();
  return region;
};
const PARTS = [
  ['Rate, errors, durations', 'app-red-panel'],
  ['Error budgets', 'app-slo-panel'],
  ['Alerts', 'app-alert-panel'],
  ['Latest traces', 'app-trace-panel'],
  ['Events', 'app-event-panel'],
] as const;
const rate = async (page: Page) => Number(await tile(page, 'Calls a second').textContent());

test.describe('overview', () => {
  test('is where the demo opens', async ({ demo, page }) => {
    await demo.open('/');
    await expect(page).toHaveURL(/\/overview/);
    await expect(page).toHaveTitle('Overview · rx-mesh demo');
    await expect(page.getByRole('alert')).toHaveCount(0);
    const services = page.getByRole('region', { name: 'Services', exact: true });
    await expect(services.getByRole('heading', { level: 2 })).toHaveText([
      'Mesh',
      'orders',
      'inventory',
      'payments',
      'users',
      'rates',
    ]);
  });

  test('is alive: the numbers move while there is traffic, and nothing jumps', async ({
    demo,
    page,
  }) => {
    await demo.open('/overview');
    await expect.poll(() => rate(page)).toBeGreaterThan(2);
    await expect(tile(page, 'Succeeded')).toHaveText('100 %');
    await expect(tile(page, '95th percentile')).toHaveText(/^[\d.]+ m?s$/);
    const seen = new Set<string | null>();
    await expect
      .poll(async () => seen.add(await hint(page, 'Calls a second').textContent()).size)
      .toBeGreaterThan(3);
    const shifted = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as unknown as Shift).value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 1500);
        }),
    );
    expect(shifted).toBeLessThan(0.02);
  });

  test('makes traffic only while it is open', async ({ demo, page }) => {
    await demo.open('/overview');
    await expect.poll(() => demo.calls.length).toBeGreaterThan(5);
    await page.getByRole('link', { name: 'Communication' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Communication');
    const before = demo.calls.length;
    await page.waitForTimeout(1500);
    expect(demo.calls).toHaveLength(before);
    await page.getByRole('link', { name: 'Overview' }).click();
    await expect.poll(() => demo.calls.length).toBeGreaterThan(before);
  });

  test('pauses the traffic', async ({ demo, page }) => {
    await demo.open('/overview');
    await button(page, 'Pause traffic').click();
    await page.waitForTimeout(500);
    const before = demo.calls.length;
    await page.waitForTimeout(1500);
    expect(demo.calls).toHaveLength(before);
    await button(page, 'Start traffic').click();
    await expect.poll(() => demo.calls.length).toBeGreaterThan(before);
  });

  test('loads what is further down when it comes into view, in the room that it had', async ({
    demo,
    page,
  }) => {
    await demo.open('/overview');
    // One after the other, from the top: what is below has not been seen yet.
    for (const [name, panel] of PARTS) {
      const region = page.getByRole('region', { name, exact: true });
      const room = (await region.boundingBox())?.height ?? 0;
      await part(page, name);
      await expect(region.locator(panel)).toBeVisible();
      await expect.poll(async () => (await region.boundingBox())?.height).toBeCloseTo(room, -1);
    }
  });

  test('draws rate, errors and durations, and says how much of each budget is left', async ({
    demo,
    page,
  }) => {
    await demo.open('/overview');
    const red = await part(page, 'Rate, errors, durations');
    await expect(red.locator('canvas')).toHaveCount(3);
    await expect(red.getByRole('img', { name: /^Rate over .*orders: now \d/ })).toBeVisible();
    await expect(red.getByRole('img', { name: /^Errors .*orders: now 0 %/ })).toBeVisible();
    await red.getByRole('button', { name: 'users' }).click();
    await expect(red.locator('figcaption').last()).toHaveText(/of users/);

    const budgets = await part(page, 'Error budgets');
    const orders = budgets.getByRole('article', { name: 'Latency of orders' });
    await expect(orders).toContainText('Healthy', { timeout: 20_000 });
    await expect(orders.getByRole('meter')).toHaveAttribute('aria-valuenow', /^\d+$/);

    const alerts = await part(page, 'Alerts');
    await expect(alerts.getByRole('status')).toHaveText('No alert is firing');
  });

  test('links the latest traces to all of them', async ({ demo, page }) => {
    await demo.open('/overview');
    const traces = await part(page, 'Latest traces');
    await expect(traces.locator('li a')).toHaveCount(5);
    await expect(traces.locator('li').first().locator('.bar')).not.toHaveCount(0);
    await button(page, 'Pause traffic').click();
    const link = traces.locator('li a').nth(1);
    await link.focus();
    const name = (await link.locator('strong').textContent()) ?? '';
    const id = /trace=([0-9a-f]{32})/.exec((await link.getAttribute('href')) ?? '')?.[1] ?? '';
    await link.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/tracing\\?.*trace=${id}`));
    await expect(page.locator('#trace-heading')).toHaveText(name);
    await expect(page.getByRole('listbox').getByRole('option', { selected: true })).toContainText(
      id.slice(0, 8),
    );
  });

  test('follows the events of the shop', async ({ demo, page }) => {
    await demo.open('/overview');
    const events = await part(page, 'Events');
    await expect(events).toContainText('No event yet: place an order on the Shop page.');
    await events.getByRole('link', { name: 'More of what happened' }).click();
    await button(page, 'Place an order').click();
    await expect(page.getByRole('row', { name: /OrderPlaced/ })).toBeVisible();
    await page.getByRole('link', { name: 'Overview' }).click();
    const again = await part(page, 'Events');
    await expect(again.getByRole('row', { name: /OrderPlaced/ })).toBeVisible();
  });

  test('lets calls flow, but not for those who want no motion', async ({ demo, page }) => {
    await demo.open('/overview');
    const flowing = async () =>
      page.evaluate(
        () =>
          document
            .getAnimations()
            .filter((one) => one instanceof CSSAnimation && one.playState === 'running').length,
      );
    await expect.poll(flowing).toBeGreaterThanOrEqual(4);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(flowing).toBe(0);
    await expect(page.locator('app-service-map .flow')).not.toHaveCount(0);
  });

  test('fits a small window, has no violation, and fits every colour scheme', async ({
    demo,
    page,
  }) => {
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
    await demo.open('/overview');
    await page.setViewportSize({ width: 400, height: 800 });
    for (const [name, panel] of PARTS) {
      await expect((await part(page, name)).locator(panel)).toBeVisible();
    }
    expect(await overflow(page)).toBe(0);
    await expect(page.locator('app-trace-panel li a')).toHaveCount(5);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme });
      // A colour on its way to another one is neither, and a fault is still there at the next look.
      await expect(async () => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html }) => `${id}: ${html}`),
        );
        expect(found, colorScheme).toEqual([]);
      }).toPass({ timeout: 15_000 });
    }
  });

  test.describe('in trouble', () => {
    test.use({ troubled: true });

    test('tells of an alert', async ({ demo, page }) => {
      await demo.open('/overview');
      await kill(page, 'payments-1', 'payments-2');
      const alerts = await part(page, 'Alerts');
      await expect(alerts.getByRole('status')).toHaveText(/^[1-9] alerts? (?:is|are) firing/, {
        timeout: 30_000,
      });
      await expect(alerts.getByRole('listitem').first()).toContainText(/Firing.*payments/s);
    });

    test('goes round a dead instance, so that nobody notices', async ({ demo, page }) => {
      await demo.open('/overview');
      await kill(page, 'users-1');
      await expect(hint(page, 'Succeeded')).toHaveText(/^[1-9]\d* needed a retry$/);
      await expect(tile(page, 'Succeeded')).toHaveText('100 %');
      await expect(tile(page, 'Open breakers')).toHaveText('0');
    });

    test('opens the breaker of a dead service, and closes it when it is back', async ({
      demo,
      page,
    }) => {
      await demo.open('/overview');
      const orders = page.getByRole('article', { name: 'orders', exact: true });
      await kill(page, 'orders-1', 'orders-2', 'orders-3');
      await expect(orders.locator('app-state-badge')).toHaveText('Open');
      await expect(hint(page, 'Open breakers')).toHaveText('orders');
      await expect(page.locator('p[role=status]')).toHaveText(/^The breaker of orders is /);
      for (const id of [1, 2, 3]) await button(page, `Revive orders-${id}`).click();
      await expect(orders.locator('app-state-badge')).toHaveText('Closed', { timeout: 30_000 });
      await expect(tile(page, 'Open breakers')).toHaveText('0');
    });
  });
});

/** What the type of the platform's own entry lacks. */
interface Shift {
  readonly value: number;
}
