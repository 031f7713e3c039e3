// The runner of the live demo as a child of the test: what it says, what it has started, and its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';

/** @param args Of the runner. @param env What is different from this process. */
export async function startRunner(args, { env = {}, within = 300_000 } = {}) {
  const child = spawn(process.execPath, ['tools/live/run.mjs', ...args], {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  // However the test ends.
  process.once('exit', () => child.exitCode ?? child.kill('SIGTERM'));
  const url = await until(
    () => {
      if (child.exitCode !== null) throw new Error(`The runner has ended:\n${said}`);
      return /The demo is at (http:\S+)/.exec(said)?.[1];
    },
    'the runner is ready',
    within,
  );
  return {
    url,
    said: () => said,
    pid: child.pid,
    /** What the runner tells its page. */
    world: async () => (await fetch(`${url}/live/state`)).json(),
    /** What the page is told of addresses. */
    facts: async () => {
      const html = await (await fetch(url)).text();
      return JSON.parse(/id="rx-mesh-live">(.*?)<\/script>/.exec(html)[1]);
    },
    /** Ends it by a signal, and resolves with its exit code. */
    end: async (signal) => {
      const ended = once(child, 'exit');
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}

/** Runs it to its end. */
export async function runToEnd(args) {
  const child = spawn(process.execPath, ['tools/live/run.mjs', ...args]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  return { code, said };
}

/** The processes that a process has started, and theirs. */
export function childrenOf(pid) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The name of the program is in brackets, and may have anything in it.
        const [, , parent] = /^(.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'));
        return [[Number(name), Number(parent)]];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
  const own = parents.filter(([, parent]) => parent === pid).map(([child]) => child);
  return [...own, ...own.flatMap(childrenOf)];
}

/** Whether a process is there. */
export function isThere(pid) {
  try {
    // One that has ended and that nobody has asked for yet is there no more.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits until something is so; resolves with what it gives. */
export async function until(look, what, within = 10_000) {
  const end = performance.now() + within;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (performance.now() > end) throw new Error(`not within ${within} ms: ${what}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}
