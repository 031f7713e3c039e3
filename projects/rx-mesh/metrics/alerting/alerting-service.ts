import { DOCUMENT, DestroyRef, Injectable, type Signal, computed, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, RANDOM, StateStore, isServer } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  Subject,
  defer,
  fromEvent,
  ignoreElements,
  merge,
  race,
  repeat,
  share,
  tap,
  timer,
} from 'rxjs';
import { MetricsService } from '../metrics-service';
import { hasTags } from '../slo/has-tags';
import type { SLAReport } from '../slo/sla-report';
import { SloReader } from '../slo/slo-reader';
import type { Alert, AlertEvent, AlertGroup, Instant } from './alert';
import { ALERT_CHANNELS } from './alert-channel';
import { AlertDispatcher } from './alert-dispatcher';
import { AlertEngine } from './alert-engine';
import type { AlertSilence, SilenceRequest } from './alert-mutes';
import type { AlertContext, AlertRule } from './alert-rule';
import { ALERTING } from './alerting-options';
import { slaAlert } from './sla-alert';

interface AlertingState {
  readonly alerts: readonly Alert[];
  readonly history: readonly Alert[];
}

/**
 * Alerts of the page itself: rules over its metrics and SLOs, with the life cycle of Prometheus and the grouping, inhibition
 * and silences of Alertmanager.
 *
 * Rules are looked at each `evaluationPeriod` while somebody is subscribed to `alerts$` or `events$`, or all the time with
 * `withAlerting()`; never on a server. An alert is what its labels are, so however often a rule finds it, it is one: pending
 * while its condition has not held for long enough, then firing, then resolved.
 *
 * @usageNotes
 * ```ts
 * const alerting = inject(AlertingService);
 * alerting.define({
 *   name: 'Offline',
 *   condition: { type: 'threshold', metric: 'queue.length', above: 100, clear: 50 },
 *   for: 60_000,
 * });
 * alerting.alerts$.subscribe((alerts) => show(alerts));
 * alerting.silence({ matchers: [{ name: 'alertname', value: 'Offline' }], endsAt: tonight });
 * ```
 */
@Injectable({ providedIn: 'root' })
export class AlertingService {
  private readonly clock = inject(CLOCK);
  private readonly ids = inject(ID_GENERATOR);
  private readonly metrics = inject(MetricsService);
  private readonly slos = inject(SloReader);
  private readonly view = inject(DOCUMENT).defaultView;
  private readonly destroyed = inject(DestroyRef);
  private readonly options = inject(ALERTING.token);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly dispatcher = new AlertDispatcher(inject(ALERT_CHANNELS), this.options, {
    clock: this.clock,
    random: inject(RANDOM),
    diagnostics: this.diagnostics,
    told: (event) => this.engine.tell(event),
  });
  private readonly engine: AlertEngine = new AlertEngine(this.options, this.dispatcher.routes, {
    diagnostics: this.diagnostics,
  });
  private readonly state = new StateStore<AlertingState>({ alerts: [], history: [] });
  private readonly wake = new Subject<void>();
  private evaluatedAt = -Infinity;
  private readonly running$ = defer(() => this.run()).pipe(share());

  /**
   * The alerts that are pending or firing, oldest first: on subscribe, then after each change. Looks at the rules while
   * somebody is subscribed. Silent on the server: it completes at once. Completes when the application is destroyed.
   */
  readonly alerts$: Observable<readonly Alert[]> = this.looking(() =>
    merge(
      this.running$,
      this.state.select(({ alerts }) => alerts),
    ),
  );

  /** The alerts that are pending or firing, as the last look found them. */
  readonly alerts: Signal<readonly Alert[]> = computed(() => this.state.signal().alerts);

  /** The alerts that are over, newest first, at most `historySize`. */
  readonly history: Signal<readonly Alert[]> = computed(() => this.state.signal().history);

  /** What happens to alerts from now on. Looks at the rules while somebody is subscribed, as `alerts$` does. */
  readonly events$: Observable<AlertEvent> = this.looking(() =>
    merge(this.engine.events$, this.running$),
  );

