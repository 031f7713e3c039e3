export { type OfflineSpansOptions, offlineSpans } from '../export/offline-spans';
export { sessionId } from '../export/session-id';
export { SPAN_LOCKS, type SpanLocks } from '../export/span-locks';
export {
  type FoundHead,
  SPAN_STORE,
  type SpanStore,
  type StoredBatch,
  type StoredHead,
  memorySpanStore,
} from '../export/span-store';
