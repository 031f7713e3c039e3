// The Chromium of the machine with a profile of its own: its tabs share storage, channels and locks.
import { chromium } from '@playwright/test';
import { existsSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Whether there is one. */
export const hasChromium = existsSync(executable);

/** A folder that is gone when the process ends. */
export function scratchFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `rx-mesh-${name}-`));
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** Starts the browser. */
export async function startBrowser(profile, origin, executablePath = executable) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    context,
    /** Opens a tab with the page. Whatever goes wrong in it unheard is told. */
    async tab() {
      const page = await context.newPage();
      page.on('pageerror', (error) => console.error(`[page] ${error.stack ?? error}`));
      await page.goto(origin);
      return page;
    },
    /** Ends the whole browser at once, as the system does when memory is short. */
    async kill() {
      const closed = new Promise((done) => context.once('close', done));
      // The lock of the profile names its process.
      process.kill(
        Number(readlinkSync(join(profile, 'SingletonLock')).split('-').at(-1)),
        'SIGKILL',
      );
      await closed;
    },
    close: () => context.close(),
  };
}
