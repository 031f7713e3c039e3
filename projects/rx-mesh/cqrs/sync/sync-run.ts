import type {
  EventBatch,
  EventEnvelope,
  EventLog,
  EventStoreService,
  ParkedEvent,
  ReadModelStorage,
} from 'rx-mesh/event-sourcing';
import { type Clock, isServer } from 'rx-mesh/kernel';
import { EMPTY, Observable, Subject, concat, concatMap, defer, exhaustMap, finalize, from, ignoreElements, map, merge, mergeMap, of, reduce, tap, throwError, timeout, timer, toArray, catchError } from 'rxjs'; // prettier-ignore
import { SyncBlockedError, SyncTimeoutError } from './sync-errors';
import { type SyncLeftOut, type SyncPlan, type SyncResult, syncCheckpoint } from './sync-options';
import { WaitingEvents, asWaiting, keyOf, messageOf } from './waiting-events';

/** What a synchronization stands on. */
export interface SyncPorts {
  readonly store: EventStoreService;
  readonly log: EventLog;
  readonly storage: ReadModelStorage;
  readonly clock: Clock;
}

/** The events of one aggregate in a batch: those that wait, and those that are new. */
interface Share {
  readonly key: string;
  readonly waiting: readonly ParkedEvent[];
  readonly fresh: EventEnvelope[];
}

type Outcome =
  | { readonly share: Share; readonly updated: number }
  | { readonly share: Share; readonly error: unknown; readonly isTried: boolean };

/** One synchronization from its checkpoint on. It ends at the first failure that is not one of a handler. */
export class SyncRun {
  readonly #plan: SyncPlan;
  readonly #ports: SyncPorts;
  readonly #checkpoint: string;
  readonly #turns = new Subject<Observable<SyncResult>>();
  readonly #pending: EventEnvelope[] = [];
  #waiting = new WaitingEvents();
  #version = 0;
  #stored = 0;
  #after = 0;

  constructor(plan: SyncPlan, ports: SyncPorts) {
    this.#plan = plan;
    this.#ports = ports;
    this.#checkpoint = syncCheckpoint(plan.name);
  }

