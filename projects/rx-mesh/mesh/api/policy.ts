export { parseTrafficPolicy } from '../policy/parse-traffic-policy';
export { type TrafficPolicyFactory, type TrafficPolicySource } from '../policy/policy-rules';
export { withTrafficPolicy } from '../policy/with-traffic-policy';
export { TRAFFIC_POLICIES, type TrafficPolicies } from '../policy/traffic-policies';
export {
  type BalancingRule,
  type BreakerRule,
  type FaultRule,
  type RetryRule,
  type ServicePolicy,
  type SplitRule,
  type TrafficPolicy,
} from '../policy/traffic-policy';
