// What a visitor of the pages sees, in the Chromium of the machine.
import { chromium } from '@playwright/test';
import assert from 'node:assert/strict';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** The demo answers its own calls. */
export async function seeDemo(url) {
  return inBrowser(async (page) => {
    await page.goto(url);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ timeout: 60_000 });
    const tiles = page.getByLabel('All calls of the last minute');
    await tiles.getByText(/^[1-9]\d* in the last minute$/).waitFor({ timeout: 30_000 });
    return 'the overview shows calls';
  });
}

/**
 * The new application makes one call, which fails once: it is tried again, in the same trace.
 *
 * @param service Its base URL. Nobody in the world has it: the browser answers for it.
 */
export async function seeCall(url, service) {
  return inBrowser(async (page) => {
    const tries = [];
    await page.route(`${service}/**`, async (route) => {
      const { traceparent } = await route.request().allHeaders();
      const status = tries.length ? 200 : 503;
      tries.push({ traceparent, status });
      const headers = { 'access-control-allow-origin': '*' };
      await route.fulfill({ status, headers, json: { item: 'a teapot' } });
    });
    await page.goto(url);
    await page.getByText('a teapot').waitFor({ timeout: 60_000 });
    const ids = tries.map(({ traceparent }) =>
      /^00-([0-9a-f]{32})-([0-9a-f]{16})-0[13]$/.exec(traceparent ?? ''),
    );
    assert.deepEqual(
      tries.map(({ status }) => status),
      [503, 200],
    );
    assert.ok(ids.every(Boolean), JSON.stringify(tries));
    assert.equal(ids[0][1], ids[1][1]);
    assert.notEqual(ids[0][2], ids[1][2]);
    return `503, then 200, both of trace ${ids[0][1]}`;
  });
}

async function inBrowser(work) {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    const seen = await work(page);
    assert.deepEqual(errors, []);
    return seen;
  } finally {
    await browser.close();
  }
}
