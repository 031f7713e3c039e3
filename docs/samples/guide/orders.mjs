// A service of orders on a port of this machine: node orders.mjs 4001
import { createServer } from 'node:http';

const port = Number(process.argv[2]);

createServer((request, response) => {
  // The page is another origin: it may call, and say of which trace a call is a part.
  response.setHeader('Access-Control-Allow-Origin', 'http://localhost:4200');
  response.setHeader('Access-Control-Allow-Headers', 'traceparent, tracestate');
  if (request.method === 'OPTIONS') {
    response.writeHead(204).end();
    return;
  }
  console.log(request.url, request.headers.traceparent);
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ id: 7, item: `a teapot, from port ${port}` }));
}).listen(port, 'localhost', () => console.log(`orders: http://localhost:${port}`));
