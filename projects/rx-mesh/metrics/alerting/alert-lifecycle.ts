import type { Alert, Instant } from './alert';
import { type AlertLabels, fingerprintOf, labelKey } from './alert-labels';
import type { AlertReading, RuleView } from './rule-evaluator';
import type { CheckedRule } from './rule-check';

/** Something that became of an alert. */
export type AlertChange = 'pending' | 'firing' | 'resolved' | 'inactive';

interface Held {
  alert: Alert;
  readonly since: number; // its condition holds
  // Since when its condition holds no longer, though it goes on firing.
  clearSince: number | undefined;
  // When it ends unless somebody tells of it again.
  endsBy: number;
}

/** What an {@link AlertLifecycle} tells. */
export interface LifecyclePorts {
  /** Something became of an alert. */
  readonly changed: (change: AlertChange, alert: Alert) => void;
  /** There is no room for one more alert of this rule. */
  readonly full: (rule: string) => void;
}

type Timing = Pick<CheckedRule, 'name' | 'annotations' | 'for' | 'keepFiringFor'>;

/**
 * The alerts that there are, each from inactive over pending and firing to resolved. An alert is what its labels are: two
 * readings of the same labels are one alert.
 */
export class AlertLifecycle {
  readonly #held = new Map<string, Held>();
  readonly #maxAlerts: number;
  readonly #ports: LifecyclePorts;

  constructor(maxAlerts: number, ports: LifecyclePorts) {
    this.#maxAlerts = maxAlerts;
    this.#ports = ports;
  }

  /** The alerts that are pending or firing, oldest first. */
  get alerts(): readonly Alert[] {
    return [...this.#held.values()].map(({ alert }) => alert);
  }

  /** Takes in what a rule sees. */
  take(rule: CheckedRule, { readings, othersUnknown }: RuleView, at: Instant): void {
    const seen = new Set<string>();
    for (const reading of readings) {
      const key = labelKey(reading.labels);
      if (seen.has(key)) continue;
      seen.add(key);
      this.#step(key, rule, reading, at);
    }
    const others = [...this.#held].filter(
      ([key, { alert }]) => alert.rule === rule.name && !seen.has(key),
    );
    const policy = othersUnknown ? rule.onNoData : 'resolve';
    const whole = labelKey(rule.labels);
    if (policy === 'fire' && seen.size === 0 && others.length === 0) {
      const silence = { labels: rule.labels, value: undefined, holds: () => true };
      this.#step(whole, rule, silence, at);
    }
    if (policy === 'keep') return;
    for (const [key, { alert }] of others) {
      const { labels, value } = alert;
      // The alert that nothing at all is known is over once something is.
      const holds = policy === 'fire' && (seen.size === 0 || key !== whole);
      this.#step(key, rule, { labels, value, holds: () => holds }, at);
    }
  }

  /** Takes in one alert that somebody tells of. It ends when that is not told again for a while. */
  push(timing: Timing, reading: AlertReading, at: Instant, lasts: number): void {
    const key = labelKey(reading.labels);
    this.#step(key, timing, reading, at);
    const held = this.#held.get(key);
    if (held && held.clearSince === undefined) held.endsBy = at.monotonic + lasts;
  }

  /** Ends the alerts of which nobody told again, and those that go on firing no longer. */
  expire(at: Instant, keepFiringFor: number): void {
    for (const [key, held] of this.#held) {
      const cleared = (held.clearSince ?? Infinity) + keepFiringFor <= at.monotonic;
      if (held.endsBy <= at.monotonic || (held.endsBy < Infinity && cleared)) {
        this.#end(key, held, at);
      }
    }
  }

  /** Ends all alerts of a rule. */
  end(rule: string, at: Instant): void {
    for (const [key, held] of this.#held) {
      if (held.alert.rule === rule) this.#end(key, held, at);
    }
  }

  /** Notes what keeps alerts from being told. */
  mute(by: (alert: Alert) => Pick<Alert, 'silencedBy' | 'inhibitedBy'>): void {
    for (const held of this.#held.values()) {
      const { silencedBy, inhibitedBy } = by(held.alert);
      if (!isSame(silencedBy, held.alert.silencedBy)) held.alert = { ...held.alert, silencedBy };
      if (!isSame(inhibitedBy, held.alert.inhibitedBy)) held.alert = { ...held.alert, inhibitedBy };
    }
  }

  #step(key: string, timing: Timing, reading: AlertReading, at: Instant): void {
    const held = this.#held.get(key);
    const isFiring = held?.alert.state === 'firing';
    if (reading.holds(isFiring)) {
      const present = held ?? this.#begin(key, timing, reading, at);
      if (!present) return;
      present.clearSince = undefined;
      this.#note(present, reading.value);
      if (isFiring) return;
      if (at.monotonic - present.since < timing.for) return;
      present.alert = { ...present.alert, state: 'firing', startsAt: new Date(at.wall) };
      this.#ports.changed('firing', present.alert);
      return;
    }
    if (!held) return;
    this.#note(held, reading.value);
    held.clearSince ??= at.monotonic;
    if (!isFiring || at.monotonic - held.clearSince >= timing.keepFiringFor) {
      this.#end(key, held, at);
    }
  }

  #begin(key: string, timing: Timing, reading: AlertReading, at: Instant): Held | undefined {
    const { annotations, name } = timing;
    if (this.#held.size >= this.#maxAlerts) {
      this.#ports.full(name);
      return undefined;
    }
    const { labels, value } = reading;
    const alert = newAlert(name, labels, annotations, value, new Date(at.wall));
    const held = { alert, since: at.monotonic, clearSince: undefined, endsBy: Infinity };
    this.#held.set(key, held);
    if (timing.for > 0) this.#ports.changed('pending', alert);
    return held;
  }

  #note(held: Held, value: number | undefined): void {
    if (!Object.is(held.alert.value, value)) held.alert = { ...held.alert, value };
  }

  #end(key: string, { alert }: Held, at: Instant): void {
    this.#held.delete(key);
    if (alert.state === 'pending') {
      this.#ports.changed('inactive', alert);
      return;
    }
    // The wall may have been put back meanwhile.
    const endsAt = new Date(Math.max(at.wall, alert.startsAt?.getTime() ?? at.wall));
    this.#ports.changed('resolved', { ...alert, state: 'resolved', endsAt });
  }
}

function newAlert(
  rule: string,
  labels: AlertLabels,
  annotations: AlertLabels,
  value: number | undefined,
  activeAt: Date,
): Alert {
  return {
    fingerprint: fingerprintOf(labels),
    rule,
    labels,
    annotations,
    state: 'pending',
    value,
    activeAt,
    startsAt: undefined,
    endsAt: undefined,
    silencedBy: [],
    inhibitedBy: [],
  };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
