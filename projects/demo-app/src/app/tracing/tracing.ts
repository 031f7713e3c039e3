import { Component, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toObservable, toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { ActivatedRoute } from '@angular/router';
import { CLOCK, polling } from 'rx-mesh/kernel';
import { DistributedTracingService, SpanExport } from 'rx-mesh/tracing';
import { EMPTY, Subject, catchError, filter, mergeMap, of, switchMap, tap } from 'rxjs';
import { CATALOG } from '../backends/catalog';
import { type ReceiverName, TelemetryReceivers } from '../backends/telemetry';
import { WireLog } from '../backends/wire-log';
import { BaggageForm } from '../ui/baggage-form';
import { CopyText } from '../ui/copy-text';
import { formatDuration } from '../ui/format';
import { Icon } from '../ui/icon';
import { ReceiverCard, type ReceiverView } from '../ui/receiver-card';
import { SpanBadge } from '../ui/span-badge';
import { SpanDetails } from '../ui/span-details';
import { SPAN_LOOKS, type SpanState } from '../ui/span-look';
import { type TraceItem, TraceList } from '../ui/trace-list';
import { Waterfall } from '../ui/waterfall';
import { Baggage } from './baggage';
import { spanView, traceparentOf } from './span-view';
import { ACTIONS, type ActionId, TraceActions } from './trace-actions';
import { searchTraces } from './trace-search';
import { type TraceView, rowsOf, tracesOf } from './trace-view';

const REFRESH = 200; // milliseconds
const MOST_TRACES = 30;
const MOST_SEEN = 6;
const TITLES: Readonly<Record<ReceiverName, string>> = { jaeger: 'Jaeger', zipkin: 'Zipkin' };
const RECEIVERS: readonly ReceiverName[] = ['jaeger', 'zipkin'];
const STATES: readonly SpanState[] = [
  'running',
  'ok',
  'recovered',
  'error',
  'timeout',
  'cancelled',
];

/** The last traces, each as a waterfall; what makes them, what they carry along, and who receives them. */
@Component({
  selector: 'app-tracing',
  imports: [
    BaggageForm,
    CopyText,
    Icon,
    MatButton,
    MatFormField,
    MatInput,
    MatLabel,
    ReceiverCard,
    SpanBadge,
    SpanDetails,
    TraceList,
    Waterfall,
  ],
  templateUrl: './tracing.html',
  styleUrl: './tracing.scss',
})
export class Tracing {
  private readonly clock = inject(CLOCK);
  private readonly actions = inject(TraceActions);
  private readonly exporting = inject(SpanExport);
  private readonly tracing = inject(DistributedTracingService);
  private readonly telemetry = inject(TelemetryReceivers);
  private readonly wire = inject(WireLog);
  readonly #wanted = new Subject<ActionId>();
  // Another page may have sent somebody to one of them: `/tracing?trace=<id>`.
  readonly #chosen = signal<string | undefined>(
    inject(ActivatedRoute, { optional: true })?.snapshot.queryParamMap.get('trace') ?? undefined,
  );
  readonly #span = signal<string | undefined>(undefined);

  protected readonly buttons = ACTIONS;
  protected readonly baggage = inject(Baggage);
  protected readonly services = CATALOG.map(({ name }) => name);
  protected readonly states = STATES.map((state) => ({ state, text: SPAN_LOOKS[state].text }));
  protected readonly text = signal('');
  protected readonly service = signal('');
  protected readonly state = signal<SpanState | ''>('');
  protected readonly flushing = signal(false);

  readonly #traces = computed(() =>
    tracesOf([...this.tracing.activeSpans().values(), ...this.tracing.recentSpans()]),
  );
  readonly #found = computed(() =>
    searchTraces(this.#traces(), {
      text: this.text(),
      service: this.service(),
      state: this.state(),
    }),
  );
  readonly #shown = computed(() => this.#found().slice(0, MOST_TRACES));

  protected readonly trace = computed<TraceView | undefined>(() => {
    const chosen = this.#found().find(({ traceId }) => traceId === this.#chosen());
    return chosen ?? this.#shown()[0];
  });
  readonly #now = toSignal(
    toObservable(computed(() => this.trace()?.state === 'running')).pipe(
      switchMap((running) =>
        running
          ? polling({ period: REFRESH, clock: this.clock }, () => of(this.clock.now()))
          : of(this.clock.now()),
      ),
    ),
    { initialValue: this.clock.now() },
  );

  protected readonly list = computed(() => this.#shown().map((trace) => itemOf(trace)));
  protected readonly summary = computed(() => {
    const [all, found] = [this.#traces().length, this.#found().length];
    const which = found < all ? `${found} of ${all} traces` : `${all} traces`;
    return found > MOST_TRACES ? `${which}, the latest ${MOST_TRACES} shown` : which;
  });
  protected readonly picture = computed(() => {
    const trace = this.trace();
    return trace && rowsOf(trace, this.#now());
  });
  protected readonly facts = computed(() => {
    const trace = this.trace();
    return trace && itemOf(trace);
  });
  protected readonly span = computed(() => {
    const spans = this.trace()?.spans ?? [];
    const placed = spans.find(({ span }) => span.spanId === this.#span()) ?? spans[0];
    return placed?.span;
  });
  protected readonly details = computed(() => {
    const span = this.span();
    const known = new Set(this.#traces().map(({ traceId }) => traceId));
    return span && spanView(span, known, this.wire.seen());
  });
  protected readonly traceparent = computed(() => {
    const span = this.span();
    return span ? traceparentOf(span) : '';
  });
  protected readonly seen = computed(() => this.wire.seen().slice(0, MOST_SEEN));

  protected readonly receivers = computed(() =>
    RECEIVERS.map((name): ReceiverView => {
      const traces = this.telemetry.traces[name]();
      const status = this.exporting.status().find(({ exporter }) => exporter === name);
      return {
        name,
        title: TITLES[name],
        traces: traces.length,
        spans: traces.reduce((sum, { spans }) => sum + spans.length, 0),
        down: this.telemetry.down().has(name),
        state: status?.state ?? 'idle',
        sent: status?.sent ?? 0,
        dropped: status?.dropped ?? 0,
        trouble: status?.lastError?.message,
      };
    }),
  );
  /** How much of the chosen trace each receiver has. */
  protected readonly deliveries = computed(() => {
    const { spans = [], traceId = '' } = this.trace() ?? {};
    return RECEIVERS.map((name) => {
      const received = this.telemetry.find(name, traceId)?.spans.length ?? 0;
      const all = received >= spans.length;
      return { title: TITLES[name], all, text: `${received} of ${spans.length} spans` };
    });
  });

  constructor() {
    this.#wanted
      .pipe(
        mergeMap((action) =>
          this.actions.run(action).pipe(
            // The first of several is shown, for the list has them all.
            filter((_, index) => index === 0),
            tap((traceId) => this.choose(traceId)),
            // How it ends is told by its trace.
            catchError(() => EMPTY),
          ),
        ),
        takeUntilDestroyed(),
      )
      .subscribe();
  }

  protected start(action: ActionId): void {
    this.showAll();
    this.#wanted.next(action);
  }

  protected choose(traceId: string): void {
    this.#chosen.set(traceId);
    this.#span.set(undefined);
  }

  protected chooseSpan(spanId: string): void {
    this.#span.set(spanId);
  }

  /** To a trace that the search may have left out. */
  protected follow(traceId: string): void {
    this.showAll();
    this.choose(traceId);
  }

  protected narrow(state: string): void {
    this.state.set(STATES.find((one) => one === state) ?? '');
  }

  protected showAll(): void {
    this.text.set('');
    this.service.set('');
    this.state.set('');
  }

  protected clear(): void {
    this.tracing.clearRecentSpans();
  }

  protected toggleDown({ down, name }: ReceiverView): void {
    const receiver = RECEIVERS.find((one) => one === name);
    if (receiver) this.telemetry.setDown(receiver, !down);
  }

  protected failNext({ name }: ReceiverView): void {
    const receiver = RECEIVERS.find((one) => one === name);
    if (receiver) this.telemetry.failNext(receiver, 503);
  }

  /** Does not wait for the next batch. */
  protected async flush(): Promise<void> {
    this.flushing.set(true);
    await this.exporting.flush();
    this.flushing.set(false);
  }
}

function itemOf({ duration, name, spans, state, traceId }: TraceView): TraceItem {
  return {
    traceId,
    name,
    state,
    duration: formatDuration(duration),
    facts: spans.length === 1 ? '1 span' : `${spans.length} spans`,
  };
}
