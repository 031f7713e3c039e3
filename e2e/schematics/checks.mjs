// The checks of this folder: each is told by a line, and the last line counts them.

let passed = 0;
const failures = [];

/** Performs a check: one that throws has failed, and the others go on. What it gives is told beside its name. */
export async function check(name, work) {
  const start = performance.now();
  try {
    const outcome = await work();
    passed++;
    console.log(`  ok    ${seconds(start)} s  ${name}${outcome ? `: ${outcome}` : ''}`);
    return true;
  } catch (error) {
    failures.push(name);
    console.log(`  FAIL  ${seconds(start)} s  ${name}\n${error?.stack ?? error}`);
    return false;
  }
}

/** Counts, and sets the exit code. */
export function conclude() {
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length || !passed ? 1 : 0;
}

const seconds = (start) => ((performance.now() - start) / 1000).toFixed(1).padStart(5);
