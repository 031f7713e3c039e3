export { EVENT_LOG_FETCH, type EventLogFetch } from '../http/event-log-fetch';
export {
  EventLogAnswerError,
  EventLogRefusedError,
  isEventLogAnswerError,
  isEventLogRefusedError,
} from '../http/http-event-log-errors';
export { type HttpEventLogOptions } from '../http/http-event-log-options';
export { withHttpEventLog } from '../http/with-http-event-log';
