import {
  DOCUMENT,
  DestroyRef,
  Injectable,
  inject,
  provideEnvironmentInitializer,
} from '@angular/core';
import {
  DIAGNOSTICS,
  type RxMeshFeature,
  createOptions,
  isServer,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import { Subscription, filter, fromEvent, merge, tap } from 'rxjs';
import { CircuitBreakerService } from './circuit-breaker-service';
import { type CircuitMemento, isCircuitMemento } from './circuit-memento';

/** Options of {@link withSharedBreakers}. */
export interface SharedBreakersOptions {
  /** The name of the `BroadcastChannel` and of the entry in the session storage. @default 'rx-mesh.breakers' */
  readonly channel?: string | undefined;
}

/** The options of {@link withSharedBreakers} with a value for each. */
export type SharedBreakersValues = {
  readonly [K in keyof SharedBreakersOptions]-?: NonNullable<SharedBreakersOptions[K]>;
};

const SHARED_BREAKERS = /* @__PURE__ */ createOptions<SharedBreakersValues>(
  'SharedBreakersOptions',
  { channel: 'rx-mesh.breakers' },
  {
    channel: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
  },
);

// Names of other pages: no more than anybody has services.
const MOST = 200;

/**
 * Tells the other tabs of the origin which services were found ill, and hears it from them; and hands it over to the page
 * after a reload. It is advice: a tab opens its breakers by it, never beyond its own longest wait, and closes them by
 * probes of its own. No Web Lock is held, and the channel is closed while the page is in the back/forward cache.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withSharedBreakers());
 * ```
 */
export function withSharedBreakers(
  options: SharedBreakersOptions = {},
): RxMeshFeature<'shared-breakers'> {
  return ɵmakeFeature('shared-breakers', [
    SHARED_BREAKERS.provide(options),
    provideEnvironmentInitializer(() => {
      if (!isServer()) inject(SharedBreakers).start();
    }),
  ]);
}

/** The work behind {@link withSharedBreakers}. */
@Injectable({ providedIn: 'root' })
export class SharedBreakers {
  private readonly breakers = inject(CircuitBreakerService);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly view = inject(DOCUMENT).defaultView;
  private readonly name = inject(SHARED_BREAKERS.token).channel;
  private readonly work = new Subscription();
  private channel: BroadcastChannel | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.work.unsubscribe();
      this.close();
    });
  }

  /** Takes over what the page before left, and joins the other tabs. */
  start(): void {
    const { view } = this;
    if (!view) return;
    this.restore(view);
    this.open(view);
    const opened$ = this.breakers.events$.pipe(
      filter((event) => event.type === 'transition' && event.to === 'open'),
      tap((event) => this.tell(event)),
    );
    const left$ = fromEvent(view, 'pagehide').pipe(tap(() => this.leave(view)));
    const back$ = fromEvent(view, 'pageshow').pipe(tap(() => this.open(view)));
    this.work.add(merge(opened$, left$, back$).subscribe());
  }

  // An open channel keeps a page out of the back/forward cache.
  private leave(view: Window): void {
    this.save(view);
    this.close();
  }

  private tell(event: { readonly name: string; readonly reason?: unknown }): void {
    const breaker = this.breakers.find(event.name);
    // News of others are not told again: they would go round for ever.
    if (breaker && event.reason !== 'imported') this.channel?.postMessage(breaker.export());
  }

  private open(view: Window): void {
    if (this.channel || !('BroadcastChannel' in view)) return;
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = ({ data }: MessageEvent<unknown>) => this.take(data);
  }

  private close(): void {
    this.channel?.close();
    this.channel = undefined;
  }

  private save(view: Window): void {
    try {
      view.sessionStorage.setItem(this.name, JSON.stringify(this.breakers.export()));
    } catch (cause) {
      this.report('The state of the circuit breakers could not be kept for a reload.', cause);
    }
  }

  private restore(view: Window): void {
    try {
      const kept: unknown = JSON.parse(view.sessionStorage.getItem(this.name) ?? '[]');
      for (const memento of Array.isArray(kept) ? kept : [kept]) this.take(memento);
    } catch (cause) {
      this.report('The state of the circuit breakers before the reload could not be read.', cause);
    }
  }

  private take(memento: unknown): void {
    if (!isCircuitMemento(memento)) {
      this.report(`Something else than rx-mesh speaks on the channel ${this.name}. Rename it.`);
    } else if (this.breakers.find(memento.name) ?? this.breakers.status().size < MOST) {
      this.breakers.get(memento.name).import(memento satisfies CircuitMemento);
    }
  }

  private report(message: string, cause?: unknown): void {
    const source = 'SharedBreakers';
    this.diagnostics.report({ code: 'RXM210', severity: 'warning', source, message, cause });
  }
}
