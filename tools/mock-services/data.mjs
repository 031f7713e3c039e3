// The data of the mock services, in a process of its own, as a database is: instances come and go, what they share stays.
//
//   A child of tools/live: node data.mjs <bundle of bundle.mjs>
//
// An instance hands on what it is asked, with its name in `x-instance`; the plain fetch handlers of the demo answer.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

const MOST_SEEN = 100;
const { Request, Response } = globalThis;
const services = await import(pathToFileURL(process.argv[2]));
const office = new services.TokenOffice();
const clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  scheduler: services.asyncScheduler,
};
// Trouble is made by the instances, each for itself.
const calm = { next: () => ({ delay: 0, outcome: 'answer' }), isAlive: () => true };
const backends = new Map(
  services.createMockBackends(calm, clock, office).map(({ handle, id }) => [id, handle]),
);
let told = 0;
let seen = [];

const server = createServer(async (incoming, response) => {
  const instance = incoming.headers['x-instance'];
  const handle = backends.get(instance);
  if (!handle) return manage(incoming, response);
  const hasBody = !['GET', 'HEAD'].includes(incoming.method);
  const request = new Request(new URL(incoming.url, 'http://data.invalid'), {
    method: incoming.method,
    headers: Object.entries(incoming.headers).filter(([, value]) => typeof value === 'string'),
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' } : {}),
  });
  const { baggage, traceparent } = incoming.headers;
  const { pathname } = new URL(request.url);
  const entry = { number: ++told, instance, method: request.method, path: pathname };
  seen = [{ ...entry, traceparent, baggage }, ...seen].slice(0, MOST_SEEN);
  const answer = await handle(request).catch(() => new Response('', { status: 500 }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});
// Instances keep their connections.
server.keepAliveTimeout = 60_000;
await once(server.listen(0, '127.0.0.1'), 'listening');
process.on('disconnect', () => process.exit());
process.send({ port: server.address().port });

/** What the page of the gateway does to the office, and what services have read: for the runner alone. */
function manage({ method, url }, response) {
  if (method === 'POST' && url === '/office/expired') office.expireAll();
  if (method === 'POST' && url === '/office/strict') office.strict.set(true);
  if (method === 'POST' && url === '/office/lenient') office.strict.set(false);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ seen, office: { strict: office.strict(), ...office.counts() } }));
}
