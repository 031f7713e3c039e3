export { DistributedTracingService } from '../distributed-tracing-service';
