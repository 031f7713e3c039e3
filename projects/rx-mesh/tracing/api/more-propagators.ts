export { type B3Context, type B3Options, b3Propagator } from '../propagation/b3-propagator';
export { contextOfDocument } from '../propagation/meta-context';
export { traceIdHeaders } from '../propagation/seed-header-propagator';
