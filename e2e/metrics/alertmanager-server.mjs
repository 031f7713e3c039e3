// A real Alertmanager of its own, on a free port of this machine, and the webhook that it tells.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const READY = 15_000;
const running = new Set();
const folders = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Where the binary is; `undefined` when there is none. */
export function findAlertmanager() {
  const { ALERTMANAGER_BIN, PATH = '' } = process.env;
  const places = ALERTMANAGER_BIN
    ? [resolve(ALERTMANAGER_BIN)]
    : PATH.split(delimiter).flatMap((folder) =>
        ['prometheus-alertmanager', 'alertmanager'].map((name) => join(folder, name)),
      );
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Starts it, and waits until it is ready. */
export async function startAlertmanager(binary) {
  const folder = mkdtempSync(join(tmpdir(), 'rx-mesh-alertmanager-'));
  folders.add(folder);
  const receiver = await startReceiver();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const file = join(folder, 'alertmanager.json'); // which is YAML as well
  writeFileSync(file, JSON.stringify(configOf(receiver.url)));
  const child = spawn(
    binary,
    [
      `--config.file=${file}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running.add(child);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => (log = `${log}${text}`.slice(-4000)));
  }
  child.on('error', (error) => (log += String(error)));
  const stop = async () => {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await ended;
    running.delete(child);
    receiver.stop();
  };
  const end = performance.now() + READY;
  while (!(await isReady(url))) {
    if (performance.now() > end || child.exitCode !== null || !child.pid) {
      await stop();
      throw new Error(`${binary} did not start:\n${log}`);
    }
    await new Promise((wait) => setTimeout(wait, 50));
  }
  return {
    url,
    /** Where it tells groups. */
    hook: receiver.url,
    /** What it told, message by message. */
    messages: receiver.messages,
    /** What it told, alert by alert. */
    told: receiver.told,
    /** The alerts that it has. */
    alerts: async () => (await fetch(`${url}/api/v2/alerts`)).json(),
    /** Posts alerts past the library; resolves with the status. */
    post: async (alerts) => {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify(alerts);
      return (await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body })).status;
    },
    stop,
  };
}

const configOf = (url) => ({
  route: {
    receiver: 'hook',
    group_by: ['alertname'],
    group_wait: '200ms',
    group_interval: '500ms',
    repeat_interval: '1h',
  },
  receivers: [{ name: 'hook', webhook_configs: [{ url, send_resolved: true }] }],
  inhibit_rules: [
    {
      source_matchers: ['severity="page"'],
      target_matchers: ['severity="ticket"'],
      equal: ['service'],
    },
  ],
});

async function isReady(url) {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
}

async function startReceiver() {
  const messages = [];
  const told = [];
  const server = createHttpServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const message = JSON.parse(text);
    messages.push(message);
    told.push(...message.alerts);
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  return { url, messages, told, stop: () => server.close() };
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
