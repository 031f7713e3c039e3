export { RESOURCE_PROBE } from '../resources/resource-probe';
export {
  type DiskUtilization,
  type MemoryUtilization,
  type NetworkUtilization,
  type ResourceProbe,
  type ResourceReading,
  type ResourceUtilization,
} from '../resources/resource-utilization';
