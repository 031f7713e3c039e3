// Opens the production build of the consumer in the Chromium of the machine.
import { chromium } from '@playwright/test';
import { existsSync } from 'node:fs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** @returns What was seen. Throws when the page is not as it must be. */
export async function openInBrowser(shop) {
  if (!existsSync(executablePath)) {
    if (process.env.CI)
      throw new Error(`[consumer-browser] There is no Chromium at ${executablePath}.`);
    return `skipped, there is no ${executablePath} (set CHROMIUM)`;
  }
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(shop.origin);
    await page
      .getByText('a teapot')
      .waitFor({ timeout: 10_000 })
      .catch(() => undefined);
    const answer = await page.locator('#answer').textContent();
    const measured = await page.locator('#measured').textContent();
    if (answer !== 'a teapot') errors.push(`the answer is "${answer}"`);
    if (!/^1 .*\/api\/orders\/:id/.test(measured ?? '')) errors.push(`measured is "${measured}"`);
    if (errors.length) throw new Error(`[consumer-browser] ${errors.join('\n')}`);
    return `answered, measured (${measured})`;
  } finally {
    await browser.close();
  }
}
