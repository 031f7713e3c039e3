// Runs bench/cqrs/page.mjs in Chromium, with the built package.
import { hasChromium, scratchFolder, startBrowser } from '../../e2e/event-sourcing/browser.mjs';
import { buildPage, servePage } from '../../e2e/event-sourcing/build-page.mjs';
import { traceTasks } from './tasks.mjs';

const COUNT = 10_000;
const AGGREGATES = 100;
const MOST = 50; // ms that a task may take
const ROUNDS = 3;
const PARTS = ['queue', 'read', 'drain'];

/** @returns Lines that tell how fast queued commands are done, and how long the longest task was. */
export async function drainInChromium({
  fromSources = false,
  rounds = ROUNDS,
  count = COUNT,
} = {}) {
  if (!hasChromium) return ['skipped, there is no Chromium (set CHROMIUM)'];
  const script = await buildPage('bench/cqrs/page.mjs', { fromSources });
  const server = await servePage(script);
  const browser = await startBrowser(scratchFolder('bench'), server.origin);
  try {
    const lines = [];
    for (const storage of ['indexed-db', 'memory']) {
      const found = [];
      for (let run = 0; run < rounds; run++) {
        const options = { storage, count, aggregates: AGGREGATES, run: `${storage}-${run}` };
        found.push(await measure(browser, options));
      }
      lines.push(told(storage, count, found));
    }
    return lines;
  } finally {
    await browser.close();
    server.close();
  }
}

/** In a tab of its own, which has compiled nothing yet. */
async function measure(browser, options) {
  const tab = await browser.tab();
  const ended = await traceTasks(browser.context, tab);
  const found = await tab.evaluate((each) => globalThis.bench.measureDrain(each), options);
  const tasks = await ended();
  await tab.close();
  return { ...found, tasks };
}

function told(storage, count, rounds) {
  const wrong = rounds.flatMap(({ wrong }) => wrong);
  const parts = PARTS.map((part) => {
    const took = median(rounds.map((round) => round[part].took));
    if (took === 0) return '';
    const seen = rounds.map((round) => `${round[part].longest.toFixed(0)} (of ${round[part].count})`); // prettier-ignore
    return `\n    ${part}: ${Math.round(count / (took / 1000))} commands/s (${took.toFixed(0)} ms); longest by the wall clock, of those over ${MOST} ms: ${seen.join(', ')}`; // prettier-ignore
  });
  // The wall clock of a busy machine makes any task long, now and then: what counts is what the thread has worked for it.
  const longest = rounds.map(({ tasks }) => tasks.longest);
  const isShort = median(longest) <= MOST;
  const verdict = wrong.length > 0 ? `WRONG: ${wrong.slice(0, 5).join('; ')}` : isShort ? 'as it must' : 'TOO LONG TASKS'; // prettier-ignore
  return `${count} commands of ${AGGREGATES} aggregates, ${storage}: each once and in order; longest task ${longest.map((ms) => ms.toFixed(0)).join(', ')} ms of the processor, ${verdict}${parts.join('')}`;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}
