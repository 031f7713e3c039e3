import {
  EnvironmentInjector,
  type Provider,
  createEnvironmentInjector,
  signal,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { LEADERSHIP, PAGE_STATE } from 'rx-mesh/kernel';
import {
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import { Observable } from 'rxjs';
import { CACHE_SCOPE } from '../cache-scope';
import type { CacheWriter, PendingWrite } from '../behind/cache-writer';
import { WriteBehindQueue } from '../behind/write-behind-queue';
import { WRITE_BEHIND, type WriteBehindOptions } from '../behind/write-behind-options';
import { WRITE_JOURNAL, type WriteJournal, memoryJournal } from '../behind/write-journal';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { countedLeadership } from '../../spec-support/outbox-world';
import { watched } from '../../spec-support/messaging-world';
import { settled } from '../../spec-support/settled';

/** What takes writes, as it is told to. */
export class WriteServer {
  /** What has arrived, as `key=value`, or several of them joined by a blank. */
  readonly calls: string[] = [];
  readonly ids: string[] = [];
  readonly attempts: number[] = [];
  /** How many stores are under way. */
  open = 0;
  mostOpen = 0;
  /** What it fails with; `undefined`: it stores. */
  fails: ((writes: readonly PendingWrite[]) => unknown) | undefined;
  /** How long it takes. */
  takes: () => Promise<unknown> = async () => Promise.resolve();

  /** A writer that sends to it. */
  writer(options: Partial<CacheWriter> = {}): CacheWriter {
    return {
      name: 'server',
      matches: () => true,
      retry: (attempt) => 100 * 2 ** attempt,
      store: (writes) =>
        new Observable((subscriber) => {
          this.mostOpen = Math.max(this.mostOpen, ++this.open);
          subscriber.add(() => this.open--);
          this.calls.push(
            writes.map(({ key, value }) => `${key}=${JSON.stringify(value)}`).join(' '),
          );
          this.ids.push(...writes.map(({ id }) => id));
          this.attempts.push(...writes.map(({ attempt }) => attempt));
          const error = this.fails?.(writes);
          this.takes().then(
            () => (error === undefined ? subscriber.complete() : subscriber.error(error)),
            (reason: unknown) => subscriber.error(reason),
          );
        }),
      ...options,
    };
  }
}

/** A promise that a test ends. */
export function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** An origin with one journal and one server, and any number of tabs. */
export function writeBehindWorld({
  journal = memoryJournal(),
  options = {},
}: { readonly journal?: WriteJournal; readonly options?: WriteBehindOptions } = {}) {
  fakeDatabases();
  TestBed.resetTestingModule();
  const leads = countedLeadership();
  const user = signal<string | undefined>(undefined);
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: WRITE_JOURNAL, useValue: journal },
      { provide: LEADERSHIP, useValue: leads },
      { provide: CACHE_SCOPE, useValue: user },
      WRITE_BEHIND.provide(options),
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const server = new WriteServer();
  const parent = TestBed.inject(EnvironmentInjector);
  return {
    journal,
    leads,
    user,
    clock,
    server,
    page: TestBed.inject(ManualPage),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    /** Opens a tab. */
    tab: (writer: CacheWriter | null = server.writer(), providers: readonly Provider[] = []) => {
      const page = new ManualPage();
      const injector = createEnvironmentInjector(
        [
          { provide: WriteBehindQueue, useClass: WriteBehindQueue },
          { provide: PAGE_STATE, useValue: page },
          ...providers,
        ],
        parent,
      );
      const queue = injector.get(WriteBehindQueue);
      const listening = watched(queue.writes$);
      const unregister = writer ? queue.registerWriter(writer) : () => undefined;
      TestBed.tick();
      return {
        queue,
        page,
        unregister,
        listening,
        events: () => listening.values.map(({ type, write }) => `${type} ${write.key}=${JSON.stringify(write.value)}`), // prettier-ignore
        put: (key: string, value: unknown) => watched(queue.enqueue(key, value)),
        close: () => injector.destroy(),
      };
    },
    /** Moves time, and lets answers come. */
    advance: async (ms = 0): Promise<void> => {
      TestBed.tick();
      await settled();
      clock.advance(ms);
      await settled();
    },
  };
}
