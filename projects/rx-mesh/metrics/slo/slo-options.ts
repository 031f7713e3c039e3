import { createOptions, waitable } from 'rx-mesh/kernel';
import type { SloDefinition } from './slo-definition';

/** Options of `withSlos`. */
export interface SloOptions {
  /** The SLOs of the application. @default none */
  readonly slos?: readonly SloDefinition[] | undefined;
  /** The rest between two looks, in milliseconds: above 0 and at most 2147483647. @default 10000 */
  readonly lookPeriod?: number | undefined;
}

interface SloValues {
  readonly slos: readonly SloDefinition[];
  readonly lookPeriod: number;
}

export const SLOS = /* @__PURE__ */ createOptions<SloValues>(
  'SloOptions',
  { slos: [], lookPeriod: 10_000 },
  { lookPeriod: waitable },
);
