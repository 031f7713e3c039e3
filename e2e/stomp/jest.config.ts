import { resolve } from 'node:path';
import workspace from '../../jest.config.ts';

/** The room `stomp` against a real RabbitMQ, which each file starts as its own child: `npm run e2e:stomp`. */
export default {
  ...workspace.projects[1],
  rootDir: resolve(import.meta.dirname, '../..'),
  displayName: 'stomp',
  setupFilesAfterEnv: ['<rootDir>/e2e/stomp/setup-jest.ts'],
  testMatch: ['**/*.stomp.spec.ts'],
  testTimeout: 120_000,
  // Two brokers at once tell less about times than one.
  maxWorkers: 1,
};
