// Adds up the counters that test-runner.cjs sends, and gives the sum to the coverage of jest with the last test file.
module.exports = class CoverageReporter {
  #files = new Map(); // path -> { hash, counts, file }
  #results = 0;

  onTestResult(_test, result, { numTotalTestSuites }) {
    for (const hits of result.hits ?? []) this.#add(hits);
    delete result.hits;
    // Without its last file a run has no coverage at all, and fails.
    if (++this.#results !== numTotalTestSuites || this.#files.size === 0) return;
    result.coverage = Object.fromEntries([...this.#files].map(([path, sum]) => [path, whole(sum)]));
  }

  #add({ path, hash, counts, file }) {
    const known = this.#files.get(path);
    if (!known) {
      this.#files.set(path, { hash, counts, file });
      return;
    }
    if (known.hash !== hash) throw new Error(`${path} was instrumented in two ways.`);
    known.file ??= file;
    for (let at = 0; at < counts.length; at++) known.counts[at] += counts[at];
  }
};

/** The coverage of a file, with the counters of all test files. */
function whole({ counts, file }) {
  let at = 0;
  const next = () => counts[at++];
  const each = (record, count) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, count(value)]));
  const s = each(file.s, next);
  const f = each(file.f, next);
  const b = each(file.b, (branches) => branches.map(next));
  return { ...file, s, f, b };
}
