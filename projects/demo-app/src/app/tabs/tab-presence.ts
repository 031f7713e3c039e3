import { DOCUMENT, Injectable, computed, inject, signal } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router } from '@angular/router';
import { ProjectionService, SagaOrchestratorService } from 'rx-mesh/event-sourcing';
import { CLOCK, ID_GENERATOR, polling } from 'rx-mesh/kernel';
import { MessageBrokerService } from 'rx-mesh/messaging';
import {
  EMPTY,
  type Observable,
  catchError,
  defer,
  distinctUntilChanged,
  filter,
  fromEvent,
  ignoreElements,
  map,
  merge,
  of,
  startWith,
  switchMap,
  tap,
} from 'rxjs';
import { ORDER_BOOK } from '../events/order-book';
import { type TabFacts, isTabId, nameOf, readFacts } from './tab-facts';

/** A tab that is there. */
export interface KnownTab extends TabFacts {
  readonly name: string;
  readonly isThis: boolean;
  /** For how long it has said nothing, in milliseconds. */
  readonly silence: number;
}

const HERE = 'tabs.here';
const WHO = 'tabs.who';
const GONE = 'tabs.gone';
const ANNOUNCE = 4000; // milliseconds
/** A browser lets a hidden tab speak once a minute only. One that has crashed cannot say that it goes. */
const FORGET = 75_000; // milliseconds

interface Heard {
  readonly facts: TabFacts;
  readonly at: number;
}

/** Who is here: each tab tells the others of itself when something changes, every few seconds, and when it goes. */
@Injectable({ providedIn: 'root' })
export class TabPresence {
  private readonly broker = inject(MessageBrokerService);
  private readonly clock = inject(CLOCK);
  private readonly router = inject(Router);
  private readonly view = inject(DOCUMENT).defaultView;
  private readonly projections = inject(ProjectionService).statuses;
  private readonly running = inject(SagaOrchestratorService).running;
  readonly #others = signal<ReadonlyMap<string, Heard>>(new Map());
  readonly #page = signal('/');
  readonly #now = signal(this.clock.monotonic());

  /** The id of this tab: another one after each load. */
  readonly id = inject(ID_GENERATOR).uuid().slice(-8);
  /** What this tab tells of itself. */
  readonly facts = computed<TabFacts>(() => ({
    id: this.id,
    page: this.#page(),
    leads: this.projections().get(ORDER_BOOK.name)?.isLeader ?? false,
    sagas: this.running().length,
  }));
  /** All tabs, this one first. */
  readonly tabs = computed<readonly KnownTab[]>(() => [
    { ...this.facts(), name: nameOf(this.id), isThis: true, silence: 0 },
    ...[...this.#others().values()].map(({ at, facts }) => ({
      ...facts,
      name: nameOf(facts.id),
      isThis: false,
      silence: Math.max(0, this.#now() - at),
    })),
  ]);
  /** The tab that keeps the read model up to date, as far as is known. */
  readonly leader = computed(() => this.tabs().find(({ leads }) => leads));

  readonly #changes$ = toObservable(this.facts).pipe(
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );

  /** Tells of this tab, and hears of the others. For the whole application. */
  readonly working$: Observable<never> = defer(() => merge(this.listening(), this.telling())).pipe(
    ignoreElements(),
  );

  private listening(): Observable<unknown> {
    return merge(
      this.broker.messages(HERE).pipe(tap(({ payload }) => this.hear(readFacts(payload)))),
      this.broker.messages(GONE).pipe(tap(({ payload }) => this.forget(payload))),
      this.broker.messages(WHO).pipe(switchMap(() => this.tell(HERE, this.facts()))),
      this.router.events.pipe(
        filter((event) => event instanceof NavigationEnd),
        startWith(undefined),
        tap(() => this.#page.set(this.router.url.replace(/[?#].*/, ''))),
      ),
    );
  }

  private telling(): Observable<unknown> {
    const clock = this.clock;
    const beats$ = polling({ period: ANNOUNCE, clock }, () => of(undefined)).pipe(
      tap(() => this.clean()),
      map(() => this.facts()),
    );
    return merge(
      merge(beats$, this.#changes$).pipe(switchMap((facts) => this.tell(HERE, facts))),
      this.tell(WHO, null),
      this.pageEvent('pagehide').pipe(switchMap(() => this.tell(GONE, this.id))),
      this.pageEvent('pageshow').pipe(switchMap(() => this.tell(WHO, null))),
    );
  }

  private pageEvent(name: 'pagehide' | 'pageshow'): Observable<unknown> {
    return this.view ? fromEvent(this.view, name) : EMPTY;
  }

  // A message that cannot be sent is told by the transport; the next one comes soon.
  private tell(topic: string, payload: unknown): Observable<unknown> {
    return this.broker.publish(topic, payload).pipe(catchError(() => EMPTY));
  }

  private hear(facts: TabFacts | undefined): void {
    if (!facts || facts.id === this.id) return;
    this.#others.update((all) => new Map(all).set(facts.id, { facts, at: this.clock.monotonic() }));
  }

  private forget(id: unknown): void {
    if (!isTabId(id) || !this.#others().has(id)) return;
    this.#others.update((all) => new Map([...all].filter(([other]) => other !== id)));
  }

  private clean(): void {
    const now = this.clock.monotonic();
    this.#now.set(now);
    const silent = [...this.#others()].filter(([, { at }]) => now - at > FORGET);
    for (const [id] of silent) this.forget(id);
  }
}
