export { ChaosError, type ChaosOptions, chaosPolicy } from '../chaos-policy';
