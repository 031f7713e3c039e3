import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** A rule that cannot mean what it says: it contradicts itself, or could never hold. */
export class InvalidAlertRuleError extends RxMeshError {
  readonly code = 'RXM864';

  constructor(
    /** Which rule. */
    readonly rule: string,
    /** What is wrong with it, and what to do, as a sentence. */
    readonly reason: string,
  ) {
    super(`Alert rule ${JSON.stringify(rule)}: ${reason}`);
  }
}

/** Whether an error says that an alert rule cannot mean what it says. */
export const isInvalidAlertRuleError: (error: unknown) => error is InvalidAlertRuleError =
  /* @__PURE__ */ createErrorGuard<InvalidAlertRuleError>('RXM864');

/** A channel could not deliver alerts. */
export class AlertDeliveryError extends RxMeshError {
  readonly code = 'RXM867';

  constructor(
    /** What happened, as a sentence. */
    reason: string,
    /** Whether it may go better another time: then it is tried again. */
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** Whether an error says that alerts could not be delivered. */
export const isAlertDeliveryError: (error: unknown) => error is AlertDeliveryError =
  /* @__PURE__ */ createErrorGuard<AlertDeliveryError>('RXM867');
