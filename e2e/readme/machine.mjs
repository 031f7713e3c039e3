// A machine that has Node, npm and a browser, and nothing of ours: a folder for the commands of the README, run by a shell,
// word for word.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const running = new Set();

/** Ends what still runs. */
export function stopAll(signal = 'SIGTERM') {
  for (const child of running) {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

/** A folder that is gone when the script is. */
export function makeFolder() {
  return mkdtempSync(join(tmpdir(), 'rx-mesh-readme-'));
}

/** Copies what git knows, or would know, of the workspace: what a clone has. */
export function copyOfWorkspace(to) {
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', listed, { encoding: 'utf8', maxBuffer: 1e8 }).split('\0');
  // What was deleted and not yet committed is in the list, too.
  for (const file of files.filter((each) => each && existsSync(each))) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(file, join(to, file));
  }
}

/**
 * A shell. `first` are folders that its user has put first on the path; nothing of this workspace is on it.
 *
 * @param {{ cwd: string, first?: readonly string[], env?: object }} options
 */
export function shell({ cwd, first = [], env = {} }) {
  const inherited = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules') && !folder.includes('node-gyp-bin'));
  // Settings that npm hands to its scripts belong to whoever started this one.
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const environment = {
    ...Object.fromEntries(own),
    ...env,
    PATH: [...first, ...inherited].join(delimiter),
    NG_CLI_ANALYTICS: 'false',
    NO_COLOR: '1',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_loglevel: 'error',
  };
  const start = (command) => {
    const child = spawn('bash', ['-c', command], {
      cwd,
      detached: true,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const state = { child, output: '', code: undefined };
    child.stdout.on('data', (chunk) => (state.output += chunk));
    child.stderr.on('data', (chunk) => (state.output += chunk));
    state.ended = new Promise((done) => {
      child.on('close', (code) => {
        running.delete(child);
        state.code = code ?? 1;
        done(state.code);
      });
    });
    return state;
  };
  return {
    /** Runs a command to its end. @param {number} seconds How long it may take. */
    async run(command, seconds) {
      const job = start(command);
      const timer = setTimeout(() => stop(job, 'SIGKILL'), seconds * 1000);
      const code = await job.ended;
      clearTimeout(timer);
      if (code) throw new Error(`\`${command}\` ended with ${code}:\n${tail(job.output)}`);
      return job.output;
    },
    /** Runs a command that serves a page until it is stopped. Resolves when the port answers. */
    async serve(command, port, seconds) {
      if (await answers(port)) throw new Error(`Port ${port} is taken: end what listens there.`);
      const job = start(command);
      const until = performance.now() + seconds * 1000;
      while (!(await answers(port))) {
        if (job.code !== undefined || performance.now() > until) {
          stop(job, 'SIGKILL');
          throw new Error(`\`${command}\` serves nothing at port ${port}:\n${tail(job.output)}`);
        }
        await new Promise((again) => setTimeout(again, 250));
      }
      return {
        async stop() {
          stop(job, 'SIGTERM');
          const late = setTimeout(() => stop(job, 'SIGKILL'), 5000);
          await job.ended;
          clearTimeout(late);
        },
      };
    },
  };
}

/** Removes a folder. */
export const remove = (folder) => rmSync(folder, { recursive: true, force: true });

function stop({ child }, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function answers(port) {
  return new Promise((told) => {
    const socket = createConnection({ host: 'localhost', port });
    socket.on('connect', () => {
      socket.destroy();
      told(true);
    });
    socket.on('error', () => told(false));
  });
}

const tail = (output) => output.trimEnd().split('\n').slice(-150).join('\n');
