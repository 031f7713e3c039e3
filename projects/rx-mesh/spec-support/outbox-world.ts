import { EnvironmentInjector, type Provider, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { COMMAND_SENDER, type Command, type CommandOutboxOptions, CommandOutboxService, withCommandOutbox } from 'rx-mesh/cqrs'; // prettier-ignore
import {
  READ_MODEL_STORAGE,
  type ReadModelStorage,
  memoryReadModels,
} from 'rx-mesh/event-sourcing';
import { LEADERSHIP, type Leadership, PAGE_STATE, pageLeadership } from 'rx-mesh/kernel';
import {
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import { Observable, type Subscription } from 'rxjs';
import { patchableStorage } from './projection-world';
import { settled } from './settled';

/** What a receiver does with the next command: nothing and fails, its effect and fails, its effect and no answer, ... */
export type Manner = 'answers' | 'away' | 'lost' | 'silent' | 'rejects' | 'conflict' | 'twice';

/** Does each id once, in the order in which it came, and answers as it is told to. */
export class Receiver {
  /** The ids that had their effect, each time. */
  readonly effects: string[] = [];
  /** The ids that were sent, each time. */
  readonly calls: string[] = [];
  /** How many commands are on their way. */
  open = 0;
  mostOpen = 0;
  manner: Manner | ((command: Command) => Manner) = 'answers';
  /** Whether it does an id once. */
  isIdempotent = true;
  /** How long an answer takes, before and after the effect. */
  turn: () => Promise<unknown> = async () => Promise.resolve();
  readonly #known = new Set<string>();

  readonly send = (command: Command): Observable<unknown> =>
    new Observable((subscriber) => {
      this.calls.push(command.id);
      this.mostOpen = Math.max(this.mostOpen, ++this.open);
      subscriber.add(() => this.open--);
      const manner = typeof this.manner === 'string' ? this.manner : this.manner(command);
      const answer = async (): Promise<void> => {
        await this.turn();
        if (manner === 'away') throw Object.assign(new Error('away'), { status: 503 });
        if (manner === 'rejects') throw new Error(`no ${command.type}`);
        if (manner === 'conflict') throw Object.assign(new Error('other'), { status: 409 });
        // What is on its way arrives, whether or not somebody still waits for the answer.
        this.#take(command);
        if (manner === 'twice') this.#take(command);
        await this.turn();
        if (manner === 'silent') return;
        if (manner === 'lost') throw Object.assign(new Error('lost'), { status: 0 });
        subscriber.next(`did ${command.id}`);
        subscriber.complete();
      };
      answer().catch((error: unknown) => subscriber.error(error));
    });

  #take({ id }: Command): void {
    if (this.isIdempotent && this.#known.has(id)) return;
    this.#known.add(id);
    this.effects.push(id);
  }
}

/** Tells how many lead, and how often somebody began to. */
export function countedLeadership(inner: Leadership = pageLeadership()) {
  const counted = {
    candidates: 0,
    turns: 0,
    lead: (name: string) =>
      new Observable<boolean>((subscriber) => {
        counted.candidates++;
        counted.turns++;
        subscriber.add(() => counted.candidates--);
        subscriber.add(inner.lead(name).subscribe(subscriber));
      }),
  };
  return counted;
}

export interface OutboxWorldOptions {
  readonly storage?: ReadModelStorage;
  readonly leadership?: Leadership;
  readonly options?: CommandOutboxOptions;
  readonly providers?: readonly Provider[];
}

/** An origin with one storage and one receiver, and any number of tabs. */
export function outboxWorld({
  storage: given = memoryReadModels(),
  leadership,
  options = {},
  providers = [],
}: OutboxWorldOptions = {}) {
  // prettier-ignore
  TestBed.resetTestingModule();
  const storage = patchableStorage(given);
  // All tabs have it, also where it is memory.
  storage.capabilities = { ...given.capabilities, crossTab: true };
  const receiver = new Receiver();
  const leads = countedLeadership(leadership);
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: READ_MODEL_STORAGE, useValue: storage },
      { provide: LEADERSHIP, useValue: leads },
      { provide: COMMAND_SENDER, useValue: receiver.send },
      // Its options alone: each test says itself when the outbox runs.
      withCommandOutbox(options).ɵproviders[0] ?? [],
      ...providers,
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const page = TestBed.inject(ManualPage);
  const parent = TestBed.inject(EnvironmentInjector);
  return {
    storage,
    receiver,
    leads,
    clock,
    page,
    diagnostics: TestBed.inject(RecordingDiagnostics),
    /** Opens a tab, or loads it again. */
    tab: (own: ManualPage = page, further: readonly Provider[] = []): CommandOutboxService =>
      createEnvironmentInjector(
        [
          { provide: CommandOutboxService, useClass: CommandOutboxService },
          { provide: PAGE_STATE, useValue: own },
          ...further,
        ],
        parent,
      ).get(CommandOutboxService),
    /** Moves time, and lets answers come. */
    advance: async (ms = 0): Promise<void> => {
      await settled();
      clock.advance(ms);
      await settled();
    },
  };
}

/** A command of an aggregate. */
export function commandOf(id: string, aggregateId = 'a', payload: unknown = null): Command {
  return { id, type: 'Note', aggregateId, payload, metadata: { timestamp: new Date(1000) } };
}

/** Subscribes, and keeps what comes. */
export function watched<T>(source: Observable<T>) {
  const watch = {
    values: [] as T[],
    error: undefined as unknown,
    isComplete: false,
    last: (): T | undefined => watch.values.at(-1),
    subscription: undefined as unknown as Subscription,
    stop: (): void => watch.subscription.unsubscribe(),
  };
  watch.subscription = source.subscribe({
    next: (value) => watch.values.push(value),
    error: (error: unknown) => (watch.error = error),
    complete: () => (watch.isComplete = true),
  });
  return watch;
}
