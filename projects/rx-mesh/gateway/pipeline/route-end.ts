import type { MiddlewareFunction } from '../route-config';

const ENDS = /* @__PURE__ */ Symbol('ends the way');

/** Marks a middleware that answers every request by itself, so that no step behind it is ever asked. */
export function endOfRoute(step: MiddlewareFunction): MiddlewareFunction {
  return Object.assign(step, { [ENDS]: true });
}

/** Whether no step behind this one is ever asked. */
export function isEndOfRoute(step: MiddlewareFunction): boolean {
  return ENDS in step;
}
