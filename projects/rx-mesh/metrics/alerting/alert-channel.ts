import { InjectionToken, type EnvironmentProviders, type Provider } from '@angular/core';
import type { ObservableInput } from 'rxjs';
import type { AlertGroup } from './alert';

declare const ngDevMode: boolean;

/**
 * Where alerts are told. Groups come one after the other: the next one when this one is told or given up.
 *
 * @usageNotes
 * ```ts
 * const chat: AlertChannel = {
 *   name: 'chat',
 *   notify: (group) => http.post('/api/chat', { text: group.status + ' ' + group.news.length }),
 * };
 * ```
 */
export interface AlertChannel {
  /** What it is called in events and messages. */
  readonly name: string;
  /**
   * Tells a group, and completes when that is done. A failure is tried again when it has `retryable: true`, as an
   * `AlertDeliveryError` may.
   */
  readonly notify: (group: AlertGroup) => ObservableInput<unknown>;
  /**
   * With it, alerts are not grouped: each is told at once, and again after so many milliseconds while it fires. For receivers
   * that group by themselves. @default they are grouped
   */
  readonly resendDelay?: number | undefined;
}

/** The channels of the application, one provider each (`multi`). @default none */
export const ALERT_CHANNELS = new InjectionToken<readonly AlertChannel[]>(
  ngDevMode ? 'rx-mesh ALERT_CHANNELS' : '',
  { providedIn: 'root', factory: () => [] },
);

/** A channel, to be handed to `withAlerting`. */
export interface AlertChannelFeature {
  /** What it provides. */
  readonly ɵproviders: readonly (Provider | EnvironmentProviders)[];
}

/**
 * A channel of your own.
 *
 * @param make Makes it, in an injection context.
 * @usageNotes
 * ```ts
 * withAlerting({
 *   channels: [
 *     alertChannel(() => {
 *       const chat = inject(Chat);
 *       return { name: 'chat', notify: (group) => chat.post(group) };
 *     }),
 *   ],
 * });
 * ```
 */
export function alertChannel(make: () => AlertChannel): AlertChannelFeature {
  return { ɵproviders: [{ provide: ALERT_CHANNELS, multi: true, useFactory: make }] };
}

/**
 * Calls a function of the application.
 *
 * @param notify May return a stream or a promise, of which the end is waited for. What it throws is told as RXM867.
 * @param name What the channel is called. @default 'callback'
 * @usageNotes
 * ```ts
 * withAlerting({ channels: [callbackChannel(({ news }) => toast(news.map(({ rule }) => rule)))] });
 * ```
 */
export function callbackChannel(
  notify: (group: AlertGroup) => unknown,
  name = 'callback',
): AlertChannelFeature {
  return alertChannel(() => ({
    name,
    notify: (group) => {
      const result = notify(group);
      return isStream(result) ? result : [];
    },
  }));
}

function isStream(value: unknown): value is ObservableInput<unknown> {
  return typeof value === 'object' && value !== null && ('subscribe' in value || 'then' in value);
}
