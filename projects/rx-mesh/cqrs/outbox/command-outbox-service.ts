import { Injectable, type Signal, computed } from '@angular/core';
import { type Observable, defer, distinctUntilChanged, map, switchMap, tap, using } from 'rxjs';
import { completed } from '../commands/complete-command';
import type { NewCommand } from '../message-types';
import { putIn, replace, sendAgain, takeOut } from './outbox-changes';
import { OutboxCore } from './outbox-core';
import type { OutboxDraft } from './outbox-draft';
import type { EnqueueOptions, OptimisticUpdate, OutboxEntry, OutboxStatus } from './outbox-entry';

/**
 * Keeps commands until they are done: offline, over a reload, while whoever does them is away. They are sent in their order
 * for each aggregate, by one tab, each with its id, so that whoever takes them does each once.
 *
 * A command that is refused stays, its optimistic update is taken back, and later commands of its aggregate wait until
 * {@link CommandOutboxService.resolve} decides. Nothing is sent unless {@link CommandOutboxService.run}, or what
 * {@link CommandOutboxService.enqueue} gives, is subscribed.
 *
 * @usageNotes
 * ```ts
 * const outbox = inject(CommandOutboxService);
 * outbox
 *   .enqueue(placeOrder({ aggregateId: 'order-7', payload: { sku: 'tea' } }), {
 *     optimistic: { apply: () => orders.add('order-7'), rollback: () => orders.remove('order-7') },
 *   })
 *   .subscribe(({ state, reason }) => show(state, reason));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class CommandOutboxService {
  private readonly core = new OutboxCore();

  /** The oldest commands that are not done, up to the option `shown`. It follows while anything of the outbox is subscribed. */
  readonly entries: Signal<readonly OutboxEntry[]> = computed(() => {
    this.core.desk.version.signal();
    return this.core.desk.list(this.core.settings.shown);
  });
  /** {@link CommandOutboxService.entries}: on subscribe, once they are read, and after each change. Sends nothing. */
  readonly entries$: Observable<readonly OutboxEntry[]> = this.core.followed(() =>
    this.core.desk.list(this.core.settings.shown),
  );
  /** How full it is. It follows while anything of the outbox is subscribed. */
  readonly status: Signal<OutboxStatus> = computed(() => {
    this.core.desk.version.signal();
    return this.core.statusNow();
  });
  /**
   * The commands that an earlier page, or another tab, has left: once. For showing again what they will do, by
   * {@link CommandOutboxService.watch}.
   */
  readonly onRestored$: Observable<readonly OutboxEntry[]> = defer(() => this.pending()).pipe(
    map((entries) => entries.filter(({ id }) => !this.core.desk.isOwn(id))),
  );

  /** Sends what there is while it is subscribed, and emits how full the outbox is. Never errors, never completes. */
  run(): Observable<OutboxStatus> {
    return using(
      () => this.core.working.use(),
      () =>
        this.core
          .followed(() => this.core.statusNow())
          .pipe(
            distinctUntilChanged((a, b) => a.total === b.total && a.refused === b.refused && a.sendable === b.sendable), // prettier-ignore
          ),
    );
  }

  /**
   * Puts a command in on subscribe, emits where it is, first once it is stored, and completes when it has ended. While it is
   * subscribed, what is in the outbox is sent; unsubscribing does not take the command out. A command that is in it already
   * is not put in twice.
   *
   * Errors with an `OutboxFullError`, an `InvalidCommandError`, an `InvalidEventError` when it is no plain JSON or too large,
   * an `InvalidOptionError`, or what the storage fails with; then the optimistic update is taken back. After a failure of the
   * storage nobody knows whether the command is stored: put it in with the same id again.
   */
  enqueue<R, P>(
    command: NewCommand<R, P>,
    { optimistic, expires }: EnqueueOptions = {},
  ): Observable<OutboxEntry<R>> {
    const whole = completed(command, this.core.ids, this.core.clock);
    const queuedAt = this.core.clock.now();
    const put$ = defer(() => {
      const plain = this.core.checked(whole);
      const until = this.core.expiry(queuedAt, expires);
      const { limit } = this.core.settings;
      const put = (draft: OutboxDraft): boolean => putIn(draft, plain, { queuedAt, expires: until, limit }); // prettier-ignore
      return this.core.shownWith(whole.id, optimistic, put);
    });
    return this.core.alongside(
      put$.pipe(switchMap(() => this.core.desk.watch(whole.id))),
    ) as Observable<OutboxEntry<R>>;
  }

  /**
   * Where a command is, on subscribe and after each change; completes when it has ended. Errors with an `OutboxEntryError`
   * when it is not known, or ended long ago. Sends nothing by itself.
   *
   * @param optimistic What the page shows meanwhile, unless it shows something for the command already: for after a reload.
   */
  watch(id: string, optimistic?: OptimisticUpdate): Observable<OutboxEntry> {
    const watch$ = this.core
      .stored(() => undefined)
      .pipe(
        tap(() => {
          const entry = this.core.desk.entry(id);
          // What was refused or has ended is not shown.
          const isOpen = entry && ['queued', 'sending', 'parked'].includes(entry.state);
          if (isOpen && this.core.optimism.begin(id, optimistic))
            this.core.optimism.follow(id, entry);
        }),
        switchMap(() => this.core.desk.watch(id)),
      );
    return using(
      () => this.core.following.use(),
      () => watch$,
    );
  }

  /** All commands that are not done, in their order, of one type or of all: once. */
  pending(type?: string): Observable<readonly OutboxEntry[]> {
    return this.core
      .stored(() => undefined)
      .pipe(
        map(() =>
          this.core.desk.list().filter((entry) => type === undefined || entry.type === type),
        ),
      );
  }

  /**
   * Takes a command out, wherever it is, takes its optimistic update back, and emits what became of it: `cancelled`, or
   * `done` when it was faster. What was on its way is unsubscribed; `mayHaveHappened` tells that it may have had its effect,
   * and then nothing is promised of its order. Errors with an `OutboxEntryError` when it is not known.
   */
  cancel(id: string): Observable<OutboxEntry> {
    return this.core.stored((draft) => takeOut(draft, id));
  }

  /**
   * Lets a command that was refused be sent again with the same id, and one that waits after a failure at once. What the
   * command bus remembers of the refused id is forgotten first (see `CommandBusService.forget`), so that the command is really
   * done: the guarantee that it is done once is given up for this id, so look at `mayHaveHappened` before. Whoever does the
   * commands elsewhere may still remember that he refused the id; then put a command with a new id in its place. Errors with
   * an `OutboxEntryError` when it is not in the outbox.
   */
  retry(id: string): Observable<OutboxEntry> {
    return this.core
      .stored((draft) => sendAgain(draft, id))
      .pipe(tap(({ aggregateId }) => this.core.hurry(aggregateId)));
  }

  /**
   * Decides what becomes of a command that was refused: it is sent again, dropped, or another command of the same aggregate,
   * with a new id, takes its place in the order. What waits behind it goes on. Emits the command as it is then, or the other
   * one. Errors with an `OutboxEntryError` when it is not known, or on its way and to be replaced.
   *
   * @param options For the command that takes its place.
   */
  resolve(
    id: string,
    how: 'retry' | 'drop' | NewCommand,
    { optimistic, expires }: EnqueueOptions = {},
  ): Observable<OutboxEntry> {
    if (how === 'retry') return this.retry(id);
    if (how === 'drop') return this.cancel(id);
    const whole = completed(how, this.core.ids, this.core.clock);
    return defer(() => {
      const plain = this.core.checked(whole);
      const queuedAt = this.core.clock.now();
      const until = this.core.expiry(queuedAt, expires);
      const swap = (draft: OutboxDraft): OutboxEntry =>
        replace(draft, id, plain, { queuedAt, expires: until });
      return this.core.shownWith(whole.id, optimistic, swap);
    });
  }
}
