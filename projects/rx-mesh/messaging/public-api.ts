export {
  type BroadcastChannelOptions,
  BroadcastChannelTransport,
  withBroadcastChannel,
} from './adapters/broadcast-channel-transport';
export { TAB_CHANNELS, type TabChannel, type TabChannels } from './adapters/tab-channels';
export { type ConsumerOptions, type DeliveryOrder, type OverflowPolicy } from './consumer-options';
export {
  type ConsumerEvent,
  type ConsumerEventDetails,
  type DeadLetter,
  type Delivery,
  type DeliveryFailure,
  type FailureKind,
} from './delivery';
export { type BusEvent, EventBusService } from './event-bus-service';
export { InMemoryTransport } from './in-memory-transport';
export { type Message, type MessageHeaders } from './message';
export {
  MessageBrokerService,
  type PublishReceipt,
  type RequestOptions,
} from './message-broker-service';
export { decodeMessage, encodeMessage } from './message-codec';
export { type MessageHandler } from './message-consumers';
export { MESSAGE_CONTEXT, type MessageContext } from './message-context';
export { type PublishOptions } from './message-maker';
export { type Responder } from './message-requests';
export {
  MESSAGE_TRANSPORT,
  type MessageTransport,
  type TransportCapabilities,
  type TransportState,
} from './message-transport';
export {
  InvalidMessageError,
  type InvalidMessageReason,
  InvalidTopicError,
  MessageTooLargeError,
  NoResponderError,
  QueueFullError,
  RequestFailedError,
  RequestTimeoutError,
  isInvalidMessageError,
  isInvalidTopicError,
  isMessageTooLargeError,
  isNoResponderError,
  isQueueFullError,
  isRequestFailedError,
  isRequestTimeoutError,
} from './messaging-errors';
export { type MessagingOptions } from './messaging-options';
export { type TopicPattern, topicPattern } from './topic-pattern';
export { withMessaging } from './with-messaging';
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
} from './socket/socket-errors';
export {
  SOCKET_FACTORY,
  type SocketData,
  type SocketFactory,
  type SocketFrame,
  type SocketLike,
} from './socket/socket-like';
export { SOCKET_PAGE, type SocketPageEvent } from './socket/socket-page';
export {
  type SocketHeartbeat,
  type SocketOptions,
  type SocketOutboxPolicy,
} from './socket/socket-options';
export { type SocketSendOptions, type SocketState } from './socket/socket-plan';
export { type SocketConnection, type SocketMessageOf } from './socket/socket-connection';
export { WebSocketService } from './socket/web-socket-service';
export { type WebSocketsOptions, withWebSockets } from './socket/web-socket-options';
export {
  type WebSocketTransportOptions,
  webSocketTransport,
  withWebSocketTransport,
} from './socket/web-socket-transport';
