import { type Locator, type Page } from '@playwright/test';
import { button, expect, overflow, test } from './demo';

// The services of this page say no, and fail, because they are asked to.
test.use({ troubled: true });

const flip = async (page: Page, name: string) => page.getByRole('switch', { name }).click();
const news = (page: Page) => page.locator('.news');
const requests = (page: Page) => page.getByRole('list', { name: 'Requests' }).getByRole('listitem');
const route = (page: Page, text: string): Locator =>
  page.getByRole('list', { name: 'Routes' }).getByRole('listitem').filter({ hasText: text });
const signIn = async (page: Page, name: string) => {
  await page.getByRole('radio', { name }).click();
  await expect(page.locator('.who')).toContainText(`${name} is there`);
};
/** Hands a request to the gateway by the form. */
const send = async (page: Page, method: string, address: string) => {
  await page.locator('app-request-form').getByLabel('Method').selectOption(method);
  await page.getByLabel('Address').fill(address);
  await button(page, 'Send').click();
};
const count = async (locator: Locator) => Number(await locator.textContent());

test.describe('gateway', () => {
  test('renews a token once for all who need it, and sends each of them again', async ({
    demo,
    page,
  }) => {
    await demo.open('/gateway');
    await signIn(page, 'Anna');
    await button(page, 'Ask for the account ten times').click();
    await expect(page.locator('.given')).toHaveText('10');
    await expect(page.locator('.renewals')).toHaveText('0');
    await button(page, 'Let the token expire').click();
    await button(page, 'Ask for the account ten times').click();
    await expect(page.locator('.given')).toHaveText('20');
    await expect(page.locator('.renewals')).toHaveText('1');
    // Those that came after the renewal had the new token from the start.
    const refused = await count(page.locator('.unauthorized'));
    expect(refused).toBeGreaterThanOrEqual(1);
    expect(refused).toBeLessThanOrEqual(10);
    await expect(page.locator('.seen')).toHaveText('0');
    await expect(news(page)).toHaveText('GET /api/account: 10 × 200.');
  });

  test('tells that nobody is signed in, and that a token is not renewed', async ({
    demo,
    page,
  }) => {
    await demo.open('/gateway');
    await button(page, 'Ask for the account ten times').click();
    await expect(page.locator('.seen')).toHaveText('10');
    await expect(requests(page).first()).toContainText('Unauthorized: A token is required.');
    // What is refused here is never sent.
    await expect(page.locator('.unauthorized')).toHaveText('0');
    await signIn(page, 'Anna');
    await flip(page, 'Refresh fails');
    await button(page, 'Let the token expire').click();
    await send(page, 'GET', '/api/account');
    await expect(page.locator('.seen')).toHaveText('11');
    await expect(requests(page).first()).toContainText(
      'Unauthorized: The token could not be renewed.',
    );
    await flip(page, 'Refresh fails');
    // There is no other try at once.
    await expect(async () => {
      await send(page, 'GET', '/api/account');
      await expect(page.locator('.given')).not.toHaveText('0', { timeout: 1000 });
    }).toPass({ timeout: 30_000 });
  });

  test('lets only those in who have the role', async ({ demo, page }) => {
    await demo.open('/gateway');
    await signIn(page, 'Anna');
    await button(page, 'Read payments, as a clerk may').click();
    await expect(news(page)).toHaveText('GET /api/payments: 1 × 403.');
    await expect(requests(page).first()).toContainText('Forbidden');
    await signIn(page, 'Bert');
    await button(page, 'Read payments, as a clerk may').click();
    await expect(news(page)).toHaveText('GET /api/payments: 1 × 200.');
    expect(demo.calls.filter((call) => call.url().endsWith('/payments'))).toHaveLength(1);
  });

  test('refuses what is above a limit, and lets it through after the wait', async ({
    demo,
    page,
  }) => {
    await demo.open('/gateway');
    await button(page, 'Ask ten times').click();
    await expect(page.locator('.passed')).toHaveText('3');
    await expect(page.locator('.refused')).toHaveText('7');
    await expect(requests(page).filter({ hasText: 'Too Many Requests' })).toHaveCount(7);
    await expect(requests(page).filter({ hasText: /Again in \d/ })).toHaveCount(7);
    await expect(page.locator('.wait')).toHaveText('May be asked', { timeout: 20_000 });
    await button(page, 'Ask for a rate').click();
    await expect(page.locator('.passed')).toHaveText('4');
    await expect(page.locator('.refused')).toHaveText('7');
  });

  test('stands in for a service that is down, and tells the problem where it cannot', async ({
    demo,
    page,
  }) => {
    await demo.open('/gateway');
    await button(page, 'Read stock').click();
    await expect(page.locator('.stock')).toHaveText('200 by the service: 240 are free.');
    await flip(page, 'Inventory is down');
    await button(page, 'Read stock').click();
    await expect(page.locator('.stock')).toContainText('200 by the stand-in', { timeout: 20_000 });
    await expect(requests(page).first()).toContainText('Stand-in');
    await button(page, 'Reserve a mug').click();
    await expect(page.locator('.reserve')).toContainText('503');
    await flip(page, 'Inventory is down');
    // The breaker may be open for a while.
    await expect(async () => {
      await button(page, 'Reserve a mug').click();
      await expect(page.locator('.reserve')).toContainText('201 by the service', { timeout: 1500 });
    }).toPass({ timeout: 40_000 });
  });

  test('shares requests between two versions by a weight that changes at run time', async ({
    demo,
    page,
  }) => {
    await demo.open('/gateway');
    const slider = page.getByRole('slider', { name: 'Weight of v2' });
    for (let i = 0; i < 3; i++) await button(page, 'Ask for 20 orders').click();
    await expect(page.locator('app-share-bar')).toContainText('% are v2');
    await expect(async () => {
      const [v1, v2] = [await count(page.locator('.v1')), await count(page.locator('.v2'))];
      expect(v1 + v2).toBe(60);
      expect(v2).toBeGreaterThan(2);
      expect(v2).toBeLessThan(30);
    }).toPass();
    await slider.fill('100');
    await expect(page.locator('app-share-bar')).toContainText('None was sent');
    await expect(route(page, 'orders /orders/:id')).toHaveCount(0);
    await button(page, 'Ask for 20 orders').click();
    await expect(page.locator('.v2')).toHaveText('20');
    await expect(page.locator('.v1')).toHaveText('0');
    await slider.focus();
    await page.keyboard.press('Home');
    await expect(route(page, 'orders /v2/orders/:id')).toHaveCount(0);
    await button(page, 'Ask for 20 orders').click();
    await expect(page.locator('.v1')).toHaveText('20');
  });

  test('keeps a wish list for each user by himself', async ({ demo, page }) => {
    await demo.open('/gateway');
    const row = (name: string) => page.getByRole('row', { name });
    const read = async () => button(page, 'Read wish list').click();
    await read();
    await expect(page.locator('.answer')).toContainText('Unauthorized');
    await signIn(page, 'Anna');
    await read();
    await expect(page.locator('.answer')).toContainText('Anna, edition 1: Desk lamp');
    await read();
    await expect(row('Anna').getByRole('cell')).toHaveText(['1', '1']);
    await signIn(page, 'Bert');
    await read();
    await expect(page.locator('.answer')).toContainText('Bert, edition 1: Reading chair');
    await expect(row('Bert').getByRole('cell')).toHaveText(['1', '0']);
    await expect(row('Anna').getByRole('cell')).toHaveText(['1', '1']);
    // It is old after a while, and read anew.
    await expect(async () => {
      await read();
      await expect(page.locator('.answer')).toContainText('edition 2', { timeout: 1000 });
    }).toPass({ timeout: 40_000, intervals: [4000] });
  });

  test('changes its table at run time, and refuses one that cannot be used', async ({
    demo,
    page,
  }) => {
    await demo.open('/gateway');
    const form = page.locator('app-route-form');
    await send(page, 'GET', '/api/customers/4');
    await expect(news(page)).toHaveText('GET /api/customers/4: 1 × 404.');
    await button(page, 'Add route').click();
    await expect(route(page, '/api/customers/:id')).toHaveCount(1);
    await button(page, 'Send').click();
    await expect(news(page)).toHaveText('GET /api/customers/4: 1 × 200.');
    await expect(route(page, '/api/customers/:id').locator('.requests')).toHaveText('1');

    // The same once more is none.
    await button(page, 'Add route').click();
    const problems = page.getByRole('list', { name: 'What is wrong with the table' });
    await expect(problems).toContainText('routes[9].path: routes[8] takes the same requests');
    await expect(route(page, '/api/customers/:id')).toHaveCount(1);
    await button(page, 'Try a bad table').click();
    await expect(problems.getByRole('listitem')).toHaveCount(2);
    await button(page, 'Send').click();
    await expect(route(page, '/api/customers/:id').locator('.requests')).toHaveText('2');

    await route(page, '/api/customers/:id')
      .getByRole('button', { name: /^Change/ })
      .click();
    await form.getByLabel('Path below /api').fill('/people/:id');
    await button(page, 'Save route').click();
    await expect(problems).toHaveCount(0);
    await send(page, 'GET', '/api/people/4');
    await expect(news(page)).toHaveText('GET /api/people/4: 1 × 200.');
    await route(page, '/api/people/:id')
      .getByRole('button', { name: /^Remove/ })
      .click();
    await expect(route(page, '/api/people/:id')).toHaveCount(0);
    await button(page, 'Send').click();
    await expect(news(page)).toHaveText('GET /api/people/4: 1 × 404.');
  });

  test('refuses paths that climb, paths that nobody has, and wrong methods', async ({
    demo,
    page,
  }) => {
    await demo.open('/gateway');
    for (const [choice, status, problem] of [
      ['A path that climbs', 400, 'Bad Request'],
      ['A path that nobody has', 404, 'Not Found'],
      ['A wrong method', 405, 'Method Not Allowed: The route takes GET'],
    ] as const) {
      await page.getByLabel('Request', { exact: true }).selectOption(choice);
      await button(page, 'Send').click();
      await expect(news(page)).toContainText(`1 × ${status}.`);
      await expect(requests(page).first()).toContainText(problem);
      await expect(requests(page).first()).toContainText('Gateway');
    }
    expect(demo.calls).toHaveLength(0);
  });

  test('fits a narrow window, with all that can be told', async ({ demo, page }) => {
    await demo.open('/gateway');
    await button(page, 'Ask ten times').click();
    await button(page, 'Read wish list').click();
    await button(page, 'Try a bad table').click();
    await send(page, 'GET', `/api/${'long'.repeat(30)}`);
    await expect(requests(page).first()).toContainText('Not Found');
    for (const width of [1280, 1000, 680, 360]) {
      await page.setViewportSize({ width, height: 740 });
      await expect.poll(async () => overflow(page), String(width)).toBe(0);
      await expect(page.getByRole('link', { name: 'Gateway', exact: true })).toBeInViewport({
        ratio: 1,
      });
    }
  });
});
