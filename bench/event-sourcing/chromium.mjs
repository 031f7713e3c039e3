// Runs bench/event-sourcing/page.mjs in Chromium, with the built package.
import { hasChromium, scratchFolder, startBrowser } from '../../e2e/event-sourcing/browser.mjs';
import { buildPage, servePage } from '../../e2e/event-sourcing/build-page.mjs';

const ROUNDS = 15;

/** @returns Lines that tell how fast ours is, as a part of the speed of the peer: 1 is as fast. */
export async function compareInChromium({ fromSources = false } = {}) {
  if (!hasChromium) return ['skipped, there is no Chromium (set CHROMIUM)'];
  const script = await buildPage('bench/event-sourcing/page.mjs', { fromSources });
  const server = await servePage(script);
  const browser = await startBrowser(scratchFolder('bench'), server.origin);
  try {
    const tab = await browser.tab();
    const measure = (name, ...args) =>
      tab.evaluate(([method, parts]) => globalThis.bench[method](...parts), [name, args]);
    return [
      told('append 100 events at a time', await measure('measureAppends', ROUNDS, 10, 1), 5000, 0.8), // prettier-ignore
      told('read and fold 100000 events', await measure('measureReads', 7, 100_000, 1), 100_000, 0.7), // prettier-ignore
    ];
  } finally {
    await browser.close();
    server.close();
  }
}

function told(what, rounds, events, least) {
  const speeds = rounds.map(({ ours, peer }) => peer / ours).sort((a, b) => a - b);
  const middle = median(speeds);
  const rate = (side) => Math.round(events / (median(rounds.map((round) => round[side])) / 1000));
  const verdict = middle >= least ? 'as it must' : `TOO SLOW, at least ${least}`;
  return `${what}\n    EventStoreService: ${rate('ours')} events/s; idb by hand: ${rate('peer')} events/s; speed ${middle.toFixed(2)} (${speeds[0].toFixed(2)} to ${speeds.at(-1).toFixed(2)}) of it, ${verdict}`;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}
