import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** What a real server is told beside its ports. */
export interface NatsServerOptions {
  /** More lines of its configuration, such as `authorization { token: "t" }`. */
  readonly config?: string;
  /** Whether it has JetStream. @default true */
  readonly jetstream?: boolean;
}

/** A real nats-server, a child of the test: it dies with it. */
export interface NatsServer {
  /** Where WebSockets connect to. */
  readonly url: string;
  /** Starts it again where it was, on the same files. */
  start(): Promise<void>;
  /** Ends it: by SIGKILL as by a crash, or in an orderly way. */
  stop(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Freezes it, or lets it go on: its sockets stay open, and nobody answers. */
  freeze(frozen: boolean): Promise<void>;
  /** How many messages it has taken and given out. */
  messages(): Promise<number>;
  /** How many clients are connected. */
  clients(): Promise<number>;
  /** Ends it and throws its files away. */
  dispose(): Promise<void>;
}

/** Starts a nats-server on free ports of this machine. */
export async function startNatsServer({
  config = '',
  jetstream = true,
}: NatsServerOptions = {}): Promise<NatsServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rx-mesh-nats-'));
  const [port, monitor, socket] = await freePorts(3);
  const name = path.basename(folder);
  const store = jetstream
    ? `jetstream { store_dir: "${folder}/data", max_memory_store: 64MB, max_file_store: 1GB }`
    : '';
  writeFileSync(
    path.join(folder, 'nats.conf'),
    `server_name: "${name}"
host: "127.0.0.1"
port: ${port}
http: "127.0.0.1:${monitor}"
max_payload: 1MB
websocket { host: "127.0.0.1", port: ${socket}, no_tls: true, compression: true, same_origin: false }
${store}
${config}
`,
  );
  let child: ChildProcess | undefined;
  let said = '';
  const ask = async (what: string): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${monitor}/${what}`)).json();

  const server: NatsServer = {
    url: `ws://127.0.0.1:${socket}`,
    start: async () => {
      const started = spawn('nats-server', ['-c', path.join(folder, 'nats.conf')], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child = started;
      started.stderr.on('data', (data: Buffer) => (said = (said + String(data)).slice(-4000)));
      for (let tries = 0; tries < 300; tries++) {
        if (started.exitCode !== null) break;
        try {
          // Its own name, since a stranger may have taken the port meanwhile.
          const { server_name: found } = (await ask('varz')) as { server_name?: string };
          const { status } = (await ask('healthz')) as { status?: string };
          if (found === name && status === 'ok') return;
        } catch {
          // Not there yet.
        }
        await wait(20);
      }
      throw new Error(`nats-server did not start:\n${said}`);
    },
    stop: async (signal = 'SIGTERM') => {
      const ending = child;
      child = undefined;
      if (ending?.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      ending.kill(signal);
      await ended;
    },
    freeze: async (frozen) => {
      child?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
      // A signal arrives when the system finds time for it.
      await wait(100);
    },
    messages: async () => {
      const { in_msgs, out_msgs } = (await ask('varz')) as Record<'in_msgs' | 'out_msgs', number>;
      return in_msgs + out_msgs;
    },
    clients: async () => ((await ask('varz')) as { connections: number }).connections,
    dispose: async () => {
      await server.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  // However the test ends.
  process.once('exit', () => child?.kill('SIGKILL'));
  await server.start();
  return server;
}

/** Some ports of this machine that nobody has. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const holders = await Promise.all(
    Array.from({ length: count }, async () => {
      const holder = createServer().listen(0, '127.0.0.1');
      await once(holder, 'listening');
      return holder;
    }),
  );
  const ports = holders.map((holder) => (holder.address() as AddressInfo).port);
  await Promise.all(holders.map((holder) => new Promise((closed) => holder.close(closed))));
  return ports;
}
