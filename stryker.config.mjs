// Mutation tests: does a test fail when the code is wrong? Slow, so by hand or nightly, never in CI.
//
//   npm run mutation                                                        the room resilience, with its own specs
//   npm run mutation -- --mutate projects/rx-mesh/resilience/bulkhead.ts    one file
/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'jest',
  jest: { configFile: 'jest.stryker.config.ts', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  mutate: ['projects/rx-mesh/resilience/*.ts', '!**/*.spec.ts', '!**/public-api.ts'],
  ignorePatterns: [
    'dist',
    'docs',
    'coverage',
    '.angular',
    'out-tsc',
    'bench',
    'e2e',
    'test-results',
  ],
  reporters: ['clear-text', 'progress', 'json'],
  thresholds: { high: 95, low: 85, break: 85 },
};
