import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { isServer } from 'rx-mesh/kernel';

declare const ngDevMode: boolean;

/** What a socket can send. */
export type SocketData = string | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Blob;

/** What a socket receives: text, or bytes. */
export type SocketFrame = string | ArrayBuffer;

/**
 * What is used of a `WebSocket`. Its events are `open`, `message` with `data`, and `close` with `code` and `reason`; it is
 * read with the `readyState` 0 to 3 of the platform.
 */
export type SocketLike = EventTarget &
  Pick<WebSocket, 'binaryType' | 'bufferedAmount' | 'readyState' | 'send' | 'close'>;

/**
 * Opens a socket at once. May throw, as the platform does for a URL or a protocol that cannot be.
 *
 * @param url A URL of `ws:` or `wss:`, in full.
 * @param protocols The subprotocols that are offered, the best one first; may be none.
 */
export type SocketFactory = (url: string, protocols: readonly string[]) => SocketLike;

/**
 * How sockets are opened. Replace it to test without a network, or where the platform has no `WebSocket`.
 *
 * @default the `WebSocket` of the platform; `undefined` where there is none, and on a server, which renders and leaves
 */
export const SOCKET_FACTORY = new InjectionToken<SocketFactory | undefined>(
  ngDevMode ? 'rx-mesh SOCKET_FACTORY' : '',
  {
    providedIn: 'root',
    factory: () => {
      if (isServer()) return undefined;
      const view: Partial<typeof globalThis> = inject(DOCUMENT).defaultView ?? globalThis;
      const Socket = view.WebSocket;
      return Socket && ((url, protocols) => new Socket(url, [...protocols]));
    },
  },
);

/** The size of what a socket carries, in bytes; text counts as UTF-8. */
export function sizeOf(data: SocketData): number {
  if (typeof data !== 'string') return 'size' in data ? data.size : data.byteLength;
  let size = 0;
  for (let at = 0; at < data.length; at++) {
    const point = data.codePointAt(at) ?? 0;
    size += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    // The second half of a pair is counted with the first.
    if (point >= 0x10000) at++;
  }
  return size;
}
