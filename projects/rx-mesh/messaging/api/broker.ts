export { type ConsumerOptions, type DeliveryOrder, type OverflowPolicy } from '../consumer-options';
export {
  type ConsumerEvent,
  type ConsumerEventDetails,
  type DeadLetter,
  type Delivery,
  type DeliveryFailure,
  type FailureKind,
} from '../delivery';
export { type BusEvent, EventBusService } from '../event-bus-service';
export { InMemoryTransport } from '../in-memory-transport';
export {
  MessageBrokerService,
  type PublishReceipt,
  type RequestOptions,
} from '../message-broker-service';
export { decodeMessage, encodeMessage } from '../message-codec';
export { type MessageHandler } from '../message-consumers';
export { type PublishOptions } from '../message-maker';
export { type Responder } from '../message-requests';
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
} from '../messaging-errors';
export { type TopicPattern, topicPattern } from '../topic-pattern';
