// Guard `schematics`: `ng add rx-mesh`, `ng generate rx-mesh:gateway` and `ng generate rx-mesh:saga` of the built package.
// First on applications in memory, then once for real, in an application that installs the tarball.
//
//   npm run build:lib && node e2e/schematics/run.mjs [--keep]
import { builtManifest } from '../../tools/package-entries.mjs';
import { stopAll } from '../../tools/run.mjs';
import { addChecks } from './add.mjs';
import { conclude } from './checks.mjs';
import { generateChecks, generatedSpec } from './generate.mjs';
import { makeFolder, prepare, realChecks, remove } from './real-app.mjs';

builtManifest();
const app = makeFolder();
const clean = () => {
  stopAll();
  if (process.argv.includes('--keep')) console.log(`kept in ${app}`);
  else remove(app);
};
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    clean();
    process.exit(1);
  });
}

try {
  const prepared = prepare(app);
  prepared.catch(() => undefined); // The check that waits for it tells.
  await addChecks();
  await generateChecks();
  await generatedSpec();
  await realChecks(app, prepared);
} finally {
  clean();
}
conclude();
