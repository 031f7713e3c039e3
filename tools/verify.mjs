// Everything that CI runs, in one command: each guard in its own process, three at a time, all of them even after one
// has failed. The last line counts them.
//
//   node tools/verify.mjs [step...]      all steps, or those whose names are given (with what they need)
import { run, stopAll } from './run.mjs';

const script = (...args) => ['npm', ['run', '--silent', ...args]];

/** In the order of CI. `needs` names what has to have passed before. */
const steps = [
  // The longest, and mostly waiting: beside all that only computes.
  { name: 'build-demo', command: script('build:demo') },
  { name: 'e2e-demo', command: script('e2e'), needs: ['build-demo'], longest: 1_500_000 },
  { name: 'format', command: script('format:check') },
  // On two cores, it takes eight minutes alone, and up to twenty-five beside two other steps. `.ci/run` has done `npm ci`.
  { name: 'unit', command: ['npm', ['test', '--silent']], longest: 1_750_000 },
  { name: 'lint', command: script('lint') },
  { name: 'layers', command: script('layers') },
  { name: 'lock', command: script('lock:check') },
  { name: 'supply', command: script('supply:check') },
  { name: 'types', command: script('typecheck') },
  { name: 'build-lib', command: script('build:lib') },
  { name: 'api', command: script('api:check'), needs: ['build-lib'] },
  { name: 'size', command: script('size'), needs: ['build-lib'] },
  { name: 'docs', command: script('docs:check') },
  { name: 'package', command: script('package:check'), needs: ['build-lib'] },
  { name: 'guards', command: script('guards:selftest'), needs: ['build-lib'] },
  // From here on the long ones come first, so that no core is left with nothing at the end.
  // The rest of what README.md says, word for word, where nothing is installed.
  { name: 'readme', command: script('e2e:readme', '--', '--without-tests'), needs: ['build-lib'] },
  { name: 'e2e-consumer', command: script('e2e:consumer'), needs: ['build-lib'] },
  { name: 'live', command: script('e2e:live') },
  { name: 'event-log', command: script('e2e:event-sourcing'), needs: ['build-lib'] },
  { name: 'stomp', command: script('e2e:stomp') },
  { name: 'nats', command: script('e2e:nats') },
  { name: 'socket', command: script('e2e:socket'), needs: ['build-lib'] },
  { name: 'redis', command: script('e2e:redis') },
  { name: 'prometheus', command: script('e2e:prometheus'), needs: ['build-lib'] },
  { name: 'grafana', command: script('e2e:grafana'), needs: ['build-lib'] },
  { name: 'alertmanager', command: script('e2e:alertmanager'), needs: ['build-lib'] },
  { name: 'nginx', command: script('e2e:nginx'), needs: ['build-demo'] },
  { name: 'schematics', command: script('e2e:schematics'), needs: ['build-lib'] },
];
// One more than the cores that are usual: the end-to-end tests and the real servers mostly wait.
const AT_ONCE = 3;
const LONGEST = 720_000;
/** A line of jest about a file that passed, and one of Playwright about a test that began. */
const PASSED = /^PASS |^\[\d+\/\d+\] /;

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopAll();
    process.exit(1);
  });
}

const waiting = chosen(process.argv.slice(2));
const results = new Map(); // name -> whether it passed
await Promise.all(Array.from({ length: AT_ONCE }, worker));
const passed = [...results.values()].filter(Boolean).length;
console.log(`${passed} passed, ${results.size - passed} failed`);
process.exitCode = passed === results.size ? 0 : 1;

/** Takes one step after the other, the first that has what it needs. */
async function worker() {
  while (waiting.length) {
    const ready = waiting.findIndex(({ needs = [] }) => needs.every((name) => results.has(name)));
    if (ready < 0) {
      await new Promise((again) => setTimeout(again, 100));
      continue;
    }
    const [step] = waiting.splice(ready, 1);
    await perform(step);
  }
}

async function perform({ name, command, needs = [], longest = LONGEST }) {
  const broken = needs.filter((need) => !results.get(need));
  if (broken.length) {
    results.set(name, false);
    console.log(`FAIL  ${name.padEnd(13)}      not run, for ${broken.join(', ')} failed`);
    return;
  }
  const start = performance.now();
  const { code, output } = await run(...command, { timeout: longest });
  results.set(name, code === 0);
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  console.log(`${code ? 'FAIL' : 'ok  '}  ${name.padEnd(13)}${seconds} s`);
  if (code) console.log(indent(output));
}

function chosen(names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length) {
    console.error(
      `There is no ${unknown.join(', ')}. Steps: ${steps.map(({ name }) => name).join(', ')}`,
    );
    process.exit(2);
  }
  if (!names.length) return [...steps];
  const wanted = new Set(names);
  for (const step of [...steps].reverse()) {
    if (wanted.has(step.name)) for (const need of step.needs ?? []) wanted.add(need);
  }
  return steps.filter(({ name }) => wanted.has(name));
}

/** The output of a failed step: what passed is left out, and the middle when the rest is endless. */
function indent(output) {
  const lines = output
    .trimEnd()
    .split('\n')
    .filter((line) => !PASSED.test(line));
  const shown =
    lines.length > 400
      ? [...lines.slice(0, 200), `... ${lines.length - 400} lines ...`, ...lines.slice(-200)]
      : lines;
  return shown.map((line) => `      | ${line}`).join('\n');
}
