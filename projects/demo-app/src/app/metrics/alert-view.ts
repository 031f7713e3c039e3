import { type Alert, type AlertSilence } from 'rx-mesh/metrics';
import { type ReceivedAlert } from '../backends/received-alerts';
import { type AlertView } from '../ui/alert-list';
import { type ToneLook } from '../ui/tone-badge';

/** The look of every state of an alert. */
export const ALERT_LOOKS: Readonly<Record<Alert['state'], ToneLook>> = {
  pending: { tone: 'warn', icon: 'clock', text: 'Pending' },
  firing: { tone: 'bad', icon: 'alert', text: 'Firing' },
  resolved: { tone: 'good', icon: 'check', text: 'Resolved' },
};

/** The time of day of this place, to the second. */
export function timeOf(date: Date): string {
  return date.toTimeString().slice(0, 8);
}

/** An alert of the page in words. */
export function alertView(alert: Alert, silences: readonly AlertSilence[]): AlertView {
  const { activeAt, annotations, endsAt, fingerprint, labels, silencedBy, startsAt, state } = alert;
  const ends = silences
    .filter(({ id }) => silencedBy.includes(id))
    .map((silence) => silence.endsAt.getTime());
  const from = timeOf(startsAt ?? activeAt);
  return {
    fingerprint,
    name: alert.rule,
    look: ALERT_LOOKS[state],
    summary: annotations['summary'] ?? '',
    labels: labelsText(labels),
    time: endsAt ? `${from} to ${timeOf(endsAt)}` : `since ${from}`,
    silencedUntil: ends.length > 0 ? timeOf(new Date(Math.max(...ends))) : undefined,
    open: state !== 'resolved',
  };
}

/** An alert as the receiver has it. @param now Milliseconds since the Unix epoch. */
export function receivedView(alert: ReceivedAlert, now: number): AlertView {
  const { annotations, endsAt, fingerprint, labels, startsAt, times } = alert;
  const isOver = endsAt.getTime() <= now;
  const sent = times === 1 ? 'sent once' : `sent ${times} times`;
  return {
    fingerprint,
    name: labels['alertname'] ?? fingerprint,
    look: ALERT_LOOKS[isOver ? 'resolved' : 'firing'],
    summary: annotations['summary'] ?? '',
    labels: labelsText(labels),
    time: `${isOver ? `${timeOf(startsAt)} to ${timeOf(endsAt)}` : `since ${timeOf(startsAt)}`}, ${sent}`,
    silencedUntil: undefined,
    open: false,
  };
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([name]) => name !== 'alertname')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
