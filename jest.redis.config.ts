import workspace from './jest.config.ts';

/** The adapter of Redis against a real one behind Webdis, which each file starts as its own children: `npm run e2e:redis`. */
export default {
  ...workspace.projects[1],
  displayName: 'redis',
  setupFilesAfterEnv: ['<rootDir>/e2e/nats/setup-jest.ts'],
  testMatch: ['**/*.redis.spec.ts'],
  testTimeout: 60_000,
  // Two servers at once tell less about times than one.
  maxWorkers: 1,
};
