// Several tabs at work on one log.

/** Runs the suites of spec-support/contracts in a tab. @returns How many tests there were. Throws when one has failed. */
export async function contracts(browser) {
  const [suites, peer] = [await browser.tab(), await browser.tab()];
  await peer.evaluate(() => globalThis.tab.bePeer());
  const results = await suites.evaluate(() => globalThis.tab.runContracts());
  const failed = results.filter(({ error }) => error);
  if (failed.length) {
    const lines = failed.map(({ title, error }) => `${title}\n${error}`);
    throw new Error(`${failed.length} of ${results.length} tests failed\n${lines.join('\n')}`);
  }
  await Promise.all([suites.close(), peer.close()]);
  return `${results.length} tests`;
}

/** Two tabs append so many events each at the version that they have read, and a third follows. */
export async function appendAtOnce(browser, count) {
  const database = 'at-once';
  const [follower, ...writers] = [await browser.tab(), await browser.tab(), await browser.tab()];
  await follower.evaluate((name) => globalThis.tab.follow(name), database);
  const conflicts = await Promise.all(
    writers.map(
      (tab, at) =>
      tab.evaluate((parts) => globalThis.tab.appendAtVersion(...parts), [database, 'one-1', `w${at}`, count]), // prettier-ignore
    ),
  );
  const all = writers.length * count;
  const faults = await follower.evaluate((parts) => globalThis.tab.faultsOfFollowed(...parts), [database, all]); // prettier-ignore
  const versions = await follower.evaluate((parts) => globalThis.tab.versionsOf(...parts), [database, 'one-1']); // prettier-ignore
  if (faults.length) throw new Error(faults.join('; '));
  const expected = Array.from({ length: all }, (_, at) => at + 1);
  if (versions.join() !== expected.join()) throw new Error(`versions are ${versions.join()}`);
  await Promise.all([follower, ...writers].map((tab) => tab.close()));
  return `versions 1 to ${all} once each, ${conflicts.join(' and ')} conflicts`;
}
