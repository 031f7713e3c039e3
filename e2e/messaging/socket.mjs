// WebSocketService and webSocketTransport of the built library, with the WebSocket of Node, against a real server that is
// killed and started again under load. It needs no network but this machine's own.
//
//   npm run build:lib && node e2e/messaging/socket.mjs
//
// Exit codes: 0 all is well, 1 a check failed.
import { fork } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, closeBundler } from '../../tools/bundle.mjs';
import { Checks, rest } from '../registries/checks.mjs';

const PORT = 47_311;
const FOLDER = resolve('out-tsc/e2e');
const FILE = `${FOLDER}/socket-server.txt`;
let server;

mkdirSync(FOLDER, { recursive: true });
rmSync(FILE, { force: true });
writeFileSync(FILE, '');
process.on('exit', () => server?.kill('SIGKILL'));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const { constantBackoff, createApplication } = await built();
const checks = new Checks();
const app = createApplication(`ws://127.0.0.1:${PORT}`);
const quick = { backoff: constantBackoff(50), linger: 0 };
await start();

await checks.check('text and bytes go there and back', async () => {
  const decode = (data) => (typeof data === 'string' ? JSON.parse(data) : data.byteLength);
  const echo = observe(app.connect('/echo', { ...quick, decode }));
  echo.connection.send({ a: 'é😀' }).subscribe();
  echo.connection.sendFrame(new Uint8Array(70_000)).subscribe();
  await until(() => echo.values.length === 2);
  echo.leave();
  same(echo.values, [{ a: 'é😀' }, 70_000]);
  await until(() => echo.connection.state() === 'closed');
});

await checks.check('a token is the first message; a wrong one ends it for good', async () => {
  const isFinal = (code) => code === 4401;
  const as = (token) => ({ ...quick, isFinal, authenticate: () => [{ token }] });
  const good = observe(app.connect('/secure', { ...as('sesame'), protocols: ['v1'] }));
  const bad = observe(app.connect('/secure', as('guess')));
  await until(() => good.values.length === 1 && bad.error);
  good.leave();
  same([bad.error.code, bad.error.closeCode, bad.error.reason], ['RXM410', 4401, 'who are you?']);
});

await checks.check('a policy ends it for good', async () => {
  const policy = observe(app.connect('/policy', quick));
  await until(() => policy.error);
  same([policy.error.closeCode, policy.connection.state()], [1008, 'closed']);
});

await checks.check('a half-open connection is found, and replaced', async () => {
  const heartbeat = { ping: () => 'ping', period: 100, timeout: 100 };
  const silent = observe(app.connect('/silent', { ...quick, heartbeat }));
  await until(() => stored('silent').length >= 3);
  silent.leave();
});

await checks.check('an upgrade that is never answered is given up', async () => {
  const never = observe(app.connect('/never', { ...quick, connectTimeout: 100 }));
  await rest(400);
  never.leave();
  const told = app.diagnostics.records.some(({ message }) => message.includes('not ready within'));
  same([never.states.includes('open'), told], [false, true]);
});

await checks.check('what a slow reader does not take waits here, in order', async () => {
  const bounds = { maxOutboxBytes: Infinity, highWaterMark: 65_536 };
  const slow = observe(app.connect('/slow', { ...quick, ...bounds }));
  const filler = 'x'.repeat(100_000);
  const done = sendAll(slow.connection, 300, (n) => ({ n, filler }));
  await until(() => slow.states.includes('open'));
  await rest(300);
  const waiting = slow.connection.waiting().count;
  await done.all;
  await until(() => stored('slow').length === 300);
  slow.leave();
  same(stored('slow'), numbers(300));
  if (waiting === 0) throw new Error('nothing waited');
  return `${waiting} of 300 waited`;
});

