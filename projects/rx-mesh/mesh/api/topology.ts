export { type CallEdge } from '../topology/call-graph';
export {
  type ServiceTopology,
  type TopologyInstance,
  type TopologyNode,
} from '../topology/service-topology';
