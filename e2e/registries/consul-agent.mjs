// A real Consul of one agent, in memory, on free ports of this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const EXPOSED = ['X-Consul-Index', 'X-Consul-KnownLeader', 'X-Consul-LastContact'];
const READY = 15_000;
const running = new Set();
const folders = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Where the binary is: what `CONSUL_BIN` names, or `consul` of the path; `undefined` when there is none. */
export function findConsul() {
  const { CONSUL_BIN, PATH = '' } = process.env;
  const places = CONSUL_BIN
    ? [resolve(CONSUL_BIN)]
    : PATH.split(delimiter).map((folder) => join(folder, 'consul'));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Starts an agent and waits until it leads.
 *
 * @param binary As {@link findConsul} finds it.
 * @param token With it, ACLs are on and deny whoever does not bring it. A UUID.
 */
export async function startConsul(binary, token) {
  const folder = mkdtempSync(join(tmpdir(), 'rx-mesh-consul-'));
  folders.add(folder);
  const [http, serf, server] = await freePorts(3);
  const node = `rx-mesh-${process.pid}-${http}`;
  const url = `http://127.0.0.1:${http}`;
  const config = {
    node_name: node,
    datacenter: 'dc1',
    disable_update_check: true,
    bind_addr: '127.0.0.1',
    client_addr: '127.0.0.1',
    ports: { http, server, serf_lan: serf, serf_wan: -1, dns: -1, grpc: -1 },
    http_config: {
      response_headers: {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Headers': 'X-Consul-Token',
        'Access-Control-Expose-Headers': EXPOSED.join(', '),
      },
    },
    ...(token && {
      acl: { enabled: true, default_policy: 'deny', tokens: { master: token, agent: token } },
    }),
  };
  const file = join(folder, 'agent.json');
  writeFileSync(file, JSON.stringify(config));
  let child = await launch();

  async function launch() {
    const started = spawn(binary, ['agent', '-dev', `-config-file=${file}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(started);
    let log = '';
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (text) => (log = `${log}${text}`.slice(-4000)));
    }
    started.on('error', (error) => (log += String(error)));
    const end = performance.now() + READY;
    while (performance.now() < end && started.exitCode === null && started.pid) {
      if (await leads()) return started;
      await new Promise((wait) => setTimeout(wait, 50));
    }
    running.delete(started);
    started.kill('SIGKILL');
    throw new Error(`${binary} did not start:\n${log}`);
  }

  /** Whether there is a leader, and it is the agent that was started here: nobody else has its name. */
  async function leads() {
    try {
      const headers = token ? { 'X-Consul-Token': token } : {};
      const leader = await (await fetch(`${url}/v1/status/leader`, { headers })).json();
      const self = await (await fetch(`${url}/v1/agent/self`, { headers })).json();
      if (self.Config.NodeName !== node) throw new Error(`${url} is not ours`);
      const known = await fetch(`${url}/v1/health/node/${node}`, { headers });
      return leader !== '' && (await known.json()).length > 0;
    } catch {
      return false;
    }
  }

  async function end() {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await ended;
    running.delete(child);
  }

  return {
    url,
    /** Ends the agent as a crash does, and starts it again at the same place; what it knew is lost. */
    restart: async () => {
      await end();
      child = await launch();
    },
    stop: end,
  };
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((each) => once(each.listen(0, '127.0.0.1'), 'listening')));
  const ports = servers.map((each) => each.address().port);
  await Promise.all(servers.map((each) => new Promise((closed) => each.close(closed))));
  return ports;
}
