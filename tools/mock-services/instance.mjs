// One instance of a mock service, in a process of its own: a host for the fetch handlers that the demo has in its page.
//
//   A child of tools/live: node instance.mjs <bundle of bundle.mjs> '{ "id", "port", "data", "origins", "partner", "faults", "seed" }'
//
// Latency and errors are made here, as seldom or often as the runner says; what it knows is in the process of data.mjs.
import { once } from 'node:events';
import { Agent, createServer, request as ask } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { drawLatency, seededRandom } = await import(pathToFileURL(process.argv[2]));
const { data, id, origins, partner, port, ...weather } = JSON.parse(process.argv[3]);
const agent = new Agent({ keepAlive: true });
let { faults, seed } = weather;
let random = seededRandom(seed);

process.title = `mock-service ${id}`;
process.on('disconnect', () => process.exit());
process.on('message', (next) => {
  faults = next.faults;
  if (next.seed !== seed) random = seededRandom(next.seed);
  seed = next.seed;
});

const server = createServer(async (incoming, response) => {
  for (const [name, value] of corsOf(incoming)) response.setHeader(name, value);
  response.setHeader('x-process-id', process.pid);
  if (incoming.method === 'OPTIONS' && incoming.headers['access-control-request-method']) {
    return response.writeHead(204).end();
  }
  const delay = drawLatency(faults.latency, random);
  const fails = random.next() < faults.errorRate;
  await wait(delay);
  // Nobody waits for an answer any more.
  if (response.destroyed) return;
  if (fails) return refuse(response, `${id} is not able to answer just now.`);
  handOn(incoming, response);
});
server.keepAliveTimeout = 60_000;
server.on('error', (error) => {
  console.error(String(error));
  process.exit(1);
});
await once(server.listen(port, '127.0.0.1'), 'listening');
process.send({ port });

function handOn(incoming, response) {
  const onward = ask(
    {
      agent,
      host: '127.0.0.1',
      port: data,
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, 'x-instance': id },
    },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else refuse(response, `${id} does not reach its data.`);
  });
  response.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

function refuse(response, detail) {
  const problem = { type: 'about:blank', title: 'Service unavailable', status: 503, detail };
  response.writeHead(503, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify(problem));
}

/**
 * A page of another origin asks for leave before it sends `traceparent`. Our own services give it for every header, which is
 * what `*` says where no cookies go along; `Authorization` has to be named. The partner gives it for none but the type of
 * a body: were a trace header ever sent there, the call would fail, and be seen.
 */
function corsOf({ headers: { origin } }) {
  if (!origins.includes(origin)) return [];
  return [
    ['access-control-allow-origin', origin],
    ['access-control-allow-methods', 'GET, POST'],
    ['access-control-allow-headers', partner ? 'content-type' : '*, authorization'],
    ['access-control-expose-headers', '*'],
    ['access-control-max-age', '600'],
    ['vary', 'origin'],
  ];
}
