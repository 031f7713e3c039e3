export { type BalancerEvent } from '../balancing/balancer-event';
export { type StrategyFactory, withBalancing } from '../balancing/balancing-strategies';
export {
  BALANCING_STRATEGIES,
  type BalancingContext,
  type BalancingStrategy,
} from '../balancing/balancing-strategy';
export { type InstanceLease, type LeaseEnd, type LeaseOutcome } from '../balancing/instance-lease';
export { InstanceLoad } from '../balancing/instance-load';
export { leastConnections } from '../balancing/least-connections';
export { maglevHash } from '../balancing/maglev-hash';
export { type DrawingPorts, peakEwma } from '../balancing/peak-ewma';
export { randomChoice, weightedRandom } from '../balancing/random';
export { rendezvousHash } from '../balancing/rendezvous-hash';
export { ringHash } from '../balancing/ring-hash';
export { roundRobin } from '../balancing/round-robin';
export { smoothWeightedRoundRobin } from '../balancing/smooth-weighted-round-robin';
