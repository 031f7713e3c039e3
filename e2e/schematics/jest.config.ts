import { resolve } from 'node:path';
import workspace from '../../jest.config.ts';

/** The specs that run.mjs has had generated into out-tsc. */
export default {
  ...workspace.projects[0],
  rootDir: resolve(import.meta.dirname, '../..'),
  roots: ['<rootDir>/out-tsc/schematics'],
  displayName: 'schematics',
};
