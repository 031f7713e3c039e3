import { inject } from '@angular/core';
import { type PartialOptions, type RxMeshFeature, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import type { Message } from '../message';
import { MESSAGE_TRANSPORT, type MessageTransport } from '../message-transport';
import { MESSAGING } from '../messaging-options';
import { SocketUnavailableError } from './socket-errors';
import {
  SOCKET,
  type SocketHeartbeat,
  type SocketOptions,
  type SocketValues,
} from './socket-options';
import { SOCKET_WORLD } from './socket-world';
import { WebSocketTransport } from './socket-transport';

/** Options of {@link webSocketTransport}: those of a socket, but for what the frames of the transport say themselves. */
export interface WebSocketTransportOptions extends Omit<
  SocketOptions<Message>,
  'decode' | 'validate' | 'heartbeat' | 'maxMessageBytes'
> {
  /** The server: a path of the page's own origin, or a URL as `WebSocketService.connect` takes it. */
  readonly url: string;
  /**
   * Whether the server says when it has stored a message. Then `send` completes only on that, and what has no such answer
   * when a connection is lost is sent again on the next one, in order: at least once, with the same id. At most
   * `maxOutbox` messages may be without an answer. @default false: at most once
   */
  readonly acknowledge?: boolean | undefined;
  /** The times of the heartbeat, `{"op":"ping"}` and any frame as its answer; `false`: none. @default 30 s, answer within 10 s */
  readonly heartbeat?: Omit<SocketHeartbeat, 'ping' | 'isPong'> | false | undefined;
}

/**
 * Makes a transport of messages over a WebSocket that comes back by itself. Call it where `inject` can be called.
 *
 * Frames are JSON texts. The page sends `{"op":"sub","pattern"}` and `{"op":"unsub","pattern"}` (a pattern at most once, with
 * the wildcards `*` and `>`), `{"op":"pub","message"}`, with a number `seq` if it awaits an answer, and `{"op":"ping"}`. The
 * server sends `{"op":"msg","message"}` once to each connection with a pattern that matches, that of the sender too;
 * `{"op":"ack","seq"}`, if asked for, with `receivers: 0` if nobody has got it; and `{"op":"pong"}`. A message is what
 * `encodeMessage` writes, and a server hands it on as it is. It knows one that comes again by its `id`.
 *
 * @throws InvalidOptionError when an option is out of its range, SocketUrlError when the URL must not be opened,
 *   SocketUnavailableError when the platform has no sockets and this is no server.
 * @usageNotes
 * ```ts
 * const transport = webSocketTransport({ url: '/messages', acknowledge: true });
 * transport.receive('orders.>').subscribe((message) => show(message));
 * ```
 */
export function webSocketTransport(options: WebSocketTransportOptions): MessageTransport {
  const { acknowledge = false, heartbeat = {}, url, ...rest } = options;
  const { open, ports, target } = inject(SOCKET_WORLD);
  const values = SOCKET.resolve({
    ...(rest as PartialOptions<SocketValues>),
    heartbeat: heartbeat === false ? undefined : { ...heartbeat, ping: () => ({ op: 'ping' }) },
  });
  const limit = inject(MESSAGING.token).maxMessageSize;
  const needs = { acknowledge, limit, ports, values };
  if (!open && isServer()) return new WebSocketTransport(needs, undefined, url);
  const found = target(url);
  if (!open) throw new SocketUnavailableError(found.label);
  return new WebSocketTransport(needs, open, found);
}

/**
 * Carries the messages of the application over a WebSocket, as {@link webSocketTransport} does.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withMessaging({}, withWebSocketTransport({ url: '/messages' })));
 * ```
 */
export function withWebSocketTransport(
  options: WebSocketTransportOptions,
): RxMeshFeature<'web-socket-transport'> {
  return ɵmakeFeature('web-socket-transport', [
    { provide: MESSAGE_TRANSPORT, useFactory: () => webSocketTransport(options) },
  ]);
}
