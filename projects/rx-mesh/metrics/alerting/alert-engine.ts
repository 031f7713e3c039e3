import { type Diagnostics, EventHub } from 'rx-mesh/kernel';
import type { Alert, AlertEvent, AlertGroup, Instant } from './alert';
import { InvalidAlertRuleError } from './alert-errors';
import { labelKey } from './alert-labels';
import { type AlertChange, AlertLifecycle } from './alert-lifecycle';
import {
  AlertMutes,
  type AlertSilence,
  type InhibitRule,
  type SilenceRequest,
} from './alert-mutes';
import type { AlertRoute } from './alert-routes';
import type { AlertContext, AlertRule } from './alert-rule';
import { type CheckedRule, checkedRule } from './rule-check';
import { type AlertReading, type RuleEvaluator, ruleEvaluator } from './rule-evaluator';

/** Options of an {@link AlertEngine}. */
export interface AlertEngineOptions {
  /** Which firing alerts keep others from being told. @default none */
  readonly inhibit: readonly InhibitRule[];
  /** The most alerts that are pending or firing. */
  readonly maxAlerts: number;
  /** How many alerts that are over are remembered. */
  readonly historySize: number;
}

interface Entry {
  readonly rule: CheckedRule;
  readonly evaluate: RuleEvaluator;
}

/** What is to be told on one route. */
export interface RoutedGroups {
  readonly route: AlertRoute;
  readonly groups: readonly AlertGroup[];
}

/** An alert that somebody tells of, without a rule. */
export interface PushedAlert {
  readonly name: string;
  readonly reading: AlertReading;
  readonly annotations: Alert['annotations'];
}

// An alert that was pushed ends when it is not pushed again for so long: what Alertmanager calls resolve_timeout.
const PUSHED_LASTS = 300_000;
// A pushed alert that flickers is one.
const PUSHED_KEEPS = 60_000;

/**
 * Rules, alerts, silences and routes, without a clock of its own: whoever has it says what time it is. It makes alerts from
 * what rules see, and hands out what is to be told and when.
 */
export class AlertEngine {
  readonly #rules = new Map<string, Entry>();
  readonly #lifecycle: AlertLifecycle;
  readonly #mutes: AlertMutes;
  readonly #routes: readonly AlertRoute[];
  readonly #diagnostics: Diagnostics;
  readonly #historySize: number;
  readonly #hub = new EventHub<AlertEvent>();
  readonly #broken = new Set<string>();
  #history: readonly Alert[] = [];
  #isFull = false;
  #at: Instant = { monotonic: 0, wall: 0 };

  /** What happens to alerts. */
  readonly events$ = this.#hub.events$;

