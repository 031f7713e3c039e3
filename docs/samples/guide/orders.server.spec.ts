import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('The service of the start page', () => {
  it('answers a page of ng serve, with its trace', async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [join(__dirname, 'orders.mjs'), String(port)]);
    let said = '';
    child.stdout.on('data', (chunk) => (said += String(chunk)));
    while (!said.includes('orders:')) await once(child.stdout, 'data');
    const ask = async (method: string) => {
      const asked = request({ host: 'localhost', port, method, path: '/orders/7' });
      asked.setHeader('traceparent', '00-a-b-01').end();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      const parts = await answer.toArray();
      return { answer, text: parts.join('') };
    };
    const preflight = await ask('OPTIONS');
    const order = await ask('GET');
    child.kill();
    await once(child, 'close');
    expect(preflight.answer.headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:4200',
      'access-control-allow-headers': 'traceparent, tracestate',
    });
    expect(JSON.parse(order.text)).toEqual({ id: 7, item: `a teapot, from port ${port}` });
    expect(said).toContain('/orders/7 00-a-b-01');
  });
});
