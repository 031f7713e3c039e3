import { type Page } from '@playwright/test';
import { MESH, PARTNER, breaker, button, calls, expect, kill, originOf, test } from './demo';

const traceOf = (traceparent: string | undefined) => traceparent?.split('-')[1];
const choose = (page: Page, service: string) =>
  page.getByLabel('Service', { exact: true }).selectOption(service);

test.describe('communication', () => {
  test('sends a call and shows what became of it', async ({ demo, page }) => {
    await demo.open('/communication');
    await expect(page.getByText('No calls yet.')).toBeVisible();
    await page.getByLabel('Operation').selectOption('POST /orders');
    await button(page, 'Send one call').click();
    const call = calls(page).first();
    await expect(call).toContainText('Succeeded');
    await expect(call).toContainText('POST /orders');
    await expect(call.locator('.attempts > li')).toHaveText(/orders-\d · 201 · \d+ ms/);
    const [request] = demo.calls;
    expect(request?.headers()['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    await expect(page.getByRole('row', { name: /^orders POST \/orders/ })).toContainText('1');
  });

  test('tells its own machines the trace of a call, and the partner nothing', async ({
    demo,
    page,
  }) => {
    await demo.open('/communication');
    for (const service of ['orders', 'inventory', 'payments', 'users', 'rates']) {
      await choose(page, service);
      await button(page, 'Send one call').click();
    }
    await expect(calls(page).filter({ hasText: 'Succeeded' })).toHaveCount(5);
    const own = demo.calls.filter((request) => MESH.test(originOf(request.url())));
    const partner = demo.calls.filter((request) => originOf(request.url()) === PARTNER);
    expect([own.length, partner.length]).toEqual([4, 1]);
    const headers = own.map((request) => request.headers().traceparent);
    for (const header of headers) expect(header).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]$/);
    const shown = await page.locator('.trace .mono').allTextContents();
    expect(new Set(shown).size).toBe(5);
    for (const header of headers) expect(shown).toContain(traceOf(header));
    for (const name of Object.keys(partner[0]?.headers() ?? {})) {
      expect(['traceparent', 'tracestate', 'baggage']).not.toContain(name);
    }
  });

  test('holds a breaker open by hand', async ({ demo, page }) => {
    await demo.open('/communication');
    await button(page, 'Isolate orders').click();
    await expect(breaker(page, 'orders')).toContainText('Isolated');
    await button(page, 'Send one call').click();
    await expect(calls(page).first()).toContainText('breaker isolated');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: 'Communication' }).click();
    await button(page, 'Release orders').click();
    await expect(breaker(page, 'orders')).toContainText('Closed');
  });

  test.describe('in trouble', () => {
    test.use({ troubled: true });

    test('shows each attempt of a call; all of them belong to one trace', async ({
      demo,
      page,
    }) => {
      await demo.open('/communication');
      await kill(page, 'orders-2');
      for (let i = 0; i < 3; i++) await button(page, 'Send one call').click();
      await expect(calls(page).filter({ hasText: 'Succeeded' })).toHaveCount(3);
      const retried = calls(page).filter({ hasText: 'retry after' }).first();
      await expect(retried.locator('.attempts > li')).toHaveText([
        /orders-2 · unreachable/,
        /retry after/,
        /orders-\d · 200/,
      ]);
      const trace = await retried.locator('.trace .mono').textContent();
      const requests = demo.calls.filter(
        (request) => traceOf(request.headers().traceparent) === trace,
      );
      expect(requests.map((request) => originOf(request.url()))).toHaveLength(2);
      const spans = requests.map((request) => request.headers().traceparent?.split('-')[2]);
      expect(new Set(spans).size).toBe(2);
    });

    test('storms a dead service: its breaker opens, and heals when it is back', async ({
      demo,
      page,
    }) => {
      await demo.open('/communication');
      await kill(page, 'orders-1', 'orders-2', 'orders-3');
      await button(page, 'Storm').click();
      const card = breaker(page, 'orders');
      await expect(card).toContainText('Open');
      const left = card.locator('.sentence');
      await expect(left).toHaveText(/Lets a probe in after \d\.\d s\.$/);
      const first = await left.textContent();
      await expect(left).not.toHaveText(first ?? '');
      await expect(calls(page).first()).toContainText('breaker open');
      const sent = demo.calls.length;
      await button(page, 'Send one call').click();
      await expect(calls(page).first()).toContainText('Rejected');
      expect(demo.calls).toHaveLength(sent);

      await button(page, 'Reset all services').click();
      await expect(async () => {
        await button(page, 'Send one call').click();
        await expect(card).toContainText('Closed', { timeout: 500 });
      }).toPass({ timeout: 20_000 });
      await button(page, 'Send one call').click();
      await expect(calls(page).first()).toContainText('Succeeded');
      await expect(
        page.getByRole('group', { name: 'Calls by service' }).getByRole('row').nth(1),
      ).toHaveText(/orders\s*[1-9]/);
    });

    test('answers from a stand-in when that is wanted', async ({ demo, page }) => {
      await demo.open('/communication');
      await choose(page, 'users');
      await kill(page, 'users-1', 'users-2');
      await page.getByRole('switch', { name: 'Fall back to a stand-in answer' }).click();
      await button(page, 'Send one call').click();
      await expect(calls(page).first()).toContainText('Fell back');
      await expect(calls(page).first()).toContainText('All 3 attempts failed');
    });

    test('repeats a run from its seed', async ({ demo, page }) => {
      const fates = async () => {
        await demo.open('/communication');
        await choose(page, 'rates');
        await page.getByLabel('Error rate').fill('50');
        for (let i = 0; i < 6; i++) {
          await button(page, 'Send one call').click();
          await expect(calls(page)).toHaveCount(i + 1);
          await expect(page.locator('.call[data-outcome=running]')).toHaveCount(0);
        }
        return page
          .locator('.attempts > li[data-outcome]')
          .evaluateAll((attempts) =>
            attempts.map((attempt) => attempt.getAttribute('data-outcome')),
          );
      };
      const once = await fates();
      expect(once).toContain('failed');
      expect(await fates()).toEqual(once);
    });
  });
});
