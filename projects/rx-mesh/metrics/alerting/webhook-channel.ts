import { inject } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { METRICS_FETCH } from '../metrics-fetch';
import type { Alert, AlertGroup } from './alert';
import { type AlertChannelFeature, alertChannel } from './alert-channel';
import { postJson, receiverUrl } from './post-json';

/** Options of {@link webhookChannel}. */
export interface WebhookChannelOptions {
  /**
   * Where groups are posted: http or https, or a path of the page's own origin; no credentials in it. Another origin must
   * allow `Content-Type`, and what stands in `headers`.
   */
  readonly url: string;
  /** Sent along. Whatever a page sends, its users can read. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What the channel is called, and the `receiver` of its messages. @default 'webhook' */
  readonly name?: string | undefined;
}

/**
 * Posts groups as JSON, in the shape of the webhooks of Alertmanager (version 4), so that whatever takes those takes these.
 *
 * @throws InvalidOptionError when the URL is none.
 * @usageNotes
 * ```ts
 * withAlerting({ channels: [webhookChannel({ url: '/api/alerts' })] });
 * ```
 */
export function webhookChannel(options: WebhookChannelOptions): AlertChannelFeature {
  const { headers = {}, name = 'webhook' } = options;
  const url = receiverUrl('WebhookChannelOptions.url', options.url);
  return alertChannel(() => {
    const ports = { clock: inject(CLOCK), fetch: inject(METRICS_FETCH) };
    return {
      name,
      notify: (group) => postJson(ports, url, headers, webhookMessage(group, name)),
    };
  });
}

// What Go writes for no time.
const NEVER = '0001-01-01T00:00:00Z';

/** A group as the webhooks of Alertmanager write it. */
export function webhookMessage(group: AlertGroup, receiver: string): unknown {
  const { alerts, commonAnnotations, commonLabels, groupLabels, key, status } = group;
  return {
    version: '4',
    groupKey: key,
    truncatedAlerts: 0,
    status,
    receiver,
    groupLabels,
    commonLabels,
    commonAnnotations,
    externalURL: '',
    alerts: alerts.map((alert) => webhookAlert(alert)),
  };
}

function webhookAlert({ annotations, endsAt, fingerprint, labels, startsAt, state }: Alert) {
  return {
    status: state,
    labels,
    annotations,
    startsAt: startsAt?.toISOString() ?? NEVER,
    endsAt: endsAt?.toISOString() ?? NEVER,
    generatorURL: '',
    fingerprint,
  };
}
