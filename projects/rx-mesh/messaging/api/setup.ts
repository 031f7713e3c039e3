export { type Message, type MessageHeaders } from '../message';
export { MESSAGE_CONTEXT, type MessageContext } from '../message-context';
export {
  MESSAGE_TRANSPORT,
  type MessageTransport,
  type TransportCapabilities,
  type TransportState,
} from '../message-transport';
export { type MessagingOptions } from '../messaging-options';
export { withMessaging } from '../with-messaging';
