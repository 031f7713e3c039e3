export {
  type HeaderStore,
  type ReadableCarrier,
  type WritableCarrier,
  extractFrom,
  injectInto,
} from '../propagation/carriers';
export { compositePropagator } from '../propagation/composite-propagator';
export { type ChildContext } from '../propagation/header-ids';
export { withTraceState } from '../propagation/trace-state';
export { baggagePropagator, formatBaggage, parseBaggage } from '../propagation/w3c-baggage';
export { PROPAGATOR, type Propagator } from '../propagation/propagator';
export { w3cPropagator } from '../propagation/w3c-propagator';
