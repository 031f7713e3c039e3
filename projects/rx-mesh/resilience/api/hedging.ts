export { type HedgeOptions, hedgePolicy } from '../hedge-policy';
