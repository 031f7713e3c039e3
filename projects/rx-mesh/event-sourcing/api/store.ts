export { type EventBatch, type EventFeedItem } from '../store/event-feed';
export {
  EventStoreService,
  type ReadAllOptions,
  type SubscribeOptions,
} from '../store/event-store-service';
export { type ReplayOptions } from '../store/replay';
export {
  SNAPSHOT_STORE,
  type Snapshot,
  type SnapshotStore,
  memorySnapshotStore,
} from '../store/snapshots';
export { type LoadedState, type SnapshotPolicy, type StateFold } from '../store/state-loader';
