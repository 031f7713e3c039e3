// The entry points of the built library, read from the package that users will install.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const dist = resolve('dist/rx-mesh');

/** The manifest of the built package. Ends the process with a remedy when there is none. */
export function builtManifest() {
  try {
    return JSON.parse(readFileSync(`${dist}/package.json`, 'utf8'));
  } catch {
    console.error('dist/rx-mesh is missing. Run npm run build:lib first.');
    process.exit(1);
  }
}

/** Each entry: what users import, the short name of its report, and its built files. */
export function entries() {
  return Object.entries(builtManifest().exports)
    .filter(([, target]) => target.types)
    .map(([path, target]) => ({
      specifier: `rx-mesh${path.slice(1)}`,
      name: path === '.' ? 'rx-mesh' : path.slice(2),
      code: resolve(dist, target.default),
      types: resolve(dist, target.types),
    }));
}
