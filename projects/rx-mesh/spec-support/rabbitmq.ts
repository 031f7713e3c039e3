import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

// Those of Debian in the path start by `su`, out of reach of a signal.
const BIN = '/usr/lib/rabbitmq/bin';
const LOOKS = 900; // every 100 ms

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A real RabbitMQ with Web STOMP on free ports of this machine, with a folder and an epmd of its own. */
export class RabbitMq {
  readonly #running = new Set<ChildProcess>();
  readonly #folder = mkdtempSync(join(tmpdir(), 'rx-mesh-rabbitmq-'));
  // Debian's user of the broker, when this is root.
  readonly #owner = process.getuid?.() === 0 ? rabbitmq() : undefined;
  #env: Record<string, string> = {};
  #node: ChildProcess | undefined;
  #log = '';

  /** Where Web STOMP is. */
  url = '';

  /** Starts it for the first time. */
  async start(): Promise<void> {
    process.once('exit', () => this.#killAll());
    const [epmd = 0, amqp = 0, dist = 0, stomp = 0, web = 0] = await freePorts(5);
    this.url = `ws://127.0.0.1:${web}/ws`;
    const data = join(this.#folder, 'data');
    mkdirSync(data);
    this.#env = {
      PATH: process.env['PATH'] ?? '',
      LANG: 'C.UTF-8',
      HOME: this.#folder,
      ERL_EPMD_PORT: String(epmd),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: `rx-mesh-${web}@localhost`,
      RABBITMQ_DIST_PORT: String(dist),
      RABBITMQ_MNESIA_BASE: data,
      RABBITMQ_LOG_BASE: this.#folder,
      RABBITMQ_LOGS: '-',
      RABBITMQ_PID_FILE: join(this.#folder, 'pid'),
      RABBITMQ_CONF_ENV_FILE: this.#file('rabbitmq-env.conf', ''),
      RABBITMQ_ENABLED_PLUGINS_FILE: this.#file('enabled_plugins', '[rabbitmq_web_stomp].\n'),
      RABBITMQ_CONFIG_FILE: this.#file(
        'rabbitmq.conf',
        [
          `listeners.tcp.default = 127.0.0.1:${amqp}`,
          `stomp.listeners.tcp.1 = 127.0.0.1:${stomp}`,
          'web_stomp.tcp.ip = 127.0.0.1',
          `web_stomp.tcp.port = ${web}`,
          'log.console.level = warning',
          '',
        ].join('\n'),
      ),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-start_epmd false',
    };
    if (this.#owner) {
      for (const each of [this.#folder, data]) chownSync(each, this.#owner.uid, this.#owner.gid);
    }
    this.#launch('epmd', ['-port', String(epmd)]);
    await this.restart();
  }

  /** Starts it again, with what it has stored, on the same ports. */
  async restart(): Promise<void> {
    this.#log = '';
    const node = this.#launch(join(BIN, 'rabbitmq-server'), []);
    this.#node = node;
    for (let look = 0; look < LOOKS && node.exitCode === null && node.pid !== undefined; look++) {
      const answer = await fetch(this.url.replace('ws', 'http')).catch(() => undefined);
      if (answer) return;
      await wait(100);
    }
    this.#killAll();
    throw new Error(`RabbitMQ did not start:\n${this.#log}`);
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    const node = this.#node;
    if (node?.exitCode !== null || node.signalCode !== null) return;
    const ended = once(node, 'exit');
    killGroup(node);
    await ended;
    this.#running.delete(node);
  }

  /** Runs `rabbitmqctl`, and gives what it says. */
  ctl(...args: readonly string[]): string {
    const all = ['--node', this.#env['RABBITMQ_NODENAME'] ?? '', ...args];
    const { status, stdout, stderr } = spawnSync(join(BIN, 'rabbitmqctl'), all, {
      cwd: this.#folder,
      env: this.#env,
      encoding: 'utf8',
      ...this.#owner,
    });
    if (status !== 0) throw new Error(`rabbitmqctl ${args.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Ends it for good, with all that it has stored. */
  async dispose(): Promise<void> {
    await this.kill();
    this.#killAll();
  }

  #file(name: string, text: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, text);
    if (this.#owner) chownSync(path, this.#owner.uid, this.#owner.gid);
    return path;
  }

  #launch(command: string, args: readonly string[]): ChildProcess {
    const child = spawn(command, args, {
      cwd: this.#folder,
      env: this.#env,
      // A group of its own: what a script starts, and what Erlang starts, ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...this.#owner,
    });
    this.#running.add(child);
    const keep = (text: unknown): void => {
      this.#log = `${this.#log}${String(text)}`.slice(-8000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', keep);
    return child;
  }

  #killAll(): void {
    for (const child of this.#running) killGroup(child);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Whether there is a RabbitMQ to start. */
export function hasRabbitMq(): boolean {
  return existsSync(join(BIN, 'rabbitmq-server')) && !spawnSync('epmd', ['-names']).error;
}

function rabbitmq(): Owner {
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'rabbitmq'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (typeof address === 'object' && address) ports.push(address.port);
  }
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
