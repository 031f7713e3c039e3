export { type SharedBreakersOptions, withSharedBreakers } from '../shared-breakers';
