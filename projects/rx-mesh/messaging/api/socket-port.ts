export {
  SOCKET_FACTORY,
  type SocketData,
  type SocketFactory,
  type SocketFrame,
  type SocketLike,
} from '../socket/socket-like';