  /**
   * What is told, group by group: the channel of whoever subscribes. Looks at the rules while somebody is subscribed, as
   * `alerts$` does.
   */
  readonly notifications$: Observable<AlertGroup> = this.looking(() =>
    merge(this.dispatcher.groups$, this.running$),
  );

  constructor() {
    for (const rule of this.options.rules) this.define(rule);
    this.destroyed.onDestroy(() => {
      this.flush(true);
      this.dispatcher.stop();
    });
  }

  /**
   * Adds a rule, which is looked at from the next evaluation on.
   *
   * @throws InvalidAlertRuleError (RXM864) when it contradicts itself, or there is one of this name.
   */
  define(rule: AlertRule): void {
    this.engine.define(rule);
  }

  /** Forgets a rule, ends its alerts, and says whether there was one. */
  remove(name: string): boolean {
    const done = this.engine.remove(name, this.now());
    this.changed();
    return done;
  }

  /**
   * Keeps alerts from being told for a while; they fire all the same. A silence does not outlive the page.
   *
   * @returns Its id, for `expireSilence`.
   * @throws InvalidOptionError when a matcher is none, or the end does not lie ahead.
   */
  silence(request: SilenceRequest): string {
    const id = this.ids.uuid();
    this.engine.silence(id, request, this.now());
    this.changed();
    return id;
  }

  /** Ends a silence now and says whether there was one to end. */
  expireSilence(id: string): boolean {
    const done = this.engine.expireSilence(id, this.now());
    this.changed();
    return done;
  }

  /** All silences, those that are over as well, oldest first, at most 500. */
  silences(): readonly AlertSilence[] {
    return this.engine.silences(this.now());
  }

  /**
   * Raises the alert `SLABreach` of a service, or goes on with it; with a report that is not breached, ends it. It is one
   * alert however often this is called, and ends a minute after the last breached report if others follow, else after five.
   *
   * @param serviceName The label `service`.
   */
  triggerSLAAlert(serviceName: string, report: SLAReport): void {
    this.engine.push(slaAlert(serviceName, report), this.now());
    this.changed();
  }

  private looking<T>(make: () => Observable<T>): Observable<T> {
    return defer(() => (isServer() ? EMPTY : make())).pipe(takeUntilDestroyed(this.destroyed));
  }

  private run(): Observable<never> {
    const looks = defer(() => {
      this.tick();
      return EMPTY;
    }).pipe(repeat({ delay: () => race(timer(this.rest(), this.clock.scheduler), this.wake) }));
    const leaving = this.view
      ? fromEvent(this.view, 'pagehide').pipe(
          tap(() => {
            this.flush(true);
            this.dispatcher.leave();
          }),
        )
      : EMPTY;
    return merge(looks, leaving).pipe(ignoreElements());
  }

  private tick(): void {
    const at = this.now();
    if (at.monotonic - this.evaluatedAt >= this.options.evaluationPeriod) {
      this.evaluatedAt = at.monotonic;
      this.engine.evaluate(this.context(at), at);
    }
    this.flush(false);
    this.publish();
  }

  private rest(): number {
    const next = Math.min(this.evaluatedAt + this.options.evaluationPeriod, this.engine.due);
    return Math.max(0, next - this.clock.monotonic());
  }

  private context({ wall }: Instant): AlertContext {
    const reports = this.slos.look();
    const series = this.metrics.collect();
    return {
      timestamp: new Date(wall),
      series: (metric, tags = {}) =>
        series.filter((one) => one.name === metric && hasTags(one, tags)),
      distribution: (metric, tags) => this.metrics.distribution(metric, tags),
      slo: (name) => reports.find((report) => report.name === name),
    };
  }

  private flush(hurry: boolean): void {
    this.dispatcher.send(this.engine.flush(this.now(), hurry));
  }

  private changed(): void {
    this.publish();
    this.wake.next();
  }

  private publish(): void {
    const { alerts, history } = this.engine;
    this.state.update((state) => {
      const isSame = isSameList(state.alerts, alerts);
      if (isSame && state.history === history) return state;
      return { alerts: isSame ? state.alerts : alerts, history };
    });
  }

  private now(): Instant {
    return { monotonic: this.clock.monotonic(), wall: this.clock.now() };
  }
}

function isSameList(a: readonly Alert[], b: readonly Alert[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
