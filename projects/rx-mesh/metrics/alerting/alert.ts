import type { AlertLabels } from './alert-labels';

/** How urgent an alert is: the label `severity`. Any text will do; these are the usual ones. */
export type AlertSeverity = 'page' | 'ticket' | 'critical' | 'warning' | 'info' | (string & {});

/** One alert as it is at one time. It never changes: a later state is another object. */
export interface Alert {
  /** The fingerprint of its labels, the same that Alertmanager has: 16 hexadecimal digits. */
  readonly fingerprint: string;
  /** Which rule it comes from. */
  readonly rule: string;
  /** What tells it apart, `alertname` among it. */
  readonly labels: AlertLabels;
  /** What people are told. */
  readonly annotations: AlertLabels;
  /**
   * `pending`: its condition holds, but not for long enough; `firing`; `resolved`: it is over.
   */
  readonly state: 'pending' | 'firing' | 'resolved';
  /** The number that its condition saw last; `undefined` when there was none. */
  readonly value: number | undefined;
  /** Since when its condition holds, by the wall clock. */
  readonly activeAt: Date;
  /** When it began to fire, by the wall clock; `undefined` while it is pending. */
  readonly startsAt: Date | undefined;
  /** When it was over, by the wall clock; `undefined` before. */
  readonly endsAt: Date | undefined;
  /** The ids of the silences that keep it from being told. */
  readonly silencedBy: readonly string[];
  /** The fingerprints of the alerts that keep it from being told. */
  readonly inhibitedBy: readonly string[];
}

/** Alerts that are told together. */
export interface AlertGroup {
  /** Which group: one text a set of group labels. */
  readonly key: string;
  /** `firing` while one of its alerts does. */
  readonly status: 'firing' | 'resolved';
  /** What the alerts are grouped by. */
  readonly groupLabels: AlertLabels;
  /** The labels that all of them have. */
  readonly commonLabels: AlertLabels;
  /** The annotations that all of them have. */
  readonly commonAnnotations: AlertLabels;
  /** All alerts of the group that are told: firing ones, and those that were told of and are over. */
  readonly alerts: readonly Alert[];
  /** Those of them that are news: their state was not told before, or `repeatInterval` is over. */
  readonly news: readonly Alert[];
}

/** Something that happened to an alert. */
export type AlertEvent =
  | {
      /** `inactive`: it was pending, and its condition holds no longer. `unsilenced` and `uninhibited`: it may be told again. */
      readonly type:
        | 'pending'
        | 'firing'
        | 'resolved'
        | 'inactive'
        | 'silenced'
        | 'unsilenced'
        | 'inhibited'
        | 'uninhibited';
      /** The alert as it is now. */
      readonly alert: Alert;
      /** When, by the wall clock. */
      readonly at: Date;
    }
  | {
      /** A channel has told of a group, or could not. */
      readonly type: 'notified' | 'undelivered';
      /** Which channel. */
      readonly channel: string;
      /** What was told. */
      readonly group: AlertGroup;
      /** When, by the wall clock. */
      readonly at: Date;
    };

/** Two readings of one clock: durations go by the first, what people see by the second. */
export interface Instant {
  /** Milliseconds that never go back. */
  readonly monotonic: number;
  /** Milliseconds since the Unix epoch. */
  readonly wall: number;
}

/** A group of alerts. */
export function groupOf(
  key: string,
  groupLabels: AlertLabels,
  alerts: readonly Alert[],
  news: readonly Alert[],
): AlertGroup {
  return {
    key,
    status: alerts.some(({ state }) => state === 'firing') ? 'firing' : 'resolved',
    groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    alerts,
    news,
  };
}

function common([first = {}, ...others]: readonly AlertLabels[]): AlertLabels {
  const shared = Object.entries(first).filter(([name, value]) =>
    others.every((labels) => Object.hasOwn(labels, name) && labels[name] === value),
  );
  return Object.fromEntries(shared);
}
