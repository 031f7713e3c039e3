// As much of RFC 6455 as a server of the checks needs: whole frames, text, bytes, ping and close.
import { createHash } from 'node:crypto';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Answers an upgrade. @param protocol The subprotocol that is chosen, if one is. */
export function accept(request, socket, protocol) {
  const key = createHash('sha1')
    .update(request.headers['sec-websocket-key'] + GUID)
    .digest('base64');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${key}`,
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
}

/** One frame of a server: not masked. */
export function frame(opcode, payload) {
  const { length } = payload;
  const head =
    length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = 0x80 | opcode;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** A close frame. */
export function closing(code, reason = '') {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return frame(8, payload);
}

/** Calls back for each whole message of a client. */
export function readFrames(socket, heard) {
  let rest = Buffer.alloc(0);
  let message = [];
  let kind = 0;
  socket.on('data', (data) => {
    rest = rest.length > 0 ? Buffer.concat([rest, data]) : data;
    for (;;) {
      const size = sizeOf(rest);
      if (!size || rest.length < size.end) return;
      const mask = rest.subarray(size.start - 4, size.start);
      const payload = Buffer.from(rest.subarray(size.start, size.end));
      for (let at = 0; at < payload.length; at++) payload[at] ^= mask[at % 4];
      const [final, opcode] = [rest[0] >= 0x80, rest[0] & 0x0f];
      rest = rest.subarray(size.end);
      if (opcode >= 8) heard(opcode, payload);
      else {
        if (opcode > 0) kind = opcode;
        message.push(payload);
        if (final) heard(kind, Buffer.concat(message.splice(0)));
        if (final) message = [];
      }
    }
  });
}

function sizeOf(data) {
  if (data.length < 2) return undefined;
  const short = data[1] & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (data.length < 2 + extra) return undefined;
  const length =
    extra === 0 ? short : extra === 2 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  const start = 2 + extra + 4;
  return { start, end: start + length };
}
