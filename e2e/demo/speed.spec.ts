import { type Page } from '@playwright/test';
import { expect, test } from './demo';

const PACE = 50; // calls a second
const WINDOW = 8000; // milliseconds
const LONGEST = 100; // milliseconds
const WINDOWS = 2;

/** How long each long task took that began within the window, in milliseconds: whatever takes at least 50. */
async function longTasks(page: Page): Promise<readonly number[]> {
  return page.evaluate(
    async (window) =>
      new Promise<readonly number[]>((resolve) => {
        const tasks: number[] = [];
        const observer = new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
        });
        observer.observe({ type: 'longtask', buffered: false });
        setTimeout(() => {
          observer.disconnect();
          resolve(tasks);
        }, window);
      }),
    WINDOW,
  );
}

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

  test('fifty calls a second hold up nobody', async ({ demo, page }) => {
    await demo.open('/overview');
    const pace = page.getByRole('slider', { name: 'Calls a second' });
    await pace.fill(String(PACE));
    await expect(page.locator('app-traffic-controls .pace')).toHaveText(`${PACE} calls / s`);
    // Settled: the code is compiled, and the pace has changed. A busy machine gets no further than this.
    const rate = page.locator('app-stat-tile').filter({ hasText: 'Calls a second' });
    await expect
      .poll(async () => Number(await rate.locator('.value').textContent()), { timeout: 20_000 })
      .toBeGreaterThan(PACE / 3);
    // The better of two windows: whoever shares the machine of a build takes the processor away for longer than this now
    // and then, which the browser cannot tell from work of the page. What the page does itself, it does in both.
    const windows: (readonly number[])[] = [];
    const before = demo.calls.length;
    while (windows.length < WINDOWS && !windows.some((tasks) => worst(tasks) <= LONGEST)) {
      windows.push(await longTasks(page));
    }
    const report = windows.map((tasks) => `[${tasks.join(', ')}]`).join(' and ');
    const calls = `${demo.calls.length - before} calls in ${windows.length} windows`;
    expect(
      Math.min(...windows.map(worst)),
      `long tasks, in ms: ${report}; ${calls}`,
    ).toBeLessThanOrEqual(LONGEST);
  });
});

function worst(tasks: readonly number[]): number {
  return Math.max(0, ...tasks);
}

/** What the type of the platform's own entry lacks. */
interface Shift {
  readonly value: number;
  readonly hadRecentInput: boolean;
}
