// Guard `schematics`: `ng add rx-mesh`, `ng generate rx-mesh:gateway` and `ng generate rx-mesh:saga` of the built package, on
// applications in memory. e2e/readme does it for real, in an application that installs the package.
//
//   npm run build:lib && node e2e/schematics/run.mjs
import { builtManifest } from '../../tools/package-entries.mjs';
import { stopAll } from '../../tools/run.mjs';
import { addChecks } from './add.mjs';
import { conclude } from './checks.mjs';
import { generateChecks, generatedSpec } from './generate.mjs';

builtManifest();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopAll();
    process.exit(1);
  });
}

await addChecks();
await generateChecks();
await generatedSpec();
conclude();
