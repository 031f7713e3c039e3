import { DestroyRef, Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, EventHub, ID_GENERATOR, isServer } from 'rx-mesh/kernel';
import { MESSAGE_TRANSPORT, MessageBrokerService, SOCKET_PAGE } from 'rx-mesh/messaging';
import {
  EMPTY,
  type Observable,
  catchError,
  concat,
  defer,
  filter,
  ignoreElements,
  merge,
  pairwise,
  tap,
} from 'rxjs';
import { CACHING } from '../caching-options';
import type { CacheVoid } from '../remote-level';
import { type SyncMessage, inParts, readSync, writeSync } from './sync-message';

/** What other caches have told, or may have told while nobody heard it. */
export type CacheSyncEvent =
  | {
      readonly type: 'invalidated';
      /** Which cache has told it. */
      readonly origin: string;
      /** What is void. */
      readonly what: CacheVoid;
      /** When it was heard. */
      readonly timestamp: Date;
    }
  | {
      readonly type: 'missed';
      /** Why: a gap in what a cache has told, a connection that was lost, a page that was frozen, a message that cannot be read. */
      readonly reason: 'gap' | 'reconnected' | 'resumed' | 'unreadable';
      /** When that was seen. */
      readonly timestamp: Date;
    };

/** Who is told what others have made void. */
export interface SyncTarget {
  /** Others have made this void. */
  told(message: SyncMessage): void;
  /** Something may have been missed: nothing that is there is certain. */
  missed(): void;
}

// Caches come and go with tabs; of those that are longest silent a gap is no longer seen.
const MAX_ORIGINS = 200;
const MAX_UNTOLD = 1000;

/**
 * Tells the caches of other tabs and services what was made void, and hears what they tell. Own words are not heard; what is told
 * while the broker is away is told when it is back; where something may have been missed, nothing counts as fresh. It listens
 * from the first value that is kept, where the transport reaches anybody else.
 */
@Injectable({ providedIn: 'root' })
export class CacheSync {
  private readonly broker = inject(MessageBrokerService);
  private readonly transport = inject(MESSAGE_TRANSPORT);
  private readonly page$ = inject(SOCKET_PAGE);
  private readonly clock = inject(CLOCK);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly destroyed = inject(DestroyRef);
  private readonly topic = inject(CACHING.token).syncTopic;
  private readonly ids = inject(ID_GENERATOR);
  private readonly reaches =
    !isServer() &&
    (this.transport.capabilities.crossTab || this.transport.capabilities.crossClient);
  private readonly hub = new EventHub<CacheSyncEvent>();
  private readonly heard = new Map<string, number>();
  private readonly untold: SyncMessage[] = [];
  // Made when it is needed: most caches never tell anything.
  private id: string | undefined;
  private sequence = 0;
  private listening = false;
  private toldUnreadable = false;

  /** What others tell, from now on. Never errors. */
  readonly events$: Observable<CacheSyncEvent> = this.hub.events$;

  /** Hears others from now on, until the application ends. Once. */
  listen(target: SyncTarget): void {
    if (this.listening || !this.reaches) return;
    this.listening = true;
    const missed = (reason: 'gap' | 'reconnected' | 'resumed' | 'unreadable'): void => {
      target.missed();
      this.hub.emit({ type: 'missed', reason, timestamp: new Date(this.clock.now()) });
    };
    const listening = merge(
      this.broker.messages(this.topic).pipe(
        tap(({ payload }) => {
          this.hear(payload, target, missed);
        }),
      ),
      this.transport.state$.pipe(
        pairwise(),
        filter(([, state]) => state === 'connected'),
        tap(() => {
          missed('reconnected');
          this.tellAgain();
        }),
      ),
      this.page$.pipe(
        filter((event) => event === 'back'),
        tap(() => {
          missed('resumed');
        }),
      ),
    )
      .pipe(
        catchError((cause: unknown) => {
          this.report('Other caches are not heard any more.', cause);
          return EMPTY;
        }),
      )
      .subscribe();
    this.destroyed.onDestroy(() => {
      listening.unsubscribe();
      this.hub.complete();
    });
  }

  /** Tells all others on subscribe; completes when that is handed over, or put off until it can be. Never errors. */
  tell(what: CacheVoid, scope: string | undefined, settled: boolean): Observable<never> {
    if (!this.reaches) return EMPTY;
    return defer(() =>
      concat(
        ...inParts(what).map((part) =>
          this.send({ sequence: ++this.sequence, what: part, scope, settled }),
        ),
      ),
    );
  }

  private get origin(): string {
    return (this.id ??= this.ids.uuid());
  }

  private send(message: SyncMessage): Observable<never> {
    return this.broker
      .publish(this.topic, { ...(writeSync(message) as object), origin: this.origin })
      .pipe(
        ignoreElements(),
        tap({
          complete: () => {
            this.tellAgain();
          },
        }),
        catchError((cause: unknown) => {
          // The others see by the gap that something was missed.
          if (this.untold.push(message) > MAX_UNTOLD) this.untold.shift();
          this.report('What was made void could not be told to other caches yet.', cause);
          return EMPTY;
        }),
      );
  }

  private tellAgain(): void {
    if (this.untold.length === 0) return;
    const waiting = this.untold.splice(0);
    concat(...waiting.map((message) => this.send(message)))
      .pipe(catchError(() => EMPTY))
      .subscribe();
  }

  private hear(
    payload: unknown,
    target: SyncTarget,
    missed: (reason: 'gap' | 'unreadable') => void,
  ): void {
    const origin = (payload as { origin?: unknown } | null | undefined)?.origin;
    if (origin === this.origin) return;
    const message = readSync(payload);
    if (!message || typeof origin !== 'string' || origin.length > 128) {
      // Whoever can write here may make us load more often, and nothing worse.
      if (!this.toldUnreadable) this.report('A message of another cache cannot be read.', payload);
      this.toldUnreadable = true;
      missed('unreadable');
      return;
    }
    const last = this.heard.get(origin);
    // Of one that is not known yet, all that it told before was missed.
    if (message.sequence > (last ?? 0) + 1) missed('gap');
    this.heard.delete(origin);
    this.heard.set(origin, Math.max(last ?? 0, message.sequence));
    const [oldest] = this.heard.keys();
    if (this.heard.size > MAX_ORIGINS && oldest !== undefined) this.heard.delete(oldest);
    target.told(message);
    const timestamp = new Date(this.clock.now());
    this.hub.emit({ type: 'invalidated', origin, what: message.what, timestamp });
  }

  private report(message: string, cause: unknown): void {
    this.diagnostics.report({
      code: 'RXM714',
      severity: 'warning',
      source: 'CacheSync',
      message,
      cause,
    });
  }
}
