export { withMessageTracing } from '../with-message-tracing';
