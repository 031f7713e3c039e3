import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

/** An error that Redis has replied with. */
export class RespError extends Error {}

/** Reads replies of Redis (RESP2) from what has come so far. */
class RespReader {
  #bytes = Buffer.alloc(0);

  *push(bytes: Buffer): Generator {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (let read = this.#read(0); read; read = this.#read(0)) {
      this.#bytes = this.#bytes.subarray(read.end);
      yield read.value;
    }
  }

  #read(at: number): { readonly value: unknown; readonly end: number } | undefined {
    const line = this.#bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const head = this.#bytes.toString('utf8', at + 1, line);
    const start = line + 2;
    switch (String.fromCharCode(this.#bytes[at] ?? 0)) {
      case '+':
        return { value: head, end: start };
      case '-':
        return { value: new RespError(head), end: start };
      case ':':
        return { value: Number(head), end: start };
      case '$': {
        const length = Number(head);
        if (length < 0) return { value: null, end: start };
        const end = start + length;
        if (this.#bytes.length < end + 2) return undefined;
        return { value: this.#bytes.toString('utf8', start, end), end: end + 2 };
      }
      default: {
        const list: unknown[] = [];
        let end = start;
        for (let item = 0; item < Number(head); item++) {
          const read = this.#read(end);
          if (!read) return undefined;
          list.push(read.value);
          end = read.end;
        }
        return { value: list, end };
      }
    }
  }
}

/** Opens a connection, sends commands in one go, and tells each reply. */
export function respConnection(
  port: number,
  commands: readonly (readonly string[])[],
  told: (reply: unknown) => void,
): Socket {
  const socket = connect(port, '127.0.0.1');
  const reader = new RespReader();
  socket.on('data', (bytes: Buffer) => {
    for (const reply of reader.push(bytes)) told(reply);
  });
  for (const command of commands) {
    const args = command.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`);
    socket.write(`*${command.length}\r\n${args.join('')}`);
  }
  return socket;
}

/** The replies to some commands. Rejects when Redis is not there. */
export async function redisCommands(
  port: number,
  commands: readonly (readonly string[])[],
): Promise<readonly unknown[]> {
  const replies: unknown[] = [];
  const socket = respConnection(port, commands, (reply) => {
    if (replies.push(reply) === commands.length) socket.end();
  });
  await once(socket, 'close');
  if (replies.length < commands.length) throw new Error('Redis has gone.');
  return replies;
}

/** The reply to one command. */
export async function redisCommand(port: number, command: readonly string[]): Promise<unknown> {
  const [reply] = await redisCommands(port, [command]);
  return reply;
}
