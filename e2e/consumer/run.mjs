// Guard `consumer`: the packed library in an application outside the workspace, on the lowest Angular and RxJS that it
// promises. The application is built for production, rendered on a server and opened in Chromium.
//
//   npm run build:lib && node e2e/consumer/run.mjs [--keep]
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { builtManifest, dist } from '../../tools/package-entries.mjs';
import { run, stopAll } from '../../tools/run.mjs';
import { openInBrowser } from './browser.mjs';
import { serveShop } from './shop.mjs';

const PROVIDE_LIMIT = 1000; // bytes gzipped that provideRxMesh() alone may add to an application

builtManifest();
const app = mkdtempSync(join(tmpdir(), 'rx-mesh-consumer-'));
const clean = () => {
  stopAll();
  if (process.argv.includes('--keep')) console.log(`kept in ${app}`);
  else rmSync(app, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    clean();
    process.exit(1);
  });
}

const problems = [];
try {
  await step('install the tarball in a fresh application', install);
  await step('check its types and those of every entry point', checkTypes);
  await step('build it for production', buildAll);
  await step('provideRxMesh() alone', costOfProvide);
  const shop = await serveShop(join(app, 'dist/full/browser'));
  try {
    await step('render it on a server', () => renderOnServer(shop));
    await step('open it in Chromium', async () => {
      const seen = await openInBrowser(shop);
      if (!seen.startsWith('skipped')) traced(shop.takeRequests(), 1);
      return seen;
    });
  } finally {
    await shop.close();
  }
} catch (error) {
  problems.push(String(error instanceof Error ? error.message : error));
} finally {
  clean();
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length ? 1 : 0;

async function step(name, work) {
  const start = performance.now();
  const outcome = await work();
  console.log(
    `  ${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s  ${name}${outcome ? `: ${outcome}` : ''}`,
  );
}

async function must(command, ...args) {
  const { code, output } = await run(command, args, {
    cwd: app,
    env: { NG_CLI_ANALYTICS: 'false' },
  });
  if (code) throw new Error(`[consumer-builds] ${command} ${args.join(' ')} failed:\n${output}`);
  return output;
}

async function install() {
  cpSync(resolve('e2e/consumer/app'), app, {
    recursive: true,
    filter: (path) => !/node_modules|[\\/]dist$|\.angular/.test(path),
  });
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund'];
  await must('npm', 'pack', dist, '--pack-destination', app, '--loglevel=error');
  await must('npm', 'ci', ...quiet);
  const [tarball] = globSync('rx-mesh-*.tgz', { cwd: app });
  await must('npm', 'install', '--no-save', ...quiet, `./${tarball}`);
}

/** With skipLibCheck off, on the lowest versions: the types of the package are looked into, not only used. */
async function checkTypes() {
  await must('npm', 'exec', '--no', '--', 'ngc', '-p', 'tsconfig.types.json');
}

async function buildAll() {
  const build = (name) => must('npm', 'exec', '--no', '--', 'ng', 'build', '--configuration', name);
  await Promise.all([build('bare'), build('provided').then(() => build('full'))]);
}

function costOfProvide() {
  const gzip = (name) =>
    [...reachable(join(app, 'dist', name, 'browser'))]
      .map((text) => gzipSync(text, { level: 9 }).length)
      .reduce((sum, bytes) => sum + bytes, 0);
  const added = gzip('provided') - gzip('bare');
  if (added >= PROVIDE_LIMIT) {
    problems.push(
      `[consumer-size] provideRxMesh() alone adds ${added} bytes gzipped to an application, not under ${PROVIDE_LIMIT}. See npm run size for what comes with it.`,
    );
  }
  return `${added} bytes gzipped (limit ${PROVIDE_LIMIT})`;
}

// All scripts that the page loads at its start, or could load later. esbuild writes a chunk for each `import()` of a module
// that it has read, also where nothing is left that would load it, such as the one of idb: no browser ever asks for that.
function reachable(folder) {
  const names = globSync('**/*.js', { cwd: folder });
  const found = new Map();
  const follow = (text) => {
    for (const name of names.filter((one) => !found.has(one) && text.includes(one))) {
      const script = readFileSync(join(folder, name), 'utf8');
      found.set(name, script);
      follow(script);
    }
  };
  follow(readFileSync(join(folder, 'index.html'), 'utf8'));
  return found.values();
}

async function renderOnServer(shop) {
  const { code, output } = await run('node', ['dist/full/server/server.mjs'], {
    cwd: app,
    env: { CONSUMER_ORIGIN: shop.origin },
    timeout: 20_000,
  });
  const said = /^REPORT (.*)$/m.exec(output);
  if (!said)
    throw new Error(`[consumer-server] Rendering on the server failed:\n${output.slice(-4000)}`);
  const report = JSON.parse(said[1]);
  if (code) {
    problems.push('[consumer-no-timer-left] The process that rendered did not end by itself.');
  }
  for (const [round, { html, timers }] of report.renders.entries()) {
    if (!html.includes('<p id="answer">a teapot</p>')) {
      problems.push(
        `[consumer-server] Page ${round + 1} lacks the answer of the service:\n${html}`,
      );
    }
    if (!/<p id="measured">1 .*\/api\/orders\/:id/.test(html)) {
      problems.push(
        `[consumer-server] Page ${round + 1} was not measured by metricsInterceptor:\n${html}`,
      );
    }
    if (round < report.renders.length - 1) continue;
    for (const timer of timers) {
      problems.push(`[consumer-no-timer-left] After the last page a timer is left:\n${timer}`);
    }
  }
  if (report.injected.length < 10 || !report.streams.length || !report.signals.length) {
    problems.push(`[consumer-server] Hardly anything was injected: ${report.injected.join(', ')}.`);
  }
  traced(shop.takeRequests(), report.renders.length);
  const left = report.renders.at(-1).timers.length;
  return `${report.injected.length} injectables, ${report.streams.length} streams, ${report.signals.length} signals; timers left: ${left}`;
}

/** Every request of the application carries a trace of its own, sampled and with a random id (flags 01 and 02). */
function traced(requests, count) {
  const traces = new Set(
    requests.map(
      ({ traceparent }) => /^00-([0-9a-f]{32})-[0-9a-f]{16}-03$/.exec(traceparent ?? '')?.[1],
    ),
  );
  if (requests.length !== count || traces.size !== count || traces.has(undefined)) {
    problems.push(
      `[consumer-traced] ${count} requests with a traceparent each were expected, but came: ${JSON.stringify(requests)}`,
    );
  }
}
