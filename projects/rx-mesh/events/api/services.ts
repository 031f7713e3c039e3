export {
  EventDrivenMicroservicesService,
  type ProjectionBuilder,
} from '../event-driven-microservices-service';
export { type EventStream } from '../event-stream';
export { MessageTracer, type TracedMessageHandler, type TracedPublishOptions } from '../message-tracer'; // prettier-ignore
export { EVENT_SOCKETS, type EventSocketsOptions, withEventSockets } from '../with-event-sockets';
