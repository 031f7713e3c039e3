import { Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, type RxMeshErrorCode } from 'rx-mesh/kernel';
import {
  EMPTY,
  NEVER,
  Observable,
  distinctUntilChanged,
  filter,
  fromEvent,
  ignoreElements,
  map,
  merge,
  of,
  share,
  switchMap,
  tap,
} from 'rxjs';
import type { MetricSeries } from '../metric-data';
import { MetricsService } from '../metrics-service';
import { SeriesSketches } from './series-sketches';
import { MOST_SERIES, type TabMessage, readMessage, writeMessage } from './tab-messages';
import { TAB_METRICS } from './tab-options';
import { METRIC_TAB_PORTS, type MetricTabChannel } from './tab-ports';
import { type TabSeries, keyOf } from './tab-series';

// Two who look must not get twice the answers.
const EARLY = 0.9;

/** The line to the other tabs, and what this one says on it. It is open while somebody listens and the page is there. */
@Injectable({ providedIn: 'root' })
export class TabLine {
  private readonly clock = inject(CLOCK);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly metrics = inject(MetricsService);
  private readonly ports = inject(METRIC_TAB_PORTS);
  private readonly name = inject(TAB_METRICS.token).name;
  private readonly sketches = new SeriesSketches(this.metrics);
  private readonly told = new Set<RxMeshErrorCode>();
  private channel: MetricTabChannel | undefined;
  private answeredAt = -Infinity;
  private answered: readonly MetricSeries[] | undefined;

  /** What this tab is called. */
  readonly id = inject(ID_GENERATOR).uuid();

  /** What the others say. */
  readonly messages$: Observable<TabMessage> = merge(
    of('back' as const),
    this.ports?.events$ ?? NEVER,
  ).pipe(
    distinctUntilChanged(),
    // An open channel keeps a page out of the back/forward cache.
    switchMap((event) => (event === 'back' ? this.opened() : EMPTY)),
    map(({ data }) => this.read(data)),
    filter((message) => message !== undefined),
    // An echo, such as a fake channel has one.
    filter(({ from }) => from !== this.id),
    share(),
  );

  /** Answers whoever looks, as long as it is subscribed. It has no timer: a hidden page would be late. */
  readonly answers$: Observable<never> = this.messages$.pipe(
    tap((message) => {
      if (message.type === 'look') this.answer(message.every, message.whole);
    }),
    ignoreElements(),
    share(),
  );

  /** Says something to the others. */
  post(message: TabMessage): void {
    try {
      this.channel?.postMessage(writeMessage(message));
    } catch (cause) {
      this.tell('RXM875', `This tab cannot tell the others of its metrics on ${this.name}.`, cause);
    }
  }

  /** The series of this tab. */
  own(): readonly TabSeries[] {
    const all = this.metrics.collect();
    const sketches = this.sketches.of(all);
    return all.map((series) => ({ key: keyOf(series), series, sketch: sketches.get(series) }));
  }

  /** Tells of a trouble, each kind once. */
  tell(code: RxMeshErrorCode, message: string, cause?: unknown): void {
    if (this.told.has(code)) return;
    this.told.add(code);
    this.diagnostics.report({ code, severity: 'warning', source: 'TabMetrics', message, cause });
  }

  private answer(every: number, whole: boolean): void {
    const now = this.clock.monotonic();
    if (!whole && now - this.answeredAt < EARLY * every) return;
    this.answeredAt = now;
    const from = this.id;
    const all = this.metrics.collect();
    if (!whole && all === this.answered) {
      this.post({ type: 'alive', from });
      return;
    }
    const known = new Set(this.answered);
    // After a reset there are series that the others still have.
    const keys = new Set(all.map(keyOf));
    const isWhole = whole || (this.answered ?? []).some((series) => !keys.has(keyOf(series)));
    this.answered = all;
    const own = this.own();
    if (own.length > MOST_SERIES) {
      this.tell('RXM874', `The other tabs are told of ${MOST_SERIES} series, and there are more.`);
    }
    const told = own.slice(0, MOST_SERIES);
    const series = isWhole ? told : told.filter((each) => !known.has(each.series));
    this.post({ type: 'series', from, whole: isWhole, series });
  }

  private opened(): Observable<MessageEvent<unknown>> {
    const { ports, name } = this;
    if (!ports) return NEVER;
    return new Observable<MessageEvent<unknown>>((subscriber) => {
      let channel: MetricTabChannel;
      try {
        channel = ports.channel(name);
      } catch (cause) {
        this.tell('RXM875', `No channel to the other tabs could be opened: ${name}.`, cause);
        return;
      }
      this.channel = channel;
      subscriber.add(fromEvent<MessageEvent<unknown>>(channel, 'message').subscribe(subscriber));
      subscriber.add(() => {
        this.post({ type: 'left', from: this.id });
        this.channel = undefined;
        channel.close();
      });
    });
  }

  private read(data: unknown): TabMessage | undefined {
    const message = readMessage(data);
    if (!message) {
      const words = `Something else than rx-mesh of this version speaks on the channel ${this.name}. Give withTabMetrics() a name of its own.`;
      this.tell('RXM873', words);
    }
    return message;
  }
}
