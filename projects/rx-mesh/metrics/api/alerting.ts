export {
  type Alert,
  type AlertEvent,
  type AlertGroup,
  type AlertSeverity,
} from '../alerting/alert';
export {
  ALERT_CHANNELS,
  type AlertChannel,
  type AlertChannelFeature,
  alertChannel,
  callbackChannel,
} from '../alerting/alert-channel';
export {
  AlertDeliveryError,
  InvalidAlertRuleError,
  isAlertDeliveryError,
  isInvalidAlertRuleError,
} from '../alerting/alert-errors';
export { type AlertLabels, type LabelMatcher } from '../alerting/alert-labels';
export { type AlertSilence, type InhibitRule, type SilenceRequest } from '../alerting/alert-mutes';
export {
  type AbsenceCondition,
  type AlertAggregate,
  type AlertCondition,
  type AlertContext,
  type AlertEvaluation,
  type AlertRule,
  type AlertSample,
  type BurnRateCondition,
  type ThresholdCondition,
} from '../alerting/alert-rule';
export { type AlertingOptions } from '../alerting/alerting-options';
export { AlertingService } from '../alerting/alerting-service';
export {
  type AlertmanagerChannelOptions,
  alertmanagerChannel,
} from '../alerting/alertmanager-channel';
export { type WebhookChannelOptions, webhookChannel } from '../alerting/webhook-channel';
export { type WithAlertingOptions, withAlerting } from '../alerting/with-alerting';
