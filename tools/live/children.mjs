// The processes of the live demo. All are children of this one, and none outlives it.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const READY = 15_000;
const KEPT = 4000;

/** Starts processes, and ends all of them. */
export class Children {
  /** A folder for their files. It is gone when all has ended. */
  folder = mkdtempSync(join(tmpdir(), 'rx-mesh-live-'));
  #running = new Set();
  #watchdog;
  #closed = false;
  #files;

  /** @param files What has to be gone as well when all has ended. */
  constructor(files = []) {
    this.#files = [this.folder, ...files];
    const file = fileURLToPath(new URL('watchdog.mjs', import.meta.url));
    // A group of its own: a signal to this process must not reach it first.
    this.#watchdog = fork(file, this.#files, { detached: true, stdio: 'ignore' });
    this.#watchdog.on('error', () => undefined);
    this.#watchdog.unref();
    this.#watchdog.channel?.unref();
  }

  /** A folder for one of them. */
  folderOf(name) {
    if (this.#closed) throw new Error('All has ended.');
    const folder = join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Starts a program, in the folder of all or in another one. */
  spawn(program, args, cwd = this.folder) {
    return this.#keep(
      spawn(program, args, {
        cwd,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Starts a module of this workspace in a Node of its own; resolves with what it says first. */
  async fork(file, args) {
    const child = this.#keep(fork(file, args, { detached: true, silent: true }));
    const first = await Promise.race([
      once(child, 'message').then(([message]) => message),
      once(child, 'exit').then(() => undefined),
      wait(READY, undefined, { ref: false }),
    ]);
    if (first) return { child, first };
    await this.end(child);
    throw new Error(`${file} did not start:\n${child.log}`);
  }

  /**
   * Waits for a program that was started here.
   *
   * @param isReady Whether it answers, and is this child: a stranger may have taken its port meanwhile.
   */
  async ready(child, isReady) {
    const until = performance.now() + READY;
    while (performance.now() < until && isAlive(child) && !this.#closed) {
      if (await isReady().catch(() => false)) return child;
      await wait(25);
    }
    await this.end(child);
    throw new Error(`${child.spawnfile} did not start:\n${child.log}`);
  }

  /** Ends one of them, as a crash would. */
  async end(child) {
    if (!isAlive(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends all of them, and throws their files away. */
  async close() {
    this.#closed = true;
    await Promise.all([...this.#running].map((child) => this.end(child)));
    if (this.#watchdog.connected) {
      this.#watchdog.ref();
      const ended = once(this.#watchdog, 'exit');
      this.#watchdog.disconnect();
      await ended;
    }
    // Something may have been written meanwhile.
    for (const file of this.#files) rmSync(file, { recursive: true, force: true });
  }

  #keep(child) {
    if (this.#closed) {
      child.kill('SIGKILL');
      throw new Error('All has ended.');
    }
    child.log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => (child.log = `${child.log}${text}`.slice(-KEPT)));
    }
    child.on('error', (error) => (child.log += String(error)));
    if (child.pid === undefined) return child;
    this.#running.add(child);
    this.#watchdog.send({ started: child.pid });
    child.on('exit', () => {
      this.#running.delete(child);
      if (this.#watchdog.connected) this.#watchdog.send({ ended: child.pid });
    });
    return child;
  }
}

/** Whether a process still runs. */
export function isAlive({ exitCode, pid, signalCode }) {
  return pid !== undefined && exitCode === null && signalCode === null;
}

/** Ports of this machine that nobody has. */
export async function freePorts(count) {
  const holders = await Promise.all(
    Array.from({ length: count }, async () => {
      const holder = createServer().listen(0, '127.0.0.1');
      await once(holder, 'listening');
      return holder;
    }),
  );
  const ports = holders.map((holder) => holder.address().port);
  await Promise.all(holders.map((holder) => new Promise((closed) => holder.close(closed))));
  return ports;
}
