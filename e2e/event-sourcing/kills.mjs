// Tabs, and once the browser, that are killed while they append.
import { AT_ONCE, chance } from './commits.mjs';

const DATABASE = 'killed';

/**
 * Kills tabs at random moments. After each, another tab looks for what was acknowledged and for parts of commits, and
 * repeats what nobody knows of.
 *
 * @returns What was seen, in numbers. Throws at the first fault.
 */
export async function killTabs(browser, rounds, seed) {
  const random = chance(seed);
  const witness = await browser.tab();
  const follower = await browser.tab();
  await follower.evaluate((database) => globalThis.tab.follow(database), DATABASE);
  const counts = { rounds, acknowledged: 0, known: 0, events: 0 };
  const upTo = [];
  let after = 0;
  for (let round = 0; round < rounds; round++) {
    const victim = await startVictim(browser, round);
    await rest(random() * 100);
    await killTab(victim.page, round);
    const acknowledged = await victim.over();
    const found = await findFaults(witness, acknowledged, DATABASE, after);
    const { known, last, end } = await repeatUnknown(witness, round, acknowledged, found);
    after = end;
    counts.acknowledged += acknowledged.length;
    counts.known += known;
    upTo.push([round, last]);
  }
  counts.events = await mustBeWhole(witness, upTo);
  mustBeNone(
    await follower.evaluate(
      ([database, count]) => globalThis.tab.faultsOfFollowed(database, count),
      [DATABASE, counts.events],
    ),
  );
  await Promise.all([witness.close(), follower.close()]);
  return counts;
}

/** Kills the whole browser once. @param start Starts it again, with the same profile. @returns The new browser. */
export async function killBrowser(browser, start, durability, round) {
  const victim = await startVictim(browser, round, `${durability}-${DATABASE}`, durability);
  await rest(300);
  await browser.kill();
  const acknowledged = await victim.over();
  const again = await start();
  const witness = await again.tab();
  const database = `${durability}-${DATABASE}`;
  const found = await findFaults(witness, acknowledged, database);
  const { last } = await repeatUnknown(witness, round, acknowledged, found, database);
  await mustBeWhole(witness, [[round, last]], database);
  await witness.close();
  return { browser: again, acknowledged: acknowledged.length };
}

async function startVictim(browser, round, database = DATABASE, durability = 'relaxed') {
  const page = await browser.tab();
  const acknowledged = [];
  const failures = [];
  let begun;
  const first = new Promise((done) => (begun = done));
  await page.exposeFunction('acknowledged', (...row) => {
    acknowledged.push(row);
    begun();
  });
  await page.exposeFunction('failed', (error) => failures.push(error));
  await page.evaluate(
    (parts) => globalThis.tab.appendUntilKilled(...parts),
    [database, round, durability],
  );
  await first;
  return {
    page,
    over: async () => {
      // What it said before it died may still be on its way.
      await rest(50);
      await page.close().catch(() => undefined);
      mustBeNone(failures);
      return acknowledged;
    },
  };
}

/** A crash, the end by the browser, and the end by a user, in turns. */
async function killTab(page, round) {
  if (round % 5 === 4) return page.close({ runBeforeUnload: false });
  const crashed = new Promise((done) => page.once('crash', done));
  if (round % 2 === 0) {
    const session = await page.context().newCDPSession(page);
    session.send('Page.crash').catch(() => undefined);
  } else page.goto('chrome://kill').catch(() => undefined);
  await crashed;
}

async function findFaults(witness, acknowledged, database, after = 0) {
  const parts = [database, acknowledged, after];
  const found = await witness.evaluate((all) => globalThis.tab.lookAfter(...all), parts);
  const some = (list) => JSON.stringify(list.slice(0, 5));
  if (found.lost.length) throw new Error(`lost, although acknowledged: ${some(found.lost)}`);
  if (found.partial.length) throw new Error(`partly there: ${some(found.partial)}`);
  return found;
}

async function repeatUnknown(witness, round, acknowledged, found, database = DATABASE) {
  const numbers = new Set(acknowledged.map(([, number]) => number));
  // What else has begun was not stored, and is appended for the first time; as is what never began.
  const last = Math.max(0, ...numbers, new Map(found.last).get(round) ?? 0) + AT_ONCE;
  const unknown = Array.from({ length: last + 1 }, (_, at) => at).filter((at) => !numbers.has(at));
  const parts = [database, round, unknown];
  return { last, ...(await witness.evaluate((all) => globalThis.tab.repeat(...all), parts)) };
}

async function mustBeWhole(witness, upTo, database = DATABASE) {
  const parts = [database, upTo];
  const found = await witness.evaluate((all) => globalThis.tab.faultsOf(...all), parts);
  mustBeNone(found.faults);
  return found.count;
}

function mustBeNone(faults) {
  if (faults.length) throw new Error(faults.join('; '));
}

function rest(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
