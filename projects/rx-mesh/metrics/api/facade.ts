export { DistributedMetricsService } from '../distributed-metrics-service';
