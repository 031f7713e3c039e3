import { inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, createOptions, waitable } from 'rx-mesh/kernel';
import { concat } from 'rxjs';
import { METRICS_FETCH } from '../metrics-fetch';
import type { Alert } from './alert';
import { type AlertChannelFeature, alertChannel } from './alert-channel';
import { isLabelName } from './alert-labels';
import { postJson, receiverUrl } from './post-json';

/** Options of {@link alertmanagerChannel}. */
export interface AlertmanagerChannelOptions {
  /**
   * The base of an Alertmanager, such as `https://alerts.example.com`, or a path of the page's own origin that leads to one;
   * no credentials in it.
   */
  readonly url: string;
  /** Where people see more of the alert: an absolute URL. @default none */
  readonly generatorURL?: string | undefined;
  /**
   * The rest between two times that a firing alert is sent, in milliseconds, above 0. The alert ends by itself four times
   * as long after it was sent last, for pages are closed without a word. @default 60000
   */
  readonly resendDelay?: number | undefined;
  /** What the channel is called. @default 'alertmanager' */
  readonly name?: string | undefined;
}

const OPTIONS = /* @__PURE__ */ createOptions(
  'AlertmanagerChannelOptions',
  { url: '', generatorURL: '', resendDelay: 60_000, name: 'alertmanager' },
  {
    generatorURL: (url) => (url === '' || URL.canParse(url) ? undefined : 'an absolute URL'),
    resendDelay: waitable,
  },
);

const PATH = '/api/v2/alerts';
const MOST_ALERTS = 64; // of a request

/**
 * Sends alerts to an Alertmanager (its API v2), which groups, inhibits and silences by itself.
 *
 * Each alert is checked before it is sent: of a batch with a bad one, Alertmanager stores the others and answers with a
 * failure all the same. A bad one is left out and told as RXM866. One that is silenced
 * in the page is sent no longer, so it ends there. Times are those of the page: a clock that is late by more than four times
 * `resendDelay` ends alerts at once.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * withAlerting({ channels: [alertmanagerChannel({ url: 'https://alerts.example.com' })] });
 * ```
 */
export function alertmanagerChannel(options: AlertmanagerChannelOptions): AlertChannelFeature {
  const { generatorURL, name, resendDelay, url } = OPTIONS.resolve(options);
  const base = receiverUrl('AlertmanagerChannelOptions.url', url).replace(/\/+$/, '');
  const target = base.endsWith(PATH) ? base : base + PATH;
  return alertChannel(() => {
    const ports = { clock: inject(CLOCK), fetch: inject(METRICS_FETCH) };
    const diagnostics = inject(DIAGNOSTICS);
    const told = new Set<string>();
    const isGood = (alert: Alert): boolean => {
      const problem = problemOf(alert);
      if (problem === undefined) return true;
      if (told.has(alert.rule)) return false;
      told.add(alert.rule);
      const message = `An alert of ${JSON.stringify(alert.rule)} is not sent to "${name}": ${problem}`;
      diagnostics.report({ code: 'RXM866', severity: 'error', source: 'alerting', message });
      return false;
    };
    return {
      name,
      resendDelay,
      notify: ({ alerts }) => {
        const endsBy = new Date(ports.clock.now() + 4 * resendDelay);
        const good = alerts
          .filter(isGood)
          .map((alert) => alertmanagerAlert(alert, endsBy, generatorURL));
        const batches = Array.from({ length: Math.ceil(good.length / MOST_ALERTS) }, (_, i) =>
          good.slice(i * MOST_ALERTS, (i + 1) * MOST_ALERTS),
        );
        return concat(...batches.map((batch) => postJson(ports, target, {}, batch)));
      },
    };
  });
}

/** An alert as Alertmanager takes it. @param endsBy When it ends unless it is sent again. */
export function alertmanagerAlert(alert: Alert, endsBy: Date, generatorURL: string): unknown {
  const { annotations, endsAt = endsBy, labels, startsAt } = alert;
  return {
    labels,
    annotations,
    startsAt: startsAt?.toISOString(),
    endsAt: endsAt.toISOString(),
    ...(generatorURL !== '' && { generatorURL }),
  };
}

// What Alertmanager refuses. Empty labels, which it refuses as well, cannot be here.
function problemOf({ annotations, endsAt, labels, startsAt }: Alert): string | undefined {
  const names = [...Object.keys(labels), ...Object.keys(annotations)];
  const bad = names.find((name) => !isLabelName(name));
  if (bad !== undefined) {
    return `${JSON.stringify(bad)} names no label there. Take letters, digits and "_".`;
  }
  if (Object.keys(labels).length === 0) return 'it has no label.';
  return startsAt && endsAt && startsAt > endsAt ? 'it ends before it starts.' : undefined;
}
