import { Injectable, inject, signal } from '@angular/core';
import { constantBackoff } from 'rx-mesh/kernel';
import {
  type ConsumerEvent,
  type DeadLetter,
  type Message,
  MessageBrokerService,
} from 'rx-mesh/messaging';
import {
  EMPTY,
  type Observable,
  catchError,
  defer,
  ignoreElements,
  merge,
  mergeMap,
  of,
  tap,
} from 'rxjs';
import { isTabId, nameOf } from './tab-facts';
import { TabPresence } from './tab-presence';

/** What has become of a note in a tab. */
export interface NoteReport {
  readonly tab: string;
  readonly state: 'acked' | 'retrying' | 'dead-lettered';
  readonly attempt: number;
}

/** Something that a tab has told all of them, and what each has made of it. */
export interface Note {
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly at: Date;
  readonly reports: ReadonlyMap<string, NoteReport>;
}

/** A question to one tab. */
export interface TabQuestion {
  readonly id: number;
  readonly to: string;
  readonly answer: string;
  readonly outcome: 'waiting' | 'answered' | 'failed';
}

const NOTES = 'tabs.notes';
const REPORTS = 'tabs.reports';
const CONSUMER = 'notes';
const MOST = 30;
const LONGEST = 200;

/** What tabs tell each other: notes to all of them, acknowledged by each, and questions to one. */
@Injectable({ providedIn: 'root' })
export class TabTalk {
  private readonly broker = inject(MessageBrokerService);
  private readonly presence = inject(TabPresence);
  readonly #notes = signal<readonly Note[]>([]);
  readonly #questions = signal<readonly TabQuestion[]>([]);
  readonly #refusing = signal(false);
  #asked = 0;

  /** The latest notes, the newest first. */
  readonly notes = this.#notes.asReadonly();
  /** The latest questions of this tab, the newest first. */
  readonly questions = this.#questions.asReadonly();
  /** Whether this tab fails to handle what comes. */
  readonly refusing = this.#refusing.asReadonly();
  /** What this tab has given up. */
  readonly deadLetters = this.broker.deadLetters;

  /** Hears, handles and answers. For the whole application. */
  readonly working$: Observable<never> = defer(() =>
    merge(
      this.broker.messages(NOTES).pipe(tap((message) => this.hear(message))),
      this.broker.messages(REPORTS).pipe(tap(({ payload }) => this.learn(payload))),
      this.broker
        .consume(NOTES, () => this.handle(), {
          name: CONSUMER,
          maxDeliver: 3,
          backoff: constantBackoff(800),
        })
        .pipe(mergeMap((event) => this.report(event))),
      this.broker.respond(`tabs.${this.presence.id}.ask`, () => this.answer()),
    ),
  ).pipe(ignoreElements());

  /** Tells all tabs, this one included. */
  tell(text: string): Observable<unknown> {
    const payload = { from: this.presence.id, text: text.slice(0, LONGEST) };
    return this.broker.publish(NOTES, payload).pipe(catchError(() => EMPTY));
  }

  /** Asks one tab what it does. */
  ask(tab: string): Observable<unknown> {
    return defer(() => {
      const id = ++this.#asked;
      const put = (outcome: TabQuestion['outcome'], answer: string) =>
        this.#questions.update((all) =>
          [{ id, to: nameOf(tab), outcome, answer }, ...all.filter((one) => one.id !== id)]
            .sort((a, b) => b.id - a.id)
            .slice(0, 5),
        );
      put('waiting', '');
      return this.broker.request(`tabs.${tab}.ask`, { from: this.presence.id }).pipe(
        tap((answer) =>
          put('answered', typeof answer === 'string' ? answer.slice(0, LONGEST) : '?'),
        ),
        catchError((error: unknown) => {
          put('failed', error instanceof Error ? error.message : String(error));
          return of(undefined);
        }),
      );
    });
  }

  /** Lets this tab fail, or handle what comes. */
  refuse(refusing: boolean): void {
    this.#refusing.set(refusing);
  }

  /** Hands a dead letter over once more. */
  replay({ id }: DeadLetter): void {
    this.broker.replayDeadLetter(id);
  }

  discard({ id }: DeadLetter): void {
    this.broker.discardDeadLetter(id);
  }

  private handle(): void {
    if (this.#refusing()) throw new Error('This tab was told to fail.');
  }

  private answer(): string {
    this.handle();
    const { leads, page, sagas } = this.presence.facts();
    return `I show ${page}, ${leads ? 'lead the read model' : 'lead nothing'}, and run ${sagas === 0 ? 'no saga' : sagas === 1 ? '1 saga' : `${sagas} sagas`}.`;
  }

  private hear({ id, payload, timestamp }: Message): void {
    const { from, text } = Object(payload) as { readonly from?: unknown; readonly text?: unknown };
    if (!isTabId(from) || typeof text !== 'string') return;
    const note = {
      id,
      from,
      text: text.slice(0, LONGEST),
      at: new Date(timestamp),
      reports: new Map(),
    };
    this.#notes.update((notes) =>
      notes.some((one) => one.id === id) ? notes : [note, ...notes].slice(0, MOST),
    );
  }

  private report(event: ConsumerEvent): Observable<unknown> {
    const { message, type } = event;
    if (type === 'dropped' || type === 'duplicate') return EMPTY;
    const attempt = type === 'dead-lettered' ? event.letter.attempts : event.attempt;
    const payload = { note: message.id, tab: this.presence.id, state: type, attempt };
    return this.broker.publish(REPORTS, payload).pipe(catchError(() => EMPTY));
  }

  private learn(told: unknown): void {
    const { attempt, note, state, tab } = Object(told) as Record<
      'note' | keyof NoteReport,
      unknown
    >;
    const known = (['acked', 'retrying', 'dead-lettered'] as const).find((one) => one === state);
    if (!isTabId(tab) || known === undefined || typeof attempt !== 'number') return;
    const report: NoteReport = { tab, state: known, attempt };
    this.#notes.update((notes) =>
      notes.map((one) =>
        one.id === note ? { ...one, reports: new Map(one.reports).set(tab, report) } : one,
      ),
    );
  }
}
