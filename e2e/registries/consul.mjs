// ConsulService of the built library against a real Consul, and the fake of rx-mesh/testing against the same checks: the
// fake is worth as much as it behaves alike. By hand, not part of CI: no registry of packages that it uses has Consul.
//
//   npm run build:lib && npm run check:consul              with CONSUL_BIN=/where/it/is, or consul in the path
//   npm run build:lib && npm run check:consul -- --fake    the fake alone, needs no Consul
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, closeBundler } from '../../tools/bundle.mjs';
import { Checks } from './checks.mjs';
import { findConsul } from './consul-agent.mjs';
import { checkClient } from './consul-client.mjs';
import { TOKEN, checkRights } from './consul-rights.mjs';
import { checkWire } from './consul-wire.mjs';
import { fakeWorld, realWorld } from './consul-worlds.mjs';

const isFake = process.argv.includes('--fake');
const binary = findConsul();
if (!isFake && !binary) {
  console.log(`Skipped: there is no Consul. Set CONSUL_BIN, or put consul in the path. It is to be had from
  https://developer.hashicorp.com/consul/install, or on Debian from the package "consul" of bullseye:
  apt-get download consul && dpkg -x consul_*.deb consul && export CONSUL_BIN=$PWD/consul/usr/bin/consul`);
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const library = await built();
const open = (token) => (isFake ? fakeWorld(library, token) : realWorld(binary, token));
const checks = new Checks();
const check = (name, work) => checks.check(name, work);
console.log(isFake ? 'FakeConsul of rx-mesh/testing' : binary);

for (const [title, run, token] of [
  ['The HTTP API', checkWire],
  ['ConsulService', checkClient],
  ['ConsulService where rights are needed', checkRights, TOKEN],
]) {
  console.log(`\n${title}`);
  const world = await open(token);
  try {
    await run(world, { check }, library);
  } finally {
    await world.stop();
  }
}
console.log(`\n${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed ? 1 : 0);

async function built() {
  try {
    const { text } = await bundle(readFileSync('e2e/registries/library.mjs', 'utf8'));
    const file = resolve('out-tsc/e2e/registries-library.mjs');
    mkdirSync(resolve('out-tsc/e2e'), { recursive: true });
    writeFileSync(file, text);
    return await import(pathToFileURL(file));
  } finally {
    await closeBundler();
  }
}
