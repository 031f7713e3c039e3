import type { Diagnostics } from 'rx-mesh/kernel';
import { type SocketFrame, sizeOf } from './socket-like';
import type { SocketValues } from './socket-options';

/** JSON of a text frame. */
export function decodeJson(frame: SocketFrame): unknown {
  if (typeof frame !== 'string')
    throw new TypeError('It is a binary frame, and there is no decode.');
  return JSON.parse(frame);
}

/**
 * Reads what comes off a socket. What is too large, cannot be read or is not what it must be is left out, and told once
 * until something sound comes; so is what answers a heartbeat, which is told to nobody. Never throws.
 */
export function socketReader(
  label: string,
  { decode = decodeJson, heartbeat, maxMessageBytes, validate }: SocketValues,
  diagnostics: Diagnostics,
): (data: unknown) => unknown {
  let told = false;
  const leaveOut = (what: string, cause?: unknown): unknown => {
    if (told) return undefined;
    told = true;
    diagnostics.report({
      code: 'RXM411',
      severity: 'warning',
      source: 'WebSocketService',
      message: `A message of ${label} ${what}. It is left out, and so are others like it. Mend the server, or decode and validate.`,
      cause,
    });
    return undefined;
  };
  return (data) => {
    try {
      if (!isFrame(data)) return leaveOut('is neither text nor an ArrayBuffer');
      const size = sizeOf(data);
      if (size > maxMessageBytes) {
        return leaveOut(
          `has ${size} bytes, more than maxMessageBytes, which is ${maxMessageBytes}`,
        );
      }
      const message = decode(data);
      if (message === undefined || heartbeat?.isPong?.(message) === true) return undefined;
      if (validate && !validate(message)) return leaveOut('is not what validate asks for');
      told = false;
      return message;
    } catch (error) {
      return leaveOut('cannot be read', error);
    }
  };
}

// Not by its class: that of another realm is another one.
function isFrame(data: unknown): data is SocketFrame {
  if (typeof data === 'string') return true;
  return typeof data === 'object' && data !== null && 'byteLength' in data;
}
