import workspace from './jest.config.ts';

/** The room `nats` against a real nats-server, which each file starts as its own child: `npm run e2e:nats`. */
export default {
  ...workspace.projects[1],
  displayName: 'nats',
  setupFilesAfterEnv: ['<rootDir>/e2e/nats/setup-jest.ts'],
  testMatch: ['**/*.nats.spec.ts'],
  testTimeout: 60_000,
  // Two servers at once tell less about times than one.
  maxWorkers: 1,
};
