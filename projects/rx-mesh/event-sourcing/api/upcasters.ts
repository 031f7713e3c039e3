export { UPCASTERS, type Upcaster, type UpcasterChain, withUpcasters } from '../upcasters';
