import { Injector, type Provider, type StaticProvider, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core'; // prettier-ignore
import { EVENT_LOG, type EventEnvelope, type EventLog, EventStoreService, SNAPSHOT_STORE, type SagaExecution, SagaOrchestratorService, memoryEventLog, memorySnapshotStore } from 'rx-mesh/event-sourcing'; // prettier-ignore
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, LEADERSHIP, PAGE_STATE, RANDOM, cryptoIdGenerator, pageLeadership } from 'rx-mesh/kernel'; // prettier-ignore
import { ManualClock, ManualPage, RecordingDiagnostics, SeededRandom } from 'rx-mesh/testing'; // prettier-ignore
import { type Observable, Subscription } from 'rxjs';
import { type PatchableLog, allOf, patchable } from './event-store-world';
import { settled } from './settled';

/** What somebody sees of a saga. */
export interface SagaWatch {
  readonly seen: SagaExecution[];
  readonly states: string[];
  readonly work: Subscription;
  error: unknown;
  isComplete: boolean;
}

/** The tabs of one browser: one log, one store of snapshots, one leadership. */
export class SagaOriginWorld {
  readonly log: PatchableLog;
  readonly clock = new ManualClock();
  readonly diagnostics = new RecordingDiagnostics();
  readonly leadership = pageLeadership();
  readonly snapshots = memorySnapshotStore();
  // Not ids that count up: those of two origins must differ.
  readonly ids = cryptoIdGenerator();

  constructor(
    private readonly features: readonly { readonly ɵproviders: readonly unknown[] }[] = [],
    original: EventLog = memoryEventLog(),
  ) {
    this.log = patchable(original);
  }

  /** A further tab; after a reload it is a new one. */
  tab(more: readonly Provider[] = []): SagaTab {
    const features = this.features.flatMap(({ ɵproviders }) => ɵproviders);
    const injector = Injector.create({
      providers: [
        { provide: INJECTOR_SCOPE, useValue: 'root' },
        { provide: EVENT_LOG, useValue: this.log },
        { provide: SNAPSHOT_STORE, useValue: this.snapshots },
        { provide: LEADERSHIP, useValue: this.leadership },
        { provide: CLOCK, useValue: this.clock },
        { provide: RANDOM, useValue: new SeededRandom() },
        { provide: ID_GENERATOR, useValue: this.ids },
        { provide: PAGE_STATE, useValue: new ManualPage() },
        { provide: DIAGNOSTICS, useValue: this.diagnostics },
        ...(features as StaticProvider[]),
        ...(more as StaticProvider[]),
      ],
    });
    return new SagaTab(injector);
  }

  /** Moves time, and lets answers come. */
  async advance(ms: number): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
  }

  /** What is in the log of a saga, or in the whole log. */
  async events(stream?: string): Promise<readonly EventEnvelope[]> {
    const { events } = await this.log.readAll({ max: 10_000, filter: { stream } });
    return events;
  }

  /** The types of the events of a saga, without `Saga`, each with its step. */
  async story(stream: string): Promise<readonly string[]> {
    return (await this.events(stream)).map(({ type, data }) => {
      const { step } = (data ?? {}) as { readonly step?: string };
      return [type.replace('Saga', ''), step].filter((part) => part !== undefined).join(' ');
    });
  }
}

/** A tab. */
export class SagaTab {
  readonly sagas: SagaOrchestratorService;
  readonly store: EventStoreService;
  readonly #work = new Subscription();

  constructor(injector: Injector) {
    this.sagas = injector.get(SagaOrchestratorService);
    this.store = injector.get(EventStoreService);
  }

  /** Subscribes, and keeps all that is emitted. */
  follow(source: Observable<SagaExecution>): SagaWatch {
    const seen: SagaExecution[] = [];
    const work = new Subscription();
    const states: string[] = [];
    const watch: SagaWatch = { seen, work, states, error: undefined, isComplete: false };
    this.#work.add(work);
    work.add(
      source.subscribe({
        next: (execution) => {
          seen.push(execution);
          if (states.at(-1) !== execution.state) states.push(execution.state);
        },
        error: (error: unknown) => (watch.error = error),
        complete: () => (watch.isComplete = true),
      }),
    );
    return watch;
  }

  /** Ends all that was begun with `follow`, as the end of a page does. */
  close(): void {
    this.#work.unsubscribe();
  }

  /** All values of something that needs no time. */
  async all<T>(source: Observable<T>): Promise<T[]> {
    return allOf(source);
  }
}
