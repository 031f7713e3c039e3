import { type Leadership, isServer } from 'rx-mesh/kernel';
import type { ReadModelStorage } from 'rx-mesh/event-sourcing';
import {
  EMPTY,
  type Observable,
  type Subscription,
  type Unsubscribable,
  concat,
  defer,
  filter,
  map,
  merge,
  of,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';
import { drainOutbox } from './outbox-drain';
import { Bell, outboxFlow } from './outbox-flow';
import type { OutboxPorts } from './outbox-ports';
import { OUTBOX } from './outbox-record';
import { OutboxRest } from './outbox-rest';

const LEADERSHIP_NAME = 'command-outbox';

/** Reads what is stored, and again when another tab has changed it. */
export function followOutbox(ports: OutboxPorts, storage: ReadModelStorage): Observable<never> {
  const { book } = ports;
  return outboxFlow(async (flow) => {
    const bell = new Bell();
    flow.keep(book.changes$.pipe(tap(() => bell.ring())));
    const others$ = storage.changes$.pipe(
      filter(({ models, checkpoint }) => (!models && checkpoint === undefined) || checkpoint === OUTBOX || models?.includes(OUTBOX) === true), // prettier-ignore
      tap(() => book.look()),
    );
    if (!isServer()) flow.keep(others$);
    // What changed while nobody listened.
    book.look();
    while (!flow.ended()) {
      bell.hear();
      if (book.isStale) await flow.take(book.change(() => undefined, { isPatient: true }));
      else await flow.until(bell.rung());
    }
  });
}

/**
 * Sends what there is, and what comes. It leads only while there is something that it can send, and a network: what has no
 * handler here is left to others, and tried again later and later.
 */
export function workOutbox(ports: OutboxPorts, leadership: Leadership): Observable<never> {
  if (isServer()) return EMPTY;
  const { book, page, clock, hurry$ } = ports;
  return outboxFlow(async (flow) => {
    const bell = new Bell();
    const rest = new OutboxRest(ports);
    const isIdle = (): boolean => !page.online || !rest.hasWork(book.mirror);
    const hurried$ = hurry$.pipe(tap((lane) => rest.hurry(book.mirror, lane)));
    flow.keep(merge(book.changes$, page.online$, hurried$).pipe(tap(() => bell.ring())));
    const idle$ = merge(of(null), book.changes$, page.online$).pipe(filter(isIdle), map(() => null)); // prettier-ignore
    const turn$ = leadership.lead(LEADERSHIP_NAME).pipe(
      switchMap((leads) => (leads ? concat(drainOutbox(ports, rest), of(null)) : idle$)),
      take(1),
    );
    const rested$ = defer(() => {
      const wait = rest.due - clock.monotonic();
      return page.online && wait < Infinity ? timer(wait, clock.scheduler) : EMPTY;
    });
    while (!flow.ended()) {
      bell.hear();
      // With a network again, nothing is too early.
      if (!page.online || book.mirror.sendable.size === 0) rest.clear();
      if (isIdle()) await flow.until(merge(bell.rung(), rested$));
      else await flow.finish(turn$);
    }
  });
}

/** Work that goes on while at least one needs it. */
export class SharedWork {
  readonly #work$: Observable<never>;
  #users = 0;
  #running: Subscription | undefined;

  constructor(work$: Observable<never>) {
    this.#work$ = work$;
  }

  /** Needs it until it is unsubscribed. */
  use(): Unsubscribable {
    this.#users++;
    if (this.#users === 1) this.#running = this.#work$.subscribe({ error: () => undefined });
    let isUsed = true;
    return {
      unsubscribe: () => {
        if (!isUsed) return;
        isUsed = false;
        this.#users--;
        if (this.#users === 0) this.#running?.unsubscribe();
      },
    };
  }
}
