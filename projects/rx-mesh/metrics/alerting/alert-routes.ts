import { type Alert, type AlertGroup, groupOf } from './alert';
import { type AlertLabels, labelKey, labelOf, labelsOf } from './alert-labels';

/** An alert as it is now; `undefined` when it must not be told. */
export type ShownAlert = (alert: Alert) => Alert | undefined;

/** Decides when which alerts are told. Time is monotonic. */
export interface AlertRoute {
  /** Takes in an alert that fires now, or is over now. */
  put(alert: Alert, at: number): void;
  /**
   * What is to be told now.
   *
   * @param shown The alert as it is now; `undefined` when it must not be told.
   * @param hurry Whether this is the last chance: nothing waits for company.
   */
  flush(at: number, shown: ShownAlert, hurry: boolean): readonly AlertGroup[];
  /** When there may be something to tell next; `Infinity` when there is nothing. */
  readonly due: number;
}

/** How alerts are grouped: the words of Alertmanager. */
export interface GroupingOptions {
  /** The labels that the alerts of a group have alike. */
  readonly groupBy: readonly string[];
  /** How long a new group waits, in milliseconds. */
  readonly groupWait: number;
  /** How long a group rests between two looks at what is new, in milliseconds, above 0. */
  readonly groupInterval: number;
  /** After how long firing alerts are told again, in milliseconds. */
  readonly repeatInterval: number;
}

interface Group {
  readonly labels: AlertLabels;
  readonly alerts: Map<string, Alert>;
  // What was told last of each.
  readonly told: Map<string, Alert['state']>;
  dueAt: number;
  toldAt: number;
}

/**
 * Groups alerts as Alertmanager does: a new group waits for company, then tells what is new after each interval, and all of
 * it again when nothing was told for long.
 */
export class GroupedRoute implements AlertRoute {
  readonly #options: GroupingOptions;
  readonly #groups = new Map<string, Group>();

  constructor(options: GroupingOptions) {
    this.#options = options;
  }

  get due(): number {
    return Math.min(...[...this.#groups.values()].map(({ dueAt }) => dueAt));
  }

  put(alert: Alert, at: number): void {
    const { groupBy, groupWait } = this.#options;
    const labels = labelsOf(
      Object.fromEntries(groupBy.map((name) => [name, labelOf(alert.labels, name)])),
    );
    const key = labelKey(labels);
    const group = this.#groups.get(key) ?? {
      labels,
      alerts: new Map<string, Alert>(),
      told: new Map<string, Alert['state']>(),
      dueAt: at + groupWait,
      toldAt: -Infinity,
    };
    // What was never told to fire need not be told to be over.
    if (alert.state === 'resolved' && !group.told.has(labelKey(alert.labels))) {
      group.alerts.delete(labelKey(alert.labels));
    } else {
      group.alerts.set(labelKey(alert.labels), alert);
      this.#groups.set(key, group);
    }
    if (group.alerts.size === 0) this.#groups.delete(key);
  }

  flush(at: number, shown: ShownAlert, hurry: boolean): readonly AlertGroup[] {
    const told: AlertGroup[] = [];
    for (const [key, group] of this.#groups) {
      if (group.dueAt > at && !hurry) continue;
      group.dueAt = at + this.#options.groupInterval;
      const message = this.#tell(key, group, at, shown);
      if (message) told.push(message);
      for (const [one, { state }] of group.alerts) {
        if (state !== 'resolved') continue;
        group.alerts.delete(one);
        group.told.delete(one);
      }
      if (group.alerts.size === 0) this.#groups.delete(key);
    }
    return told;
  }

  #tell(key: string, group: Group, at: number, shown: ShownAlert): AlertGroup | undefined {
    const { labels, told, toldAt } = group;
    const isRepeat = at - toldAt >= this.#options.repeatInterval;
    const alerts: Alert[] = [];
    const news: Alert[] = [];
    for (const [one, held] of group.alerts) {
      const alert = shown(held);
      if (!alert) continue;
      alerts.push(alert);
      if (told.get(one) !== alert.state || (isRepeat && alert.state === 'firing')) news.push(alert);
    }
    if (news.length === 0) return undefined;
    group.toldAt = at;
    for (const { labels: own, state } of alerts) told.set(labelKey(own), state);
    return groupOf(key, labels, alerts, news);
  }
}

interface Sent {
  alert: Alert;
  state: Alert['state'] | undefined;
  at: number;
}

/**
 * Tells each alert at once, and again and again while it fires: for receivers that group by themselves and take silence for
 * the end of an alert.
 */
export class DirectRoute implements AlertRoute {
  readonly #resendDelay: number;
  readonly #alerts = new Map<string, Sent>();
  #due = Infinity;

  /** @param resendDelay The rest between two times, in milliseconds. */
  constructor(resendDelay: number) {
    this.#resendDelay = resendDelay;
  }

  get due(): number {
    return this.#due;
  }

  put(alert: Alert, at: number): void {
    const key = labelKey(alert.labels);
    const sent = this.#alerts.get(key);
    if (alert.state === 'resolved' && sent?.state === undefined) {
      this.#alerts.delete(key);
      return;
    }
    if (sent) sent.alert = alert;
    else this.#alerts.set(key, { alert, state: undefined, at });
    this.#due = at;
  }

  flush(at: number, shown: ShownAlert): readonly AlertGroup[] {
    const told: Alert[] = [];
    for (const [key, sent] of this.#alerts) {
      const isOver = sent.alert.state === 'resolved';
      if (isOver) this.#alerts.delete(key);
      const alert = shown(sent.alert);
      const isNews = isOver || sent.state === undefined;
      if (alert && !isNews && at - sent.at < this.#resendDelay) continue;
      sent.at = at;
      if (!alert) continue;
      sent.state = alert.state;
      told.push(alert);
    }
    const times = [...this.#alerts.values()].map((sent) => sent.at + this.#resendDelay);
    this.#due = Math.min(...times);
    return told.length > 0 ? [groupOf('', {}, told, told)] : [];
  }
}
