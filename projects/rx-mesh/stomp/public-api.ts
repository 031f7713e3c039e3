export {
  StompLoginError,
  StompOutcomeUnknownError,
  StompRefusedError,
  type StompUncertainty,
  isStompLoginError,
  isStompOutcomeUnknownError,
  isStompRefusedError,
} from './stomp-errors';
export {
  type StompHeaders,
  type StompHeartbeat,
  type StompTransportOptions,
} from './stomp-options';
export {
  STOMP_PACKAGES,
  type StompClient,
  type StompDelivery,
  type StompFrame,
  type StompPackages,
} from './stomp-packages';
export { stompTransport, withStompTransport } from './with-stomp-transport';
