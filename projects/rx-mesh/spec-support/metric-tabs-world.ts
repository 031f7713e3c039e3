import {
  EnvironmentInjector,
  type EnvironmentProviders,
  type InjectionToken,
  type Provider,
  type Type,
  createEnvironmentInjector,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR } from 'rx-mesh/kernel';
import { type MetricSeries, MetricsService } from 'rx-mesh/metrics';
import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { type Observable, Subscription } from 'rxjs';
import { FakeTabs } from './fake-tabs';
import { settled } from './settled';

interface Tabs {
  readonly series$: Observable<readonly MetricSeries[]>;
  readonly series: () => readonly MetricSeries[];
}

/** What a tab is made of. */
export interface MetricTabParts<T extends Tabs> {
  readonly service: Type<T>;
  /** What is made once a tab. */
  readonly classes: readonly Type<unknown>[];
  readonly ports: InjectionToken<unknown>;
  /** What `withTabMetrics()` provides. */
  readonly feature: readonly (Provider | EnvironmentProviders)[];
}

/** How a tab differs from others. */
interface TabOptions {
  /** Whether it has a way to the others. @default true */
  readonly ports?: boolean;
  /** Whether it may not open channels. @default false */
  readonly refused?: boolean;
  /** Whether it has `withTabMetrics()`. @default true */
  readonly feature?: boolean;
}

/** A message, as far as tests look at it. */
interface Said {
  readonly type: string;
  readonly whole?: boolean;
  readonly series?: readonly { readonly name: string }[];
}

/** The tabs of one origin. */
export class MetricTabsWorld<T extends Tabs> {
  readonly all = new FakeTabs();
  readonly clock = new ManualClock();
  #opened = 0;

  constructor(readonly parts: MetricTabParts<T>) {}

  open(options: TabOptions = {}): MetricTab<T> {
    return new MetricTab<T>(this, `tab-${++this.#opened}`, options);
  }

  /** Moves time step by step, and lets messages come after each. */
  async advance(ms: number): Promise<void> {
    await settled();
    for (let left = ms; left > 0; left -= 50) {
      this.clock.advance(Math.min(50, left));
      await settled();
    }
  }

  /** What a tab said. */
  said(id: string): readonly Said[] {
    return (this.all.posted as readonly (Said & { readonly from?: string })[]).filter(
      (message) => (message as { readonly from?: string } | null)?.from === id,
    );
  }
}

/** An application in a tab of its own. */
export class MetricTab<T extends Tabs> {
  readonly #service: Type<T>;
  readonly diagnostics = new RecordingDiagnostics();
  readonly #events;
  readonly #injector: EnvironmentInjector;
  #looking = new Subscription();
  #dead = false;

  constructor(
    world: MetricTabsWorld<T>,
    readonly id: string,
    options: TabOptions,
  ) {
    const { ports = true, refused = false, feature = true } = options;
    const { classes, feature: given, ports: token, service } = world.parts;
    this.#service = service;
    const tab = world.all.open();
    this.#events = tab.events$;
    const channel = (name: string) => {
      if (refused) throw new Error('denied');
      const opened = tab.channel(name);
      // A tab that has crashed says nothing, and hears nothing.
      const { postMessage } = opened;
      Object.defineProperty(opened, 'postMessage', {
        value: (data: unknown) => {
          if (!this.#dead) postMessage(data);
        },
      });
      return opened;
    };
    const providers: Provider[] = [
      { provide: CLOCK, useValue: world.clock },
      { provide: DIAGNOSTICS, useValue: this.diagnostics },
      { provide: ID_GENERATOR, useValue: { uuid: () => id } },
      { provide: token, useValue: ports ? { ...tab, channel } : undefined },
      MetricsService,
      service,
      ...classes,
    ];
    this.#injector = createEnvironmentInjector(
      [...providers, ...(feature ? given : [])],
      TestBed.inject(EnvironmentInjector),
    );
  }

  get metrics(): MetricsService {
    return this.#injector.get(MetricsService);
  }

  get tabs(): T {
    return this.#injector.get(this.#service);
  }

  /** Subscribes, and returns what comes. */
  look(): readonly (readonly MetricSeries[])[] {
    const seen: (readonly MetricSeries[])[] = [];
    this.#looking.add(this.tabs.series$.subscribe((series) => seen.push(series)));
    return seen;
  }

  stopLooking(): void {
    this.#looking.unsubscribe();
    this.#looking = new Subscription();
  }

  /** The page is left, or frozen. */
  away(): void {
    this.#events.next('away');
  }

  /** The page goes on. */
  back(): void {
    this.#events.next('back');
  }

  /** The process ends without a word. */
  crash(): void {
    this.#dead = true;
  }

  destroy(): void {
    this.#injector.destroy();
  }
}

/** The series as `name{tag=value}=number`. */
export function values(series: readonly MetricSeries[]): readonly string[] {
  return series.map(({ name, tags, value, count }) => {
    const text = Object.entries(tags).map(([tag, of]) => `${tag}=${of}`);
    return `${name}${text.length > 0 ? `{${text.join()}}` : ''}=${value ?? count}`;
  });
}

/** The value of the first series. */
export function gauge(series: readonly MetricSeries[]): number | undefined {
  return series[0]?.value;
}