  /** Works while it is subscribed. Completes only on a server, once it has caught up. */
  run(): Observable<SyncResult> {
    const { store, clock } = this.#ports;
    const { every } = this.#plan;
    const feed$ = defer(() =>
      store.consumeAll({ after: this.#after }, (batch) => this.#inTurn(this.#take(batch))),
    ).pipe(
      tap((item) => {
        if (item.type === 'caught-up') this.#reach(item.after);
      }),
      ignoreElements(),
    );
    const flush$ = this.#inTurn(this.#flush());
    const ticks$ = timer(every, every, clock.scheduler).pipe(exhaustMap(() => flush$));
    const end$ = defer(() => {
      this.#turns.complete();
      return EMPTY;
    });
    const work$ = isServer() ? concat(feed$, flush$, end$) : merge(feed$, ticks$);
    return concat(
      defer(async () => this.#open()).pipe(ignoreElements()),
      merge(this.#turns.pipe(concatMap((turn) => turn)), work$),
    );
  }

  async #open(): Promise<void> {
    const { storage, log, clock } = this.#ports;
    const [found, head] = await Promise.all([storage.checkpoint(this.#checkpoint), log.head()]);
    // One of this device that is ahead is of a log that was cleared, and so is what waits.
    const isGone = found && !log.capabilities.crossClient && found.position > head.position;
    if (isGone) await storage.dropCheckpoint(this.#checkpoint);
    const known = isGone ? { position: 0, version: 0 } : found;
    const start = this.#plan.from === 'end' ? head.position : 0;
    this.#after = this.#stored = known?.position ?? start;
    this.#version = known?.version ?? 0;
    this.#waiting = await WaitingEvents.load(storage, this.#checkpoint);
    // Else what comes before the first batch would be missed after a reload.
    if (!known && start > 0) await this.#commit(start, [], [], clock.now());
  }

  /** Has work done when all before it is done; ends with it. Its results are those of the run. */
  #inTurn(work: Observable<SyncResult>): Observable<never> {
    return new Observable((subscriber) => {
      this.#turns.next(work.pipe(tap({ complete: () => subscriber.complete() })));
    });
  }

  #take({ events, after }: EventBatch): Observable<SyncResult> {
    return defer(() => {
      const { handlers, maxBatch } = this.#plan;
      const isWanted = ({ aggregateType, position }: EventEnvelope): boolean =>
        handlers.has(aggregateType) && !this.#waiting.has(position);
      this.#pending.push(...events.filter((event) => isWanted(event)));
      this.#after = after;
      return this.#rounds(Math.floor(this.#pending.length / maxBatch));
    });
  }

  #reach(after: number): void {
    this.#after = Math.max(this.#after, after);
  }

  #flush(): Observable<SyncResult> {
    return defer(() => {
      const { maxBatch } = this.#plan;
      return this.#rounds(Math.max(1, Math.ceil(this.#pending.length / maxBatch)));
    });
  }

  #rounds(count: number): Observable<SyncResult> {
    return concat(...Array.from({ length: count }, () => this.#round()));
  }

  #round(): Observable<SyncResult> {
    return defer(() => {
      const { maxBatch, concurrency, handlers } = this.#plan;
      const { clock } = this.#ports;
      const taken = this.#pending.splice(0, maxBatch);
      const last = taken.at(-1);
      // What is passed over behind the last one needs no second look.
      const position = this.#pending.length > 0 && last ? last.position : this.#after;
      const shares = this.#shares(taken).filter(({ waiting: [first], fresh: [next] }) =>
        handlers.has((first?.event ?? next)?.aggregateType ?? ''),
      );
      if (shares.length === 0 && position === this.#stored) return EMPTY;
      return from(shares).pipe(
        mergeMap((share) => this.#handle(share, clock.now()), concurrency),
        toArray(),
        concatMap(async (outcomes) => this.#settle(outcomes, position)),
        concatMap((result) => (shares.length > 0 ? of(result) : EMPTY)),
      );
    });
  }

  #shares(taken: readonly EventEnvelope[]): readonly Share[] {
    const shares = new Map<string, Share>();
    const shareOf = (key: string): Share => {
      const share = shares.get(key) ?? { key, waiting: this.#waiting.of(key), fresh: [] };
      shares.set(key, share);
      return share;
    };
    const { clock } = this.#ports;
    for (const key of this.#waiting.due(clock.now(), this.#plan.every)) shareOf(key);
    for (const event of taken) shareOf(keyOf(event)).fresh.push(event);
    return [...shares.values()];
  }

  #handle(share: Share, now: number): Observable<Outcome> {
    const { every, handlers, timeout: limit } = this.#plan;
    const { clock } = this.#ports;
    const events = [...share.waiting.map(({ event }) => event), ...share.fresh];
    const { aggregateType = '', aggregateId = '' } = events[0] ?? {};
    if (!this.#waiting.isDue(share.key, now, every)) {
      return of({ share, error: undefined, isTried: false });
    }
    const attempt = (share.waiting[0]?.attempts ?? 0) + 1;
    return defer(() => {
      const aborter = new AbortController();
      const { signal } = aborter;
      const work = handlers.get(aggregateType)?.({ aggregateType, aggregateId, events, attempt, signal }); // prettier-ignore
      // Of a handler without types it may be nothing at all.
      return from(work ?? []).pipe(finalize(() => aborter.abort()));
    }).pipe(
      reduce((sum, value) => sum + (Array.isArray(value) ? value.length : 1), 0),
      timeout({
        first: limit,
        scheduler: clock.scheduler,
        with: () => throwError(() => new SyncTimeoutError(aggregateType, aggregateId, limit)),
      }),
      map((updated): Outcome => ({ share, updated })),
      catchError((error: unknown) => of<Outcome>({ share, error, isTried: true })),
    );
  }

  /** Stores how far it is together with what has to wait, and tells of it. */
  async #settle(outcomes: readonly Outcome[], position: number): Promise<SyncResult> {
    const { name, maxParked } = this.#plan;
    const now = this.#ports.clock.now();
    const failed = outcomes.filter((outcome) => 'error' in outcome);
    const done = outcomes.filter((outcome) => 'updated' in outcome);
    const parked = failed.flatMap(({ share: { waiting, fresh }, error, isTried }) => {
      const attempts = (waiting[0]?.attempts ?? 0) + 1;
      if (!isTried) return asWaiting(this.#checkpoint, fresh, now);
      const events = [...waiting.slice(0, 1).map(({ event }) => event), ...fresh];
      return asWaiting(this.#checkpoint, events, now, { error, attempts });
    });
    const unpark = done.flatMap(({ share }) => share.waiting.map((event) => event.position));
    const first = failed.find(({ isTried }) => isTried) ?? failed[0];
    const fresh = parked.filter((event) => !this.#waiting.has(event.position)).length;
    if (fresh > 0 && this.#waiting.size - unpark.length + fresh > maxParked) {
      throw new SyncBlockedError(name, maxParked, { cause: first?.error });
    }
    await this.#commit(position, parked, unpark, now);
    for (const { share } of done) this.#waiting.delete(share.key);
    for (const event of parked) this.#waiting.add(event);
    const problem = first?.isTried === false ? 'Events wait behind one that failed.' : messageOf(first?.error); // prettier-ignore
    return {
      timestamp: new Date(now),
      updatedModels: done.reduce((sum, { updated }) => sum + updated, 0),
      success: !first,
      ...(first ? { error: problem, cause: first.error } : {}),
      events: done.reduce((sum, { share }) => sum + share.waiting.length + share.fresh.length, 0),
      position,
      leftOut: failed.map((outcome) => this.#leftOut(outcome)),
    };
  }

  #leftOut({
    share,
    error,
    isTried,
  }: Extract<Outcome, { readonly isTried: boolean }>): SyncLeftOut {
    const events = this.#waiting.of(share.key);
    const { aggregateType = '', aggregateId = '' } = events[0]?.event ?? {};
    const positions = events.map(({ position }) => position);
    return { aggregateType, aggregateId, positions, ...(isTried ? { error } : {}) };
  }

  async #commit(
    position: number,
    parked: readonly ParkedEvent[],
    unpark: readonly number[],
    timestamp: number,
  ): Promise<void> {
    const { storage } = this.#ports;
    const [checkpoint, expected] = [this.#checkpoint, this.#version];
    const kept = await storage.commit({
      checkpoint,
      expected,
      position,
      timestamp,
      parked,
      unpark,
    });
    this.#version = kept.version;
    this.#stored = position;
  }
}
