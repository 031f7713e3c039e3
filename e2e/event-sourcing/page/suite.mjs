// What the contract suites have of jest, in a page: `describe`, `it`, and the very `expect` that jest has.
import { expect } from 'expect';

const tests = [];
const path = [];

function describe(name, fill) {
  path.push(name);
  fill();
  path.pop();
}

function it(title, work) {
  tests.push({ title: [...path, title].join(' › '), work });
}

// Only what the suites use of it: rows of lists, and of single values.
it.each = (rows) => (title, work) => {
  for (const row of rows) {
    const values = Array.isArray(row) ? row : [row];
    let at = 0;
    const named = title.replace(/%[spj]/g, () => String(values[at++]));
    it(named, () => work(...values));
  }
};

Object.assign(globalThis, { describe, it, expect });

/**
 * Runs what was described, one test after the other.
 *
 * @param {() => void | Promise<void>} after Cleans up after each.
 * @returns {Promise<readonly { title: string, error: string | undefined }[]>}
 */
export async function runSuites(after) {
  const results = [];
  for (const { title, work } of tests) {
    let error;
    try {
      await work();
    } catch (reason) {
      error = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    }
    await after();
    results.push({ title, error });
  }
  return results;
}
