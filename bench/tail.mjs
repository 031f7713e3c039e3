// Tail latency with one bad instance among ten, simulated: time is virtual and chance is seeded.
//
//   npm run build:lib && npm run bench:tail [word...]       rows whose name has one of the words
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, closeBundler } from '../tools/bundle.mjs';
import { TROUBLE, simulate } from './tail/simulate.mjs';

const OFF = { outliers: false };
const ROWS = {
  'round robin': { options: { strategy: 'round-robin', ...OFF } },
  'least connections': { options: { strategy: 'least-connections', ...OFF } },
  'peak EWMA alone': { options: OFF },
  'peak EWMA, ejection (default)': { options: {} },
  'peak EWMA, ejection, probes': { options: {}, probed: true },
};
const SEEDS = [1, 2, 3];
const wanted = process.argv.slice(2);
const createClient = await library();

for (const clients of [1, 30]) {
  for (const [title, trouble] of Object.entries(TROUBLE)) {
    console.log(
      `\n${title}, ${clients} client${clients > 1 ? 's' : ''}: p99 / p99.9 in ms, failed`,
    );
    for (const [name, row] of Object.entries(ROWS)) {
      if (wanted.length && !wanted.some((word) => name.includes(word))) continue;
      const runs = SEEDS.map((seed) => simulate(createClient, { clients, ...row }, trouble, seed));
      const mean = (key) => runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
      console.log(
        `  ${name.padEnd(40)} ${String(Math.round(mean('p99'))).padStart(5)} / ${String(Math.round(mean('p999'))).padStart(5)}, ${(100 * mean('failed')).toFixed(3)} %`,
      );
    }
  }
}

async function library() {
  try {
    const { text } = await bundle(readFileSync('bench/tail/library.mjs', 'utf8'));
    const built = resolve('out-tsc/bench/tail-library.mjs');
    mkdirSync(resolve('out-tsc/bench'), { recursive: true });
    writeFileSync(built, text);
    return (await import(pathToFileURL(built))).createClient;
  } finally {
    await closeBundler();
  }
}
