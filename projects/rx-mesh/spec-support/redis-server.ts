import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePorts } from './nats-server';
import { redisCommand } from './resp-client';

/** A real redis-server with Webdis before it, both children of the test: they die with it. */
export interface RedisServer {
  /** Where Webdis is reached. */
  readonly url: string;
  /** The port of Redis itself. */
  readonly port: number;
  /** Sends a command to Redis itself. */
  command(...args: readonly string[]): Promise<unknown>;
  /** Starts Redis again where it was; it has forgotten everything. */
  start(): Promise<void>;
  /** Ends Redis, as by a crash. Webdis stays. */
  stop(): Promise<void>;
  /** Freezes Webdis, or lets it go on: its sockets stay open, and nobody answers. */
  freeze(frozen: boolean): Promise<void>;
  /** Ends both and throws their files away. */
  dispose(): Promise<void>;
}

// What the adapter needs, and nothing else: `CONFIG` is there to be refused.
const ALLOWED = ['GET', 'MGET', 'SET', 'DEL', 'PEXPIRE', 'PTTL', 'INCR', 'PUBLISH', 'PSUBSCRIBE', 'PING', 'EVAL', 'LPUSH']; // prettier-ignore

/** Starts both on free ports of this machine. */
export async function startRedisServer(): Promise<RedisServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rx-mesh-redis-'));
  const name = path.basename(folder);
  const [port = 0, http] = await freePorts(2);
  const config = path.join(folder, 'webdis.json');
  writeFileSync(
    config,
    JSON.stringify({
      redis_host: '127.0.0.1',
      redis_port: port,
      http_host: '127.0.0.1',
      http_port: http,
      threads: 2,
      pool_size: 10,
      daemonize: false,
      websockets: false,
      database: 0,
      verbosity: 1,
      logfile: path.join(folder, 'webdis.log'),
      acl: [{ disabled: ['*'] }, { enabled: ALLOWED }],
    }),
  );
  const url = `http://127.0.0.1:${http}`;
  let redis: ChildProcess | undefined;
  const gateway: ChildProcess[] = [];

  const server: RedisServer = {
    url,
    port,
    command: async (...args) => redisCommand(port, args),
    start: async () => {
      const args = `--bind 127.0.0.1 --port ${port} --appendonly no --dir ${folder}`.split(' ');
      const started = spawn('redis-server', [...args, '--save', ''], { stdio: 'ignore' });
      redis = started;
      // Its own folder, since a stranger may have taken the port meanwhile.
      await answered(started, async () =>
        String(await redisCommand(port, ['CONFIG', 'GET', 'dir'])).includes(name),
      );
    },
    stop: async () => {
      await ended(redis);
      redis = undefined;
    },
    freeze: async (frozen) => {
      gateway[0]?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
      // A signal arrives when the system finds time for it.
      await wait(100);
    },
    dispose: async () => {
      await Promise.all([ended(gateway[0]), ended(redis)]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  // However the test ends.
  process.once('exit', () => [redis, ...gateway].forEach((child) => child?.kill('SIGKILL')));
  await server.start();
  await redisCommand(port, ['SET', 'whose', name]);
  const started = spawn('webdis', [config], { stdio: 'ignore' });
  gateway.push(started);
  await answered(started, async () =>
    (await (await fetch(`${url}/GET/whose`)).text()).includes(name),
  );
  await redisCommand(port, ['DEL', 'whose']);
  return server;
}

async function answered(child: ChildProcess, isThere: () => Promise<boolean>): Promise<void> {
  let failure: unknown;
  child.once('error', (error) => (failure = error));
  for (let tries = 0; tries < 300 && !failure && child.exitCode === null; tries++) {
    if (await isThere().catch(() => false)) return;
    await wait(20);
  }
  throw new Error('A server did not start.', { cause: failure });
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'exit');
  child.kill('SIGKILL');
  await end;
}
