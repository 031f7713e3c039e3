// Makes the mocks of the demo fit for Node: plain fetch handlers in TypeScript, bundled into one file.
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const BACKENDS = './projects/demo-app/src/app/backends';
const ENTRY = `
  export { INSTANCES } from '${BACKENDS}/catalog';
  export { drawLatency } from '${BACKENDS}/latency';
  export { createMockBackends } from '${BACKENDS}/mock-backends';
  export { TokenOffice } from '${BACKENDS}/token-office';
  export { seededRandom } from './projects/rx-mesh/kernel/random';
  export { asyncScheduler } from 'rxjs';
`;

// What the page makes of its world is no matter of the services: only the addresses of it are asked for here.
const noPage = {
  name: 'no-page',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]backends[\\/]world\.ts$/ }, () => ({
      contents: 'export const REAL = { instances: new Map() };',
    }));
  },
};

/** @param {string} file Where the bundle goes: below the workspace, for Angular and RxJS are found from there. */
export async function bundleServices(file) {
  mkdirSync(dirname(file), { recursive: true });
  await build({
    stdin: { contents: ENTRY, resolveDir: process.cwd(), sourcefile: 'services.ts', loader: 'ts' },
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: ['@angular/*', 'rxjs', 'tslib'],
    define: { ngDevMode: 'false' },
    logLevel: 'error',
    plugins: [noPage],
  });
}
