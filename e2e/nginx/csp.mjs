// The built demo under the Content-Security-Policy of the guide, in Chromium: nothing of Angular or rx-mesh needs eval.
import { chromium } from '@playwright/test';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld } from './world.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const BUILT = 'dist/demo-app/browser';
/** Where the services of the demo are, which its service worker answers for. */
const SERVICES = 'https://*.mesh.example';
const PAGES = ['/', '/gateway', '/caching', '/tracing'];

/** @returns What was seen. Throws where the policy was violated. */
export async function openUnderCsp(nginx) {
  if (!existsSync(executablePath)) return `skipped, there is no ${executablePath} (set CHROMIUM)`;
  if (!existsSync(BUILT)) return `skipped, there is no ${BUILT} (npm run build:demo)`;
  const site = mkdtempSync(join(tmpdir(), 'rx-mesh-csp-'));
  cpSync(BUILT, site, { recursive: true });
  const file = join(site, 'index.html');
  // As the Angular CLI writes it with `inlineCritical: false`, for `<app-root ngCspNonce="CSP_NONCE">`.
  const index = readFileSync(file, 'utf8')
    .replace('<app-root', '<app-root ngCspNonce="CSP_NONCE"')
    .replaceAll(/<style>[^]*?<\/style>|<script>[^]*?<\/script>/g, '')
    .replaceAll(' media="print"', '');
  writeFileSync(file, index);
  const world = await startWorld({ nginx, site, connect: SERVICES });
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    const problems = [];
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(String(error)));
    for (const path of PAGES) {
      await page.goto(`http://127.0.0.1:${world.ports['same-origin']}${path}`);
      await page.locator('h1').first().waitFor({ timeout: 10_000 });
    }
    if (problems.length) throw new Error(problems.join('\n'));
    // A text that a timer runs is eval, too; what a debugger evaluates itself is not held to the policy.
    const refused = await page.evaluate(
      () =>
        new Promise((done) => {
          globalThis.addEventListener('securitypolicyviolation', ({ blockedURI }) =>
            done(blockedURI),
          );
          globalThis.setTimeout('globalThis.ran = true');
          globalThis.setTimeout(() => done('allowed'), 1000);
        }),
    );
    if (refused !== 'eval') throw new Error(`eval is ${refused}`);
    return `${PAGES.length} pages, eval is refused`;
  } finally {
    await browser.close();
    await world.close();
    rmSync(site, { recursive: true, force: true });
  }
}
