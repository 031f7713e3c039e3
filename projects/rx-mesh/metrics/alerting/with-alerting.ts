import { InjectionToken, inject, provideEnvironmentInitializer } from '@angular/core';
import { type RxMeshFeature, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import type { AlertChannelFeature } from './alert-channel';
import { InvalidAlertRuleError } from './alert-errors';
import { AlertMutes } from './alert-mutes';
import { ALERTING, type AlertingOptions } from './alerting-options';
import { AlertingService } from './alerting-service';
import { checkedRule } from './rule-check';

declare const ngDevMode: boolean;

/** Options of {@link withAlerting}, and where alerts are told. */
export interface WithAlertingOptions extends AlertingOptions {
  /** Where alerts are told, such as `webhookChannel(...)`. @default nowhere but to `notifications$` */
  readonly channels?: readonly AlertChannelFeature[] | undefined;
}

/**
 * Looks at alert rules all the time, and tells of alerts. On a server nothing is looked at.
 *
 * @throws InvalidOptionError when an option is out of its range, and InvalidAlertRuleError (RXM864) when a rule contradicts
 *   itself or another one.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withAlerting({
 *     rules: [
 *       {
 *         name: 'BudgetBurns',
 *         condition: { type: 'burn-rate', slo: 'orders', rule: 'fast' },
 *         severity: 'page',
 *       },
 *     ],
 *     channels: [webhookChannel({ url: '/api/alerts' })],
 *   }),
 * );
 * ```
 */
export function withAlerting(options: WithAlertingOptions = {}): RxMeshFeature<'alerting'> {
  const { channels = [], ...rest } = options;
  // All at once, where it is written: not at the first look.
  const names = (rest.rules ?? []).map((rule) => checkedRule(rule).name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InvalidAlertRuleError(twice, 'there are two of this name.');
  new AlertMutes(rest.inhibit ?? []);
  return ɵmakeFeature('alerting', [
    ALERTING.provide(rest),
    ...channels.flatMap(({ ɵproviders }) => ɵproviders),
    provideEnvironmentInitializer(() => {
      if (!isServer()) inject(ALERTING_FLOW);
    }),
  ]);
}

/** The looks at the rules: they begin at the first injection and end with the application. */
const ALERTING_FLOW = new InjectionToken<true>(ngDevMode ? 'rx-mesh ALERTING_FLOW' : '', {
  providedIn: 'root',
  factory: () => {
    inject(AlertingService).alerts$.subscribe();
    return true;
  },
});
