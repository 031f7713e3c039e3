export {
  DistributedEventSourcingService,
  type EventStoreConnection,
} from '../distributed-event-sourcing-service';
