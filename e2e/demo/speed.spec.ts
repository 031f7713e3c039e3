import type { Page } from '@playwright/test';
import { expect, test } from './demo';
import { tasksOf } from './tasks';

const PACE = 50; // calls a second
const WINDOW = 8000; // milliseconds
const LONGEST = 100; // milliseconds

/** How far things have moved by themselves since the page was opened. */
async function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    async () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as unknown as readonly Shift[]) {
            if (!entry.hadRecentInput) sum += entry.value;
          }
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(sum), 1000);
      }),
  );
}

test.describe('speed', () => {
  test('nothing jumps while the overview is loaded', async ({ demo, page }) => {
    await demo.open('/overview');
    await expect.poll(() => demo.calls.length).toBeGreaterThan(10);
    expect(await layoutShift(page)).toBeLessThan(0.1);
  });

  test('fifty calls a second hold up nobody', async ({ browser, demo, page }) => {
    await demo.open('/overview');
    const pace = page.getByRole('slider', { name: 'Calls a second' });
    await pace.fill(String(PACE));
    await expect(page.locator('app-traffic-controls .pace')).toHaveText(`${PACE} calls / s`);
    // Settled: the code is compiled, and the pace has changed. A busy machine gets no further than this.
    const rate = page.locator('app-stat-tile').filter({ hasText: 'Calls a second' });
    await expect
      .poll(async () => Number(await rate.locator('.value').textContent()), { timeout: 20_000 })
      .toBeGreaterThan(PACE / 3);
    const before = demo.calls.length;
    const tasks = await tasksOf(browser, page, () => page.waitForTimeout(WINDOW));
    expect(tasks.length).toBeGreaterThan(200);
    const long = tasks.filter((task) => task > LONGEST / 2);
    expect(
      Math.max(...tasks),
      `ms of the longest: ${long.join(', ')}; ${demo.calls.length - before} calls meanwhile`,
    ).toBeLessThanOrEqual(LONGEST);
  });
});

/** What the type of the platform's own entry lacks. */
interface Shift {
  readonly value: number;
  readonly hadRecentInput: boolean;
}
