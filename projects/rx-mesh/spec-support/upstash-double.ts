import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RespError, redisCommands, respConnection } from './resp-client';

/** The REST interface of Upstash before a real Redis. */
export interface UpstashDouble {
  readonly url: string;
  readonly token: string;
  /** Ends it, and what it has open. */
  dispose(): Promise<void>;
}

/** Starts it on a free port. */
export async function startUpstashDouble(port: number): Promise<UpstashDouble> {
  const token = 'a-token';
  const server = createServer((request, response) => {
    answer(port, token, request, response).catch(() => {
      response.writeHead(500).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    dispose: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function answer(
  port: number,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };
  if (request.headers.authorization !== `Bearer ${token}`) {
    send(401, { error: 'Unauthorized' });
    return;
  }
  const [, verb = '', pattern = ''] = (request.url ?? '').split('/').map(decodeURIComponent);
  if (verb === 'psubscribe') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const socket = respConnection(port, [['PSUBSCRIBE', pattern]], (push) => {
      response.write(
        `data: ${(push as readonly unknown[]).join(',').replaceAll('\n', '\ndata: ')}\n\n`,
      );
    });
    socket.once('close', () => response.end());
    socket.once('error', () => undefined);
    response.once('close', () => socket.destroy());
    return;
  }
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = JSON.parse(Buffer.concat(parts).toString()) as readonly string[];
  const commands = (verb === 'pipeline' ? body : [body]) as readonly (readonly string[])[];
  const replies = (await redisCommands(port, commands)).map((reply) =>
    reply instanceof RespError ? { error: reply.message } : { result: reply },
  );
  if (verb === 'pipeline') send(200, replies);
  else send(replies[0] && 'error' in replies[0] ? 400 : 200, replies[0]);
}
