export { NatsConnection, type NatsJetStream, withNats } from './nats-connection';
export { NatsDiscovery, type NatsDiscoveryOptions, withNatsDiscovery } from './nats-discovery';
export { type NatsDurableOptions } from './nats-durable';
export {
  NatsConflictError,
  NatsConnectionError,
  type NatsConnectionFailure,
  NatsRequestError,
  type NatsRequestFailure,
  NatsServerTooOldError,
  NatsValueError,
  isNatsConflictError,
  isNatsConnectionError,
  isNatsRequestError,
  isNatsServerTooOldError,
  isNatsValueError,
} from './nats-errors';
export { NatsKv, natsKv } from './nats-kv';
export { type NatsKey, type NatsKvEntry } from './nats-kv-format';
export { type NatsKvOptions, type NatsKvValues } from './nats-kv-options';
export { NATS_MODULES, type NatsModules } from './nats-modules';
export { type NatsOptions } from './nats-options';
export { type NatsServiceInfo, natsService } from './nats-service';
export { type NatsInstanceUrl, type NatsServiceAnswer } from './nats-service-book';
export { type NatsState } from './nats-session';
export { decodeNatsToken, encodeNatsToken } from './nats-subject';
export {
  type NatsReadModelOptions,
  natsReadModels,
  withNatsReadModels,
} from './with-nats-read-models';
export { type NatsTransportOptions, natsTransport, withNatsTransport } from './with-nats-transport';
export { withJetStream } from './with-jetstream';
export { type JetStreamOptions } from './jetstream-options';
export { type JetStreamCapabilities } from './jetstream-event-log';
export {
  JetStreamConfigError,
  JetStreamHeadError,
  JetStreamListingError,
  isJetStreamConfigError,
  isJetStreamHeadError,
  isJetStreamListingError,
} from './jetstream-errors';
export { type NatsCacheOptions, kvRemoteCache, withNatsCache } from './nats-cache';
