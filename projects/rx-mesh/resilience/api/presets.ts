export { type ClientPolicyOptions, budgetOf, bulkheadOf, clientPolicy } from '../client-policy';
export { busyClient, thinClient } from '../presets';