  /** @throws InvalidOptionError when a matcher is none. */
  constructor(
    options: AlertEngineOptions,
    routes: readonly AlertRoute[],
    ports: { readonly diagnostics: Diagnostics },
  ) {
    this.#routes = routes;
    this.#diagnostics = ports.diagnostics;
    this.#historySize = options.historySize;
    this.#mutes = new AlertMutes(options.inhibit);
    this.#lifecycle = new AlertLifecycle(options.maxAlerts, {
      changed: (change, alert) => this.#changed(change, alert),
      full: (rule) => this.#tellFull(rule, options.maxAlerts),
    });
  }

  /** The alerts that are pending or firing, oldest first. */
  get alerts(): readonly Alert[] {
    return this.#lifecycle.alerts;
  }

  /** The alerts that are over, newest first. */
  get history(): readonly Alert[] {
    return this.#history;
  }

  /** When there may be something to tell next, on the monotonic clock; `Infinity` when there is nothing. */
  get due(): number {
    return Math.min(...this.#routes.map(({ due }) => due));
  }

  /** Adds a rule. @throws InvalidAlertRuleError when it contradicts itself, or its name is taken. */
  define(rule: AlertRule): void {
    const checked = checkedRule(rule);
    if (this.#rules.has(checked.name)) {
      throw new InvalidAlertRuleError(checked.name, 'there is a rule of this name already.');
    }
    this.#rules.set(checked.name, { rule: checked, evaluate: ruleEvaluator(checked) });
  }

  /** Forgets a rule, ends its alerts, and says whether there was one. */
  remove(name: string, at: Instant): boolean {
    this.#at = at;
    if (!this.#rules.delete(name)) return false;
    this.#lifecycle.end(name, at);
    return true;
  }

  /** Looks at all rules. One that throws keeps its alerts as they are, and does not hinder the others. */
  evaluate(context: AlertContext, at: Instant): void {
    this.#at = at;
    for (const { evaluate, rule } of this.#rules.values()) {
      try {
        this.#lifecycle.take(rule, evaluate(context, at.monotonic), at);
        this.#broken.delete(rule.name);
      } catch (cause) {
        this.#tellBroken(rule.name, cause);
      }
    }
    this.#lifecycle.expire(at, PUSHED_KEEPS);
    this.#mute(at);
  }

  /** Takes in an alert that somebody tells of. It ends five minutes after it was told of last. */
  push({ annotations, name, reading }: PushedAlert, at: Instant): void {
    this.#at = at;
    const timing = { name, annotations, for: 0, keepFiringFor: PUSHED_KEEPS };
    this.#lifecycle.push(timing, reading, at, PUSHED_LASTS);
    this.#mute(at);
  }

  /** Adds a silence. @throws InvalidOptionError when it is none. */
  silence(id: string, request: SilenceRequest, at: Instant): void {
    this.#mutes.silence(id, request, at);
    this.#mute(at);
  }

  /** Ends a silence now and says whether there was one to end. */
  expireSilence(id: string, at: Instant): boolean {
    const done = this.#mutes.expire(id, at);
    this.#mute(at);
    return done;
  }

  /** All silences, oldest first. */
  silences(at: Instant): readonly AlertSilence[] {
    return this.#mutes.silences(at);
  }

  /**
   * What is to be told now, for each route.
   *
   * @param hurry Whether this is the last chance: nothing waits for company. @default false
   */
  flush(at: Instant, hurry = false): readonly RoutedGroups[] {
    this.#mute(at);
    const present = new Map(this.alerts.map((alert) => [labelKey(alert.labels), alert]));
    const shown = (alert: Alert): Alert | undefined => {
      const now = alert.state === 'resolved' ? alert : present.get(labelKey(alert.labels));
      if (!now) return undefined;
      const { inhibitedBy, silencedBy } = this.#mutes.by(now, this.alerts, at);
      return silencedBy.length + inhibitedBy.length > 0 ? undefined : now;
    };
    return this.#routes.map((route) => ({
      route,
      groups: route.flush(at.monotonic, shown, hurry),
    }));
  }

  /** Tells what became of a group on its way. */
  tell(event: AlertEvent): void {
    this.#hub.emit(event);
  }

  #mute(at: Instant): void {
    const before = this.alerts;
    this.#lifecycle.mute((alert) => this.#mutes.by(alert, before, at));
    this.alerts.forEach((alert, i) => {
      const { inhibitedBy = [], silencedBy = [] } = before[i] ?? {};
      this.#tellMute(alert, silencedBy, alert.silencedBy, ['silenced', 'unsilenced'], at);
      this.#tellMute(alert, inhibitedBy, alert.inhibitedBy, ['inhibited', 'uninhibited'], at);
    });
  }

  #tellMute(
    alert: Alert,
    before: readonly string[],
    now: readonly string[],
    [on, off]: readonly ['silenced', 'unsilenced'] | readonly ['inhibited', 'uninhibited'],
    { wall }: Instant,
  ): void {
    if (now.length > 0 === before.length > 0) return;
    this.#hub.emit({ type: now.length > 0 ? on : off, alert, at: new Date(wall) });
  }

  #changed(type: AlertChange, alert: Alert): void {
    const { monotonic, wall } = this.#at;
    if (type === 'resolved') {
      this.#history = [alert, ...this.#history].slice(0, this.#historySize);
    }
    if (type === 'firing' || type === 'resolved') {
      for (const route of this.#routes) route.put(alert, monotonic);
    }
    this.#hub.emit({ type, alert, at: new Date(wall) });
  }

  #tellBroken(rule: string, cause: unknown): void {
    if (this.#broken.has(rule)) return;
    this.#broken.add(rule);
    const message = `Alert rule ${JSON.stringify(rule)} threw, so its alerts stay as they are. Let it return a number, a list or undefined.`;
    this.#diagnostics.report({
      code: 'RXM865',
      severity: 'error',
      source: 'alerting',
      message,
      cause,
    });
  }

  #tellFull(rule: string, limit: number): void {
    if (this.#isFull) return;
    this.#isFull = true;
    const message = `There are ${limit} alerts, so one more of rule ${JSON.stringify(rule)} is left out. Group by tags with fewer values, or raise maxAlerts.`;
    this.#diagnostics.report({ code: 'RXM868', severity: 'error', source: 'alerting', message });
  }
}
