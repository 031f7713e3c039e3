export {
  type DistributedEvent,
  type DomainEvent,
  type EventDraft,
  type EventEnvelope,
  type EventMetadata,
  type NewEvent,
  type PreparedEvent,
  categoryOf,
  fromDistributedEvent,
  fromDomainEvent,
  toDistributedEvent,
  toDomainEvent,
} from '../event-envelope';
