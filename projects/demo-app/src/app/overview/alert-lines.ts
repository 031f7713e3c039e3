import { type Alert, type AlertSilence } from 'rx-mesh/metrics';
import { alertView } from '../metrics/alert-view';
import { type AlertView } from '../ui/alert-list';

const MOST = 12;
const URGENCY: Readonly<Record<Alert['state'], number>> = { firing: 0, pending: 1, resolved: 2 };

/**
 * What is wrong, and below it what was: firing, then pending, then some that are over. To look at: nothing is to be
 * pressed, so an alert that is silenced says so in its time.
 */
export function alertLines(
  alerts: readonly Alert[],
  history: readonly Alert[],
  silences: readonly AlertSilence[],
): readonly AlertView[] {
  const present = [...alerts].sort((a, b) => URGENCY[a.state] - URGENCY[b.state]);
  return [...present, ...history].slice(0, MOST).map((alert) => {
    const view = alertView(alert, silences);
    const until = view.silencedUntil === undefined ? '' : `, silenced until ${view.silencedUntil}`;
    return { ...view, open: false, time: view.time + until };
  });
}

/** How many alerts there are, in words. */
export function alertSummary(alerts: readonly Alert[]): string {
  const firing = alerts.filter(({ state }) => state === 'firing').length;
  const pending = alerts.length - firing;
  if (alerts.length === 0) return 'No alert is firing';
  const fires = `${firing} ${firing === 1 ? 'alert is' : 'alerts are'} firing`;
  return pending === 0 ? fires : `${fires}, ${pending} pending`;
}
