// What the platform does to a log, beside killing it.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder, startBrowser } from './browser.mjs';

const call = (tab, name, ...args) =>
  tab.evaluate(([method, parts]) => globalThis.tab[method](...parts), [name, args]);

/** Another tab upgrades the database, as newer code does. */
export async function newerVersion(browser) {
  const [old, newer] = [await browser.tab(), await browser.tab()];
  same(await call(old, 'tryToAppend', 'upgraded'), undefined);
  same(await call(newer, 'upgrade', 'upgraded'), false);
  same(await call(old, 'tryToAppend', 'upgraded'), 'RXM504');
  await Promise.all([old.close(), newer.close()]);
}

/** The database goes away under a tab that appends and one that follows. */
export async function clearedSite(browser) {
  const [writer, follower] = [await browser.tab(), await browser.tab()];
  for (let at = 0; at < 3; at++) same(await call(writer, 'tryToAppend', 'cleared'), undefined);
  await call(follower, 'follow', 'cleared');
  same(await call(follower, 'faultsOfFollowed', 'cleared', 3), []);
  same(await call(writer, 'clearSite', 'cleared'), false);
  for (let at = 0; at < 2; at++) same(await call(writer, 'tryToAppend', 'cleared'), undefined);
  same(await call(writer, 'countOf', 'cleared'), { head: 2, read: 2 });
  const faults = await call(follower, 'faultsOfFollowed', 'cleared', 5);
  same(faults, ['position 1 came as number 4', 'position 2 came as number 5']);
  await Promise.all([writer.close(), follower.close()]);
}

/** Appends to a disk of 60 MB until it is full. Needs the right to mount one. */
export async function diskFull(origin) {
  const folder = scratchFolder('full');
  const launcher = join(folder, 'chromium.sh');
  const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const disk = `mount -t tmpfs -o size=60m tmpfs '${folder}'`;
  if (spawnSync('unshare', ['-m', 'sh', '-c', disk]).status !== 0) return 'skipped, for this machine lets nobody mount a disk'; // prettier-ignore
  // A mount that only this browser sees; it is gone with it.
  writeFileSync(launcher, `#!/bin/sh\necho $$ > '${folder}/pid'\nexec unshare -m sh -c '${disk.replaceAll("'", `'"'"'`)} && mkdir -p "${folder}/profile" && exec "$@"' sh ${chromium} "$@"\n`); // prettier-ignore
  chmodSync(launcher, 0o755);
  const browser = await startBrowser(join(folder, 'profile'), origin, launcher);
  const tab = await browser.tab();
  let [version, fitted] = [0, 0];
  // Not once: on a full disk Chromium leaves some requests without an answer, but not each time.
  for (let round = 0; round < 4; round++) {
    const before = (await call(tab, 'countOf', 'full')).head;
    let code;
    while (!code && version < 1000) {
      code = await call(tab, 'tryToAppend', 'full', 1_000_000);
      if (!code) version++;
    }
    same(code, 'RXM503');
    const { head, read } = await call(tab, 'countOf', 'full');
    same([head, read], [head, head]);
    fitted += head - before;
    await call(tab, 'truncate', 'full', version - 2);
    // Room comes a little later: the browser cleans up by itself.
    for (let tries = 0; code && tries < 100; tries++) {
      await new Promise((done) => setTimeout(done, 100));
      code = await call(tab, 'tryToAppend', 'full');
    }
    same(code, undefined);
    version++;
  }
  // It does not always close by itself, with a disk that only it sees.
  const closed = new Promise((done) => browser.context.once('close', done));
  process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
  await closed;
  return `${fitted} events of a megabyte fitted, in four turns`;
}

function same(given, expected) {
  const [a, b] = [JSON.stringify(given), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
}
