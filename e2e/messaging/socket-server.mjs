// The server of the checks, a process of its own so that it can be killed. What it stores, it has written to a file before it
// says so. node e2e/messaging/socket-server.mjs <port> <file>
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { accept, closing, frame, readFrames } from './socket-frames.mjs';

const [port, file] = process.argv.slice(2);
const store = (line) => appendFileSync(file, `${line}\n`);
const receivers = new Map();

const paths = {
  /** Sends everything back. */
  '/echo': (send) => (opcode, data) => send(frame(opcode, data)),
  /** Stores the numbers that come. */
  '/store': () => (_opcode, data) => store(`store ${JSON.parse(data).n}`),
  /** Reads nothing for a while, then all. */
  '/slow': (_send, socket) => {
    socket.pause();
    setTimeout(() => socket.resume(), 700);
    return (_opcode, data) => store(`slow ${JSON.parse(data).n}`);
  },
  /** Lets in who says the right thing first. */
  '/secure': (send) => {
    let known = false;
    return (_opcode, data) => {
      known ||= JSON.parse(data).token === 'sesame';
      send(known ? frame(1, data) : closing(4401, 'who are you?'));
    };
  },
  '/policy': (send) => {
    send(closing(1008, 'not here'));
    return () => undefined;
  },
  /** Is there, and never says a word. */
  '/silent': () => {
    store('silent');
    return () => undefined;
  },
  /** Speaks the frames of the transport. */
  '/messages': (send, socket) => {
    const patterns = new Set();
    receivers.set(socket, { patterns, send });
    socket.on('close', () => receivers.delete(socket));
    return (_opcode, data) => answer(JSON.parse(data), patterns, send);
  },
};

function answer({ op, pattern, seq, message }, patterns, send) {
  const say = (to, value) => to(frame(1, Buffer.from(JSON.stringify(value))));
  if (op === 'sub') patterns.add(pattern);
  if (op === 'unsub') patterns.delete(pattern);
  if (op === 'ping') say(send, { op: 'pong' });
  if (op !== 'pub') return;
  store(`pub ${message.payload}`);
  for (const each of receivers.values()) {
    const wanted = [...each.patterns].some((one) => one === '>' || one === message.topic);
    if (wanted) say(each.send, { op: 'msg', message });
  }
  if (seq !== undefined) say(send, { op: 'ack', seq });
}

const server = createServer();
server.on('upgrade', (request, socket) => {
  const { pathname } = new URL(request.url, 'http://server');
  const make = paths[pathname];
  socket.on('error', () => socket.destroy());
  // A path that nobody knows is never answered.
  if (!make) return;
  const [protocol] = (request.headers['sec-websocket-protocol'] ?? '').split(',');
  accept(request, socket, protocol.trim());
  const hear = make((data) => socket.writable && socket.write(data), socket);
  readFrames(socket, (opcode, data) => {
    if (opcode === 8) socket.end(frame(8, data.subarray(0, 2)));
    else if (opcode < 8) hear(opcode, data);
  });
});
server.listen(Number(port), '127.0.0.1', () => process.send?.('ready'));
