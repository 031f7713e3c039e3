// Hit ratios of the eviction policies over seeded traces, beside what is possible for one who knows the future (Belady).
// Built from the sources by itself: nothing has to be built before.
//
//   node bench/caching-hit-ratio.mjs [word...]       traces whose name has one of the words
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const LENGTH = 400_000;
const KEYS = 100_000;
const SIZES = [100, 500, 2000];
const SEEDS = [1, 2, 3];
const wanted = process.argv.slice(2);
const { TRACES, hitRatio, lru, optimum, s3Fifo, seededRandom, wTinyLfu } = await library();
const policies = { LRU: lru(), 'S3-FIFO': s3Fifo(), 'W-TinyLFU': wTinyLfu() };
const totals = new Map(Object.keys(policies).map((name) => [name, { share: 0, worst: 0 }]));
const started = performance.now();
let cells = 0;

console.log(`| trace | size | ${Object.keys(policies).join(' | ')} | optimum |`);
console.log(`| --- | ---: | ${Object.keys(policies).fill('---:').join(' | ')} | ---: |`);
for (const [title, make] of Object.entries(TRACES)) {
  if (wanted.length && !wanted.some((word) => title.includes(word))) continue;
  const traces = SEEDS.map((seed) => {
    const random = seededRandom(seed);
    return make(() => random.next(), LENGTH, KEYS);
  });
  for (const size of SIZES) {
    const best = mean(traces.map((trace) => optimum(size, trace)));
    const ratios = {};
    for (const [name, factory] of Object.entries(policies)) {
      const of = (trace, seed) =>
        hitRatio(factory({ maxEntries: size, maxWeight: Infinity }, seededRandom(seed)), trace);
      ratios[name] = mean(traces.map((trace, at) => of(trace, 100 + at)));
      const total = totals.get(name);
      total.share += ratios[name] / best;
      total.worst = Math.min(total.worst, ratios[name] - ratios.LRU);
    }
    cells++;
    console.log(
      `| ${[title, size, ...[...Object.values(ratios), best].map(percent)].join(' | ')} |`,
    );
  }
}
for (const [name, { share, worst }] of totals) {
  console.log(
    `${name}: ${(share / cells).toFixed(3)} of the optimum on average, at worst ${(100 * worst).toFixed(1)} points against LRU`,
  );
}
console.error(`${((performance.now() - started) / 1000).toFixed(0)} s`);

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function percent(ratio) {
  return (100 * ratio).toFixed(1);
}

async function library() {
  const outfile = resolve('out-tsc/bench/caching-hit-ratio.mjs');
  mkdirSync(resolve('out-tsc/bench'), { recursive: true });
  const policy = './projects/rx-mesh/caching/policy';
  await build({
    stdin: {
      contents: `
        export { lru } from '${policy}/lru';
        export { s3Fifo } from '${policy}/s3-fifo';
        export { wTinyLfu } from '${policy}/w-tiny-lfu';
        export { TRACES, hitRatio, optimum } from './projects/rx-mesh/caching/spec-support/cache-traces';
        export { seededRandom } from './projects/rx-mesh/kernel/random';`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    outfile,
    define: { ngDevMode: 'false' },
    external: ['@angular/core'],
    logLevel: 'error',
    tsconfigRaw: '{}',
  });
  return import(pathToFileURL(outfile));
}
