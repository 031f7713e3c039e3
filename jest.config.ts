import type { Config } from 'jest';
import presets from 'jest-preset-angular/presets/index.js';

const preset = presets.createCjsPreset();
const common = {
  ...preset,
  transform: {
    // Before all others: the first that matches is taken.
    'node_modules/.+\\.mjs$': '<rootDir>/tools/jest/package-transformer.cjs',
    ...preset.transform,
  },
  testRunner: '<rootDir>/tools/jest/test-runner.cjs',
  roots: ['<rootDir>/projects', '<rootDir>/docs/samples'],
  // What is published as ES modules only.
  transformIgnorePatterns: [
    'node_modules/(?!(.*\\.mjs$|@angular/common/locales/|@stomp/|uuid/|devalue/|jose/))',
  ],
  moduleNameMapper: {
    '^rx-mesh$': '<rootDir>/projects/rx-mesh/src/public-api.ts',
    '^rx-mesh/([a-z-]+)$': '<rootDir>/projects/rx-mesh/$1/public-api.ts',
  },
};

const enough = { statements: 95, branches: 90, functions: 95, lines: 95 };

export default {
  // By default one core is left free, which on two makes it a single process that grows with each file.
  maxWorkers: '100%',
  // A property test beside another step of CI on two cores takes more than the 5 seconds of jest.
  testTimeout: 30_000,
  // The heap of a worker grows to gigabytes before anybody collects it; one that has become large begins anew.
  workerIdleMemoryLimit: '1GB',
  projects: [
    {
      ...common,
      displayName: 'browser',
      testEnvironment: '<rootDir>/jest-browser-environment.cjs',
      setupFilesAfterEnv: ['<rootDir>/setup-jest.ts'],
      // A .types.spec.ts has nothing to run: `npm run typecheck` is its test; a .nats.spec.ts, a .stomp.spec.ts and a .redis.spec.ts need a real server.
      testPathIgnorePatterns: [
        '\\.server\\.spec\\.ts$',
        '\\.types\\.spec\\.ts$',
        '\\.nats\\.spec\\.ts$',
        '\\.stomp\\.spec\\.ts$',
        '\\.redis\\.spec\\.ts$',
      ],
    },
    {
      // No DOM at all: proves that the services run under server-side rendering and in plain Node.
      ...common,
      displayName: 'server',
      testEnvironment: 'node',
      setupFilesAfterEnv: ['<rootDir>/setup-jest.server.ts'],
      testMatch: ['**/*.server.spec.ts'],
    },
  ],
  // Files that no test loads count too, as 0 %.
  collectCoverageFrom: [
    'projects/rx-mesh/**/*.ts',
    'projects/demo-app/src/app/**/*.ts',
    // Only a browser with a service worker runs it: e2e/demo does.
    '!projects/demo-app/src/app/backends/browser-host.ts',
    '!projects/rx-mesh/**/spec-support/**',
    // They run in the Angular CLI, as the built package has them: e2e/schematics is their test.
    '!projects/rx-mesh/schematics/**',
    '!**/public-api.ts',
    '!projects/rx-mesh/*/api/*.ts',
    '!**/*.spec.ts',
  ],
  reporters: ['default', '<rootDir>/tools/jest/coverage-reporter.cjs'],
  coverageReporters: ['text-summary', 'lcov', 'json-summary'],
  // The library by itself, so that the demo cannot make up for it; `global` is the rest.
  coverageThreshold: { './projects/rx-mesh/': enough, global: enough },
} satisfies Config;
