export { HTTP_POLICY_RULES, type HttpPolicyRule, withHttpPolicies } from '../http-policies';
export { CALL_PRIORITY, RESILIENCE_POLICY, resilienceInterceptor } from '../resilience-interceptor';
