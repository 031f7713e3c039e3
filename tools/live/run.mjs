// The demo against real servers: NATS, Redis behind Webdis, Prometheus and Alertmanager as far as they are on this machine,
// and a process for each instance of the mock services. What is missing is told, and stays a mock.
//
//   npm run demo:live -- [--port 4300] [--open] [--no-build]
//
// Exit codes: 0 it was ended, 1 there is nothing to run, or no such option.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import { Children } from './children.mjs';
import { findPrograms, missingLines } from './programs.mjs';
import { startServers } from './servers.mjs';
import { Services } from './services.mjs';
import { openSite } from './site.mjs';

const FOLDER = 'dist/demo-live/browser';
const HELP = `npm run demo:live -- [options]

Builds the demo, starts real servers on free ports with folders of their own, and serves the page.

  --port <n>     where the page is, 0 for any port that is free; 4300 by default
  --open         opens it in a browser (--no-open, which is the default, does not)
  --no-build     takes what ${FOLDER} has
  --help         this text

Ctrl-C ends everything.`;

const options = read();
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const programs = findPrograms();
for (const line of missingLines(programs)) console.log(`! ${line}`);
const bundle = resolve(`out-tsc/live/services-${process.pid}.mjs`);
const children = new Children([bundle]);
const start = ancestors();
let ending;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0));
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => {
    // What was being started when all ended has failed: nobody has to know.
    if (!ending) console.error(error);
    void end(1);
  });
}
// Whoever has started this may be killed without a word: npm, with a shell between.
setInterval(() => ancestors() !== start && end(0), 500).unref();

if (options.build) await build();
if (!existsSync(join(FOLDER, 'index.html'))) {
  await fail(`There is nothing to serve in ${FOLDER}: leave out --no-build.`);
}
const site = await openSite(FOLDER, options.port).catch((error) => {
  const why = error.code === 'EADDRINUSE' ? 'somebody else has it' : error.message;
  return fail(`Port ${options.port} is not to be had: ${why}. Choose another by --port.`);
});
const services = new Services(children, site.origins, bundle);
const [{ failures, running }] = await Promise.all([
  startServers(children, programs, site.origins),
  services.start(),
]);
for (const line of failures) console.log(`! ${line}`);
let turn = Promise.resolve();
site.attach({
  pushUrl: running.get('prometheus')?.pushUrl,
  facts: {
    run: randomUUID().slice(0, 8),
    instances: services.addresses,
    nats: running.get('nats')?.url,
    redis: running.get('redis')?.url,
    push: running.has('prometheus') ? '/live/push' : undefined,
    prometheus: running.get('prometheus')?.url,
    alertmanager: running.get('alertmanager')?.url,
  },
  look,
  change: (next) => {
    // One after the other: what is being started cannot be killed at the same time.
    turn = turn.catch(() => undefined).then(() => change(next));
    return turn.then(look);
  },
  office: async ({ order }) => {
    await services.office(order);
    return look();
  },
});
console.log(`
Services      ${Object.keys(services.processes).length} processes, one for each instance
NATS          ${running.get('nats')?.url ?? 'none'}
Redis         ${running.has('redis') ? `127.0.0.1:${running.get('redis').port}, by ${running.get('redis').url}` : 'none'}
Prometheus    ${running.get('prometheus')?.url ?? 'none'}
Alertmanager  ${running.get('alertmanager')?.url ?? 'none'}

The demo is at ${site.url} (Ctrl-C ends everything)`);
if (options.open) openBrowser(site.url);

function down() {
  return [...running].filter(([, { pids }]) => pids.length === 0).map(([name]) => name);
}

async function look() {
  const state = { ...services.state, down: down() };
  const servers = [...running].map(([name, { pids }]) => [name, pids]);
  const processes = { ...services.processes, ...Object.fromEntries(servers) };
  return { state, processes, ...(await services.known()) };
}

async function change(next) {
  await services.apply(next);
  const wanted = new Set(Array.isArray(next.down) ? next.down : []);
  for (const [name, server] of running) {
    if (wanted.has(name)) await server.stop();
    else if (server.pids.length === 0) await server.start();
  }
}

function ancestors() {
  try {
    const [, more] = /\) \S (\d+)/.exec(readFileSync(`/proc/${process.ppid}/stat`, 'utf8'));
    return `${process.ppid}, ${more}`;
  } catch {
    return `${process.ppid}`; // Not every system tells it.
  }
}

function end(code) {
  ending ??= (async () => {
    await children.close();
    process.exit(code);
  })();
  return ending;
}

async function build() {
  console.log('Building the demo ...');
  const cli = 'node_modules/@angular/cli/bin/ng.js';
  const args = [cli, 'build', 'demo-app', '--configuration', 'live', '--progress=false'];
  const child = children.spawn(process.execPath, args, process.cwd());
  const [code] = await once(child, 'close');
  if (code !== 0) await fail(`The demo could not be built:\n${child.log}`);
}

function openBrowser(url) {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start']
        : ['xdg-open'];
  spawn(program, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => console.log(`Open ${url} in a browser of yours.`))
    .unref();
}

function read() {
  try {
    const { values } = parseArgs({
      allowNegative: true,
      options: {
        port: { type: 'string', default: '4300' },
        open: { type: 'boolean', default: false },
        build: { type: 'boolean', default: true },
        help: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
      throw new RangeError(`--port is a number from 0 to 65535, not "${values.port}"`);
    }
    return { ...values, port };
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(1);
  }
}

/** Says why there is nothing to run, and ends. */
function fail(message) {
  if (!ending) console.error(message);
  return end(1);
}
