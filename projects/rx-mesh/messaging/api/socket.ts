export {
  SocketClosedError,
  SocketSendError,
  type SocketSendFailure,
  SocketUnavailableError,
  SocketUrlError,
  isSocketClosedError,
  isSocketSendError,
  isSocketUnavailableError,
  isSocketUrlError,
} from '../socket/socket-errors';
export { SOCKET_PAGE, type SocketPageEvent } from '../socket/socket-page';
export {
  type SocketHeartbeat,
  type SocketOptions,
  type SocketOutboxPolicy,
} from '../socket/socket-options';
export { type SocketSendOptions, type SocketState } from '../socket/socket-plan';
export { type SocketConnection, type SocketMessageOf } from '../socket/socket-connection';
export { WebSocketService } from '../socket/web-socket-service';
export { type WebSocketsOptions, withWebSockets } from '../socket/web-socket-options';
export {
  type WebSocketTransportOptions,
  webSocketTransport,
  withWebSocketTransport,
} from '../socket/web-socket-transport';
