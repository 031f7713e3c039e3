// A real Prometheus and a real Pushgateway on free ports of this machine, and promtool.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const READY = 15_000;
const running = new Set();
const folder = mkdtempSync(join(tmpdir(), 'rx-mesh-prometheus-'));
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Which of these are not in the path. */
export function missing(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const isThere = (place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  return names.filter((name) => !folders.some((each) => isThere(join(each, name))));
}

/** What promtool says of a text: `''` when it has nothing against it. */
export function promtool(text) {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text });
  const said = `${stdout}${stderr}`.trim();
  return status === 0 && said === '' ? '' : `${said} (exit code ${status})`;
}

/** Starts a Pushgateway. */
export async function startPushgateway() {
  const url = `http://127.0.0.1:${await freePort()}`;
  const file = join(folder, 'pushgateway.db'); // nobody else has one there
  const child = launch('prometheus-pushgateway', [
    `--web.listen-address=${url.slice(7)}`,
    `--persistence.file=${file}`,
  ]);
  await ready(child, async () => {
    const { data } = await (await fetch(`${url}/api/v1/status`)).json();
    return data.flags['persistence.file'] === file;
  });
  return { url, stop: () => end(child) };
}

/**
 * Starts a Prometheus that scrapes every 200 ms.
 *
 * @param targets What it scrapes, by job: address and more of its `scrape_config`.
 */
export async function startPrometheus(targets) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const data = join(folder, 'data');
  const config = join(folder, 'prometheus.json'); // JSON is YAML
  const scrape_configs = Object.entries(targets).map(([job_name, { address, ...more }]) => ({
    job_name,
    static_configs: [{ targets: [address] }],
    ...more,
  }));
  const global = { scrape_interval: '200ms', scrape_timeout: '200ms' };
  writeFileSync(config, JSON.stringify({ global, scrape_configs }));
  const child = launch('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=${url.slice(7)}`,
    '--enable-feature=exemplar-storage',
  ]);
  await ready(child, async () => {
    if (!(await fetch(`${url}/-/ready`)).ok) return false;
    const flags = await (await fetch(`${url}/api/v1/status/flags`)).json();
    return flags.data['storage.tsdb.path'] === data;
  });
  return { url, stop: () => end(child) };
}

/**
 * Serves texts to be scraped.
 *
 * @param pages What is answered, by path: content type and a function that makes the text.
 */
export async function serve(pages) {
  const server = createServer((request, response) => {
    const page = pages[request.url ?? ''];
    if (!page) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': page.type }).end(page.text());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${server.address().port}`,
    stop: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}

function launch(binary, args) {
  const child = spawn(binary, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => (child.log = `${child.log}${text}`.slice(-4000)));
  }
  child.on('error', (error) => (child.log += String(error)));
  return child;
}

/** Waits for a server that was started here: what it says of itself tells it from another one at its port. */
async function ready(child, isReady) {
  const until = performance.now() + READY;
  while (performance.now() < until && child.exitCode === null && child.pid) {
    if (await isReady().catch(() => false)) return;
    await new Promise((wait) => setTimeout(wait, 50));
  }
  await end(child);
  throw new Error(`${child.spawnfile} did not start:\n${child.log}`);
}

async function end(child) {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(late);
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
