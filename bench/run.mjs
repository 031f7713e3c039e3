// Micro-benchmarks of the built library, bundled as an application would be. Each case runs against a peer in the same
// process, in turns; what counts is the ratio, for the time itself is that of the machine.
//
//   npm run build:lib && npm run bench [file...]
import '@angular/compiler'; // Angular itself comes half compiled
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Bench } from 'tinybench';
import { bundle, closeBundler } from '../tools/bundle.mjs';

const ROUNDS = 5;
const BATCH = 200; // operations a sample, for a clock that is coarser than one of them
const wanted = process.argv.slice(2);
const folder = resolve('out-tsc/bench');
mkdirSync(folder, { recursive: true });

try {
  for (const file of globSync('bench/*.bench.mjs').sort()) {
    if (wanted.length && !wanted.some((name) => file.includes(name))) continue;
    const { text } = await bundle(readFileSync(file, 'utf8'));
    const built = resolve(folder, basename(file));
    writeFileSync(built, text);
    const { pairs = [], report } = await import(pathToFileURL(built));
    console.log(`\n${basename(file, '.bench.mjs')}`);
    for (const pair of pairs) await compare(pair);
    // What needs another process than this one measures by itself.
    for (const line of (await report?.()) ?? []) console.log(`  ${line}`);
  }
} finally {
  await closeBundler();
}

async function compare({ what, ours: [name, work], peer: [peer, peerWork] }) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ ours: await nanoseconds(work), peer: await nanoseconds(peerWork) });
  }
  const ratios = rounds.map(({ ours, peer }) => ours / peer).sort((a, b) => a - b);
  const best = (side) => Math.min(...rounds.map((round) => round[side])).toFixed(0);
  const [median] = ratios.slice(ROUNDS >> 1);
  console.log(
    `  ${what}\n    ${name}: ${best('ours')} ns; ${peer}: ${best('peer')} ns; ratio ${show(median)} (${show(ratios[0])} to ${show(ratios.at(-1))})`,
  );
}

async function nanoseconds(work) {
  const bench = new Bench({ time: 100, warmupTime: 30, throws: true });
  const isAsync = work() instanceof Promise;
  const batch = isAsync
    ? async () => {
        for (let i = 0; i < BATCH; i++) await work();
      }
    : () => {
        for (let i = 0; i < BATCH; i++) work();
      };
  bench.add('work', batch);
  await bench.run();
  const [{ result }] = bench.tasks;
  return (result.latency.p50 * 1e6) / BATCH;
}

function show(ratio) {
  return ratio.toPrecision(2);
}
