import { defineConfig } from '@playwright/test';

const ORIGIN = 'http://127.0.0.1:4317';
const inCi = Boolean(process.env.CI);

/** The demo as it is shipped, in the Chromium of the machine: `npm run build:demo && npm run e2e`. */
export default defineConfig({
  testDir: 'e2e/demo',
  outputDir: 'test-results',
  // One page at a time: each makes real traffic, and its clocks are real ones.
  workers: 1,
  forbidOnly: inCi,
  // The same seed gives the same run: what fails once is a fault, not bad luck.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: inCi ? 'line' : 'list',
  use: {
    baseURL: ORIGIN,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: 'node tools/serve-static.mjs dist/demo-app/browser 4317',
    url: ORIGIN,
    reuseExistingServer: false,
  },
});
