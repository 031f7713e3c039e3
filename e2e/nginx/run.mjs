// The nginx files of the guide (docs/guide/nginx) in a real nginx: who may call, what a page may read, that streams
// stream, and that nothing is reached that no line allows.
//
//   node e2e/nginx/run.mjs
//
// Exit codes: 0 all is well, or there is no nginx here; 1 a check failed.
import { spawnSync } from 'node:child_process';
import { corsChecks } from './cors.mjs';
import { openUnderCsp } from './csp.mjs';
import { sameOriginChecks } from './same-origin.mjs';
import { startWorld } from './world.mjs';

const nginx = ['nginx', '/usr/sbin/nginx'].find((path) => !spawnSync(path, ['-v']).error);
if (!nginx) {
  console.log(`Skipped: there is no nginx. On Debian it is to be had by
  apt-get install -y --no-install-recommends nginx-light`);
  process.exit(process.env.CI ? 1 : 0);
}

const world = await startWorld({ nginx });
const checks = { ...corsChecks(world), ...sameOriginChecks(world) };
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok    ${name}`);
  } catch (error) {
    failed++;
    console.error(`FAIL  ${name}\n${error.stack}`);
  }
}
await world.close();
try {
  console.log(`ok    the demo runs under that policy: ${await openUnderCsp(nginx)}`);
} catch (error) {
  failed++;
  console.error(`FAIL  the demo runs under that policy\n${error.stack}`);
}
if (failed) console.error(world.said());
process.exitCode = failed ? 1 : 0;