await checks.check('nothing of the outbox is lost or out of order over three kills', async () => {
  const storing = observe(app.connect('/store', quick));
  const sent = [];
  for (let n = 0; n < 900; n++) {
    const one = { n, at: undefined, error: undefined };
    sent.push(one);
    storing.connection.send({ n }).subscribe({
      complete: () => (one.at = storing.states.length),
      error: (error) => (one.error = error),
    });
    if (n % 300 === 150) void restart();
    if (n % 5 === 0) await rest(5);
  }
  await until(() => sent.every(({ at, error }) => at !== undefined || error));
  await rest(300);
  const last = storing.states.length;
  storing.leave();
  const arrived = stored('store');
  const lost = sent.filter(({ n }) => !arrived.includes(n));
  same(
    arrived,
    [...new Set(arrived)].sort((a, b) => a - b),
  );
  same(sent.filter(({ error }) => error).length, 0);
  // Only what a socket had already, when its server was killed.
  same(lost.filter(({ at }) => at >= last).length, 0);
  return `${arrived.length} arrived, ${lost.length} were in a socket whose server was killed`;
});

await checks.check('nothing at all is lost or out of order with answers', async () => {
  const transport = app.transport('/messages', { ...quick, acknowledge: true });
  const heard = [];
  const hearing = transport.receive('numbers').subscribe(({ payload }) => heard.push(payload));
  let open = 0;
  for (let n = 0; n < 900; n++) {
    const message = { id: `m${n}`, topic: 'numbers', headers: {}, payload: n, timestamp: 1 };
    open++;
    transport.send(message).subscribe({ complete: () => open--, error: console.error });
    if (n % 300 === 150) void restart();
    if (n % 5 === 0) await rest(5);
  }
  await until(() => open === 0);
  hearing.unsubscribe();
  const arrived = stored('pub');
  const once = [...new Set(arrived)];
  same(once, numbers(900));
  same(
    heard.every((n, at) => at === 0 || heard.indexOf(n) < at || n > heard[at - 1]),
    true,
  );
  return `${arrived.length - once.length} came twice`;
});

console.log(`\n${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed ? 1 : 0);

function observe(connection) {
  const seen = { connection, values: [], states: [], error: undefined, leave: () => undefined };
  const states = connection.state$.subscribe((state) => seen.states.push(state));
  const values = connection.subscribe({
    next: (value) => seen.values.push(value),
    error: (error) => (seen.error = error),
  });
  seen.leave = () => [values, states].forEach((each) => each.unsubscribe());
  return seen;
}

function sendAll(connection, count, make) {
  const sends = numbers(count).map(
    (n) =>
      new Promise((complete, error) => connection.send(make(n)).subscribe({ complete, error })),
  );
  return { all: Promise.all(sends) };
}

function stored(kind) {
  const lines = readFileSync(FILE, 'utf8').split('\n');
  return lines
    .filter((line) => line.split(' ')[0] === kind)
    .map((line) => Number(line.split(' ')[1]));
}

function numbers(count) {
  return Array.from({ length: count }, (_, n) => n);
}

async function start() {
  server = fork('e2e/messaging/socket-server.mjs', [String(PORT), FILE]);
  await new Promise((ready) => server.once('message', ready));
}

async function restart() {
  server.kill('SIGKILL');
  await rest(200);
  await start();
}

async function until(isSo, within = 15_000) {
  for (const end = performance.now() + within; !isSo(); await rest(10)) {
    if (performance.now() > end) throw new Error(`not so within ${within} ms: ${isSo}`);
  }
}

function same(given, expected) {
  const [a, b] = [JSON.stringify(given), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a.slice(0, 300)} is not ${b.slice(0, 300)}`);
}

async function built() {
  try {
    const { text } = await bundle(readFileSync('e2e/messaging/library.mjs', 'utf8'));
    const file = `${FOLDER}/messaging-library.mjs`;
    writeFileSync(file, text);
    return await import(pathToFileURL(file));
  } finally {
    await closeBundler();
  }
}
