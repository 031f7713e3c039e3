export { type EventFilter } from '../log/event-filter';
export { type ExpectedVersion } from '../log/expected-version';
export { type MemoryEventLogOptions, memoryEventLog } from '../log/memory-event-log';
