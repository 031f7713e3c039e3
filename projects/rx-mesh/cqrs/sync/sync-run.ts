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
import type { SyncAhead } from './sync-ahead';
import { type SyncPlan, type SyncResult, syncCheckpoint } from './sync-options';
import { type Outcome, type Share, eventsOf, resultOf } from './sync-outcome';
import { WaitingEvents, asWaiting, keyOf } from './waiting-events';

/** What a synchronization stands on. */
export interface SyncPorts {
  readonly store: EventStoreService;
  readonly log: EventLog;
  readonly storage: ReadModelStorage;
  readonly clock: Clock;
}

/** A batch that was settled, and why it can go on no further. */
interface Settled {
  readonly result: SyncResult;
  readonly blocked: SyncBlockedError | undefined;
}

/** One synchronization from its checkpoint on. It ends at the first failure that is not one of a handler. */
export class SyncRun {
  readonly #plan: SyncPlan;
  readonly #ports: SyncPorts;
  readonly #ahead: SyncAhead;
  readonly #checkpoint: string;
  readonly #turns = new Subject<Observable<SyncResult>>();
  readonly #pending: EventEnvelope[] = [];
  #waiting = new WaitingEvents();
  #version = 0;
  #stored = 0;
  #after = 0;

  /** @param ahead What one before it has done beyond the checkpoint. */
  constructor(plan: SyncPlan, ports: SyncPorts, ahead: SyncAhead) {
    this.#plan = plan;
    this.#ports = ports;
    this.#ahead = ahead;
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
    this.#ahead.begin(this.#stored);
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
      const isWanted = (event: EventEnvelope): boolean =>
        handlers.has(event.aggregateType) && !this.#waiting.has(event.position) && !this.#ahead.has(event); // prettier-ignore
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
      const taken = this.#pending.splice(0, this.#ahead.batchOf(this.#pending, maxBatch));
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
        concatMap(
          ({ result, blocked }) =>
          concat(shares.length > 0 ? of(result) : EMPTY, blocked ? throwError(() => blocked) : EMPTY), // prettier-ignore
        ),
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
    const events = eventsOf(share);
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
  async #settle(outcomes: readonly Outcome[], end: number): Promise<Settled> {
    const { name, maxParked } = this.#plan;
    const now = this.#ports.clock.now();
    const failed = outcomes.filter((outcome) => 'error' in outcome);
    const done = outcomes.filter((outcome) => 'updated' in outcome);
    const waiting = failed.flatMap(
      ({
        share: {
          waiting: [first],
          fresh,
        },
        error,
        isTried,
      }) => {
        const attempts = (first?.attempts ?? 0) + 1;
        if (!isTried) return asWaiting(this.#checkpoint, fresh, now);
        const events = [...(first ? [first.event] : []), ...fresh];
        return asWaiting(this.#checkpoint, events, now, { error, attempts });
      },
    );
    const unpark = done.flatMap(({ share }) => share.waiting.map((event) => event.position));
    const fresh = waiting.filter((event) => !this.#waiting.has(event.position));
    const isFull = fresh.length > 0 && this.#waiting.size - unpark.length + fresh.length > maxParked; // prettier-ignore
    // Then only what waits already goes on waiting, and it stands still before the first of the others.
    const parked = isFull ? waiting.filter((event) => this.#waiting.has(event.position)) : waiting;
    const before = Math.min(...fresh.map((event) => event.position)) - 1;
    const position = isFull ? Math.max(this.#stored, before) : end;
    if (!isFull || position > this.#stored || parked.length > 0 || unpark.length > 0) {
      await this.#commit(position, parked, unpark, now);
    }
    for (const { share } of done) this.#waiting.delete(share.key);
    for (const event of parked) this.#waiting.add(event);
    const handled = done.flatMap(({ share }) => share.fresh);
    if (isFull) this.#ahead.stop(position, handled, end);
    else this.#ahead.passed(position);
    const cause = failed.find(({ isTried }) => isTried)?.error;
    const blocked = isFull ? new SyncBlockedError(name, maxParked, { cause }) : undefined;
    return { result: resultOf(done, failed, { position, now, blocked }), blocked };
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
