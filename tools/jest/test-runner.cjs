// Runs a test file as jest-circus does, and hands its coverage on as bare counters. Jest copies, sends and merges the whole
// coverage of all that a file has loaded, with positions and source maps: for hundreds of files that is a quarter of the run.
const { default: circus } = require('jest-circus/runner');

/** The files of which this worker has sent the positions: path -> hash of the instrumented text. */
const sent = new Map();

module.exports = async function run(globalConfig, config, environment, ...rest) {
  const result = await circus(globalConfig, config, environment, ...rest);
  const coverage = environment.global.__coverage__;
  if (coverage) {
    result.hits = Object.values(coverage).map(hitsOf);
    // Nothing is left for jest to copy.
    environment.global.__coverage__ = {};
  }
  return result;
};

function hitsOf(file) {
  const { b, f, hash, path, s } = file;
  const first = sent.get(path) !== hash;
  sent.set(path, hash);
  return {
    path,
    hash,
    counts: [...Object.values(s), ...Object.values(f), ...Object.values(b).flat()],
    // Whoever adds up needs it once.
    file: first ? structuredClone({ ...file }) : undefined,
  };
}
