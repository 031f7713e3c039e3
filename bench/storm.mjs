// A retry storm, simulated: many clients with one policy, a backend that is too small for a minute. Time is virtual and
// chance is seeded, so a run gives the same numbers everywhere.
//
//   npm run build:lib && npm run bench:storm [name...]       policies whose name has one of the words
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, closeBundler } from '../tools/bundle.mjs';
import { FLEETS, SCENARIOS, SEEDS } from './storm/scenarios.mjs';
import { REFERENCE } from './storm/reference.mjs';
import { simulate } from './storm/simulate.mjs';
import { head, merge, row } from './storm/table.mjs';

const wanted = process.argv.slice(2);
const policies = [...REFERENCE, ...(await library())].filter(
  ({ name }) => !wanted.length || wanted.some((word) => name.includes(word)),
);

for (const [title, world] of Object.entries(SCENARIOS)) {
  for (const clients of FLEETS) {
    console.log(`\n${head(`${title}, ${clients} clients`)}`);
    for (const policy of policies) {
      const runs = SEEDS.map((seed) => simulate(policy, { ...world, clients }, seed));
      console.log(row(policy.name, merge(runs)));
    }
  }
}

/** The policies of the built library, bundled as an application would be. */
async function library() {
  try {
    const { text } = await bundle(readFileSync('bench/storm/library.mjs', 'utf8'));
    const built = resolve('out-tsc/bench/storm-library.mjs');
    mkdirSync(resolve('out-tsc/bench'), { recursive: true });
    writeFileSync(built, text);
    return (await import(pathToFileURL(built))).LIBRARY;
  } finally {
    await closeBundler();
  }
}
