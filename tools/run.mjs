// Runs a command for a script: output in hand, the pinned Node first on the path, ended with its script.
import { spawn } from 'node:child_process';
import { delimiter, resolve } from 'node:path';

const running = new Set();

/** Ends what still runs. */
export function stopAll() {
  for (const child of running) stop(child, 'SIGTERM');
}

function stop(child, signal) {
  try {
    // The whole group: npm starts a shell that starts the tool.
    process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: object, timeout?: number }} options `timeout` in milliseconds, ten minutes by default.
 * @returns {Promise<{ code: number, output: string }>} Never rejects; a command that cannot start has code 127.
 */
export function run(command, args, { cwd = process.cwd(), env = {}, timeout = 600_000 } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd,
      detached: true,
      env: {
        ...process.env,
        PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    const timer = setTimeout(() => {
      output += `\n[timeout] ${command} ${args.join(' ')} was ended after ${timeout / 1000} s\n`;
      stop(child, 'SIGKILL');
    }, timeout);
    const settle = (code) => {
      clearTimeout(timer);
      running.delete(child);
      done({ code, output });
    };
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      output += String(error);
      settle(127);
    });
    child.on('close', (code) => settle(code ?? 1));
  });
}
