export { EVENT_HINTS, type EventHints } from '../indexed-db/event-hints';
