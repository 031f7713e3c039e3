import { inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, InvalidOptionError, PAGE_STATE, RANDOM, positive } from 'rx-mesh/kernel'; // prettier-ignore
import { type Observable, Subject, filter, map, tap, using } from 'rxjs';
import { faultOf } from '../commands/complete-command';
import { leadershipFor } from '../leadership-for';
import type { Command } from '../message-types';
import { COMMAND_SENDER } from './command-sender';
import { OutboxBook } from './outbox-book';
import { OutboxDesk } from './outbox-desk';
import type { OutboxDraft } from './outbox-draft';
import type { OptimisticUpdate, OutboxStatus } from './outbox-entry';
import { plainJson } from './outbox-json';
import { OutboxOptimism } from './outbox-optimism';
import { type BookPorts, tellOutbox } from './book-ports';
import type { OutboxPorts } from './outbox-ports';
import { COMMAND_OUTBOX } from './outbox-settings';
import { OUTBOX_STORAGE } from './outbox-storage';
import { COMMAND_JUDGE, reasonOf } from './outbox-verdict';
import { SharedWork, followOutbox, workOutbox } from './outbox-work';

/** The parts of the outbox of a page, and how they work together. Made in an injection context. */
export class OutboxCore {
  readonly settings = inject(COMMAND_OUTBOX.token);
  readonly clock = inject(CLOCK);
  readonly ids = inject(ID_GENERATOR);
  private readonly storage = inject(OUTBOX_STORAGE);
  private readonly hurries = new Subject<string>();
  readonly optimism = new OutboxOptimism((message, cause) =>
    tellOutbox(this.bookPorts, message, cause),
  );
  readonly desk = new OutboxDesk(() => this.book.mirror, this.optimism);
  private readonly bookPorts: BookPorts = {
    clock: this.clock,
    random: inject(RANDOM),
    diagnostics: inject(DIAGNOSTICS),
    settings: this.settings,
  };
  private readonly book: OutboxBook = new OutboxBook(this.storage, this.bookPorts, (change) =>
    this.desk.tell(change),
  );
  private readonly ports: OutboxPorts = {
    ...this.bookPorts,
    book: this.book,
    send: inject(COMMAND_SENDER),
    judge: inject(COMMAND_JUDGE),
    page: inject(PAGE_STATE),
    hurry$: this.hurries,
  };
  readonly following = new SharedWork(followOutbox(this.ports, this.storage));
  readonly working = new SharedWork(workOutbox(this.ports, leadershipFor(this.storage)));

  /** Shows an update, stores a change, and takes the update back when that fails. */
  shownWith<T>(
    id: string,
    optimistic: OptimisticUpdate | undefined,
    decide: (draft: OutboxDraft) => T,
  ): Observable<T> {
    const hasBegun = this.optimism.begin(id, optimistic);
    return this.stored(decide, (error) => {
      if (hasBegun) this.optimism.withdraw(id, error === undefined ? undefined : reasonOf(error));
    }).pipe(
      tap(() => {
        this.desk.own(id);
        this.optimism.follow(id, this.desk.entry(id));
      }),
    );
  }

  /** Has an aggregate tried again at once. */
  hurry(aggregateId: string): void {
    this.hurries.next(aggregateId);
  }

  /** Stores a change. */
  stored<T>(decide: (draft: OutboxDraft) => T, givenUp?: (error?: unknown) => void): Observable<T> {
    return this.book.change(decide, givenUp && { givenUp });
  }

  alongside<T>(source$: Observable<T>): Observable<T> {
    const working$ = using(
      () => this.working.use(),
      () => source$,
    );
    return using(
      () => this.following.use(),
      () => working$,
    );
  }

  followed<T>(read: () => T): Observable<T> {
    return using(
      () => this.following.use(),
      () =>
        this.desk.version.changes$.pipe(
          filter(() => !this.book.isStale || this.book.mirror.version > 0),
          map(read),
        ),
    );
  }

  statusNow(): OutboxStatus {
    const { size, refused, sendable } = this.book.mirror;
    return { total: size, refused: refused.size, sendable: sendable.size };
  }

  checked(command: Command): Command {
    const fault = faultOf(command);
    if (fault) throw fault;
    const { id, type, aggregateId, payload, metadata } = command;
    const { timestamp, ...facts } = metadata;
    const { maxBytes } = this.settings;
    return {
      ...{ id, type, aggregateId },
      payload: payload === undefined ? null : plainJson(payload, 'command.payload', maxBytes),
      metadata: { ...(plainJson(facts, 'command.metadata', maxBytes) as object), timestamp },
    };
  }

  expiry(queuedAt: number, expires: number | undefined): number | undefined {
    const expected = expires === undefined ? undefined : positive(expires);
    if (expected) throw new InvalidOptionError('EnqueueOptions.expires', expires, expected);
    return expires === undefined ? undefined : queuedAt + expires;
  }
}
