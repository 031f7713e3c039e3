import { Injectable, inject } from '@angular/core';
import { MicroservicesCommunicationService, type ServiceCall } from 'rx-mesh/communication';
import { CLOCK } from 'rx-mesh/kernel';
import {
  DistributedTracingService,
  type SpanLink,
  type TraceContext,
  inTrace,
} from 'rx-mesh/tracing';
import {
  EMPTY,
  type Observable,
  catchError,
  concat,
  defer,
  forkJoin,
  ignoreElements,
  mergeMap,
  of,
  retry,
  take,
  tap,
  timer,
} from 'rxjs';
import { CATALOG } from '../backends/catalog';
import { toServiceCall } from '../calls/service-calls';
import { Baggage } from './baggage';

/** What the page can do to make a trace. */
export const ACTIONS = [
  {
    id: 'dashboard',
    title: 'Load the dashboard',
    what: 'Four calls side by side, one of them to a partner.',
  },
  {
    id: 'checkout',
    title: 'Check out',
    what: 'Steps in steps; the bank declines the first payment.',
  },
  { id: 'report', title: 'Slow report', what: 'One long step that tells how far it is.' },
  { id: 'storm', title: 'Storm of 20', what: 'Twenty traces at once.' },
] as const;

/** The name of an action. */
export type ActionId = (typeof ACTIONS)[number]['id'];

const DECLINED = 600_000; // cents, more than the bank lets pass
const TAKEN = 3_700; // cents
const SECOND_THOUGHTS = 150; // milliseconds
const PAGES = 6;
const PAGE = 350; // milliseconds
const STORM = 20;
const STORM_GAP = 30; // milliseconds

/** Makes traces as an application makes them: by work that is done in spans. */
@Injectable({ providedIn: 'root' })
export class TraceActions {
  private readonly clock = inject(CLOCK);
  private readonly services = inject(MicroservicesCommunicationService);
  private readonly tracing = inject(DistributedTracingService);
  private readonly baggage = inject(Baggage);
  #dashboard: TraceContext | undefined;

  /** Does it on subscribe; to leave is to cancel it. Emits the id of each trace when that begins. */
  run(action: ActionId): Observable<string> {
    switch (action) {
      case 'dashboard':
        return this.loadDashboard();
      case 'checkout':
        return this.checkOut();
      case 'report':
        return this.makeReport();
      case 'storm':
        return timer(0, STORM_GAP, this.clock.scheduler).pipe(
          take(STORM),
          mergeMap((i) => this.visit(i)),
        );
    }
  }

  private loadDashboard(): Observable<string> {
    return this.begin('load dashboard', (span) => {
      this.#dashboard = span;
      const parts = [
        this.call('orders', 'GET /orders', span),
        this.call('inventory', 'GET /stock', span),
        this.call('users', 'GET /users', span),
        this.call('rates', 'GET /rates', span),
      ];
      // A part that fails is left blank; the others are shown.
      return forkJoin(parts.map((part$) => part$.pipe(catchError(() => of(undefined)))));
    });
  }

  private checkOut(): Observable<string> {
    return this.begin('check out', (span) =>
      concat(
        this.step('check basket', span, (step) =>
          forkJoin([
            this.call('users', 'GET /users/:id', step),
            this.call('inventory', 'GET /stock/:sku', step),
          ]),
        ),
        this.step('reserve goods', span, (step) =>
          this.call('inventory', 'POST /reservations', step),
        ),
        this.step('pay', span, (step) => this.pay(step)),
        this.step('place order', span, (step) => this.call('orders', 'POST /orders', step)),
      ),
    );
  }

  private pay(span: TraceContext): Observable<unknown> {
    let amount = DECLINED;
    return defer(() =>
      this.call('payments', 'POST /payments', span, {
        payload: { orderId: 1007, amount, method: 'card' },
      }),
    ).pipe(
      retry({
        count: 1,
        delay: () => {
          this.tracing.addSpanLog(span.spanId, 'declined, so by instalments', { amount });
          amount = TAKEN;
          return timer(SECOND_THOUGHTS, this.clock.scheduler);
        },
      }),
    );
  }

  private makeReport(): Observable<string> {
    const links = this.#dashboard
      ? [{ context: this.#dashboard, tags: { relation: 'made from' } }]
      : [];
    return this.begin(
      'slow report',
      (span) =>
        concat(
          this.step('collect', span, (step) =>
            forkJoin([
              this.call('orders', 'GET /orders', step),
              this.call('payments', 'GET /payments', step),
            ]),
          ),
          this.step('lay out pages', span, ({ spanId }) =>
            timer(PAGE, PAGE, this.clock.scheduler).pipe(
              take(PAGES),
              tap((page) => this.tracing.addSpanLog(spanId, 'page laid out', { page: page + 1 })),
            ),
          ),
        ),
      links,
    );
  }

  private visit(index: number): Observable<string> {
    const { name = '', operations = [] } = CATALOG[index % CATALOG.length] ?? {};
    const label = operations[0]?.label ?? '';
    return this.begin(`visit ${name}`, (span) => this.call(name, label, span)).pipe(
      // A visitor who gets no answer goes away; the others stay.
      catchError(() => EMPTY),
    );
  }

  /** A trace of its own, which carries what is to be carried along. */
  private begin(
    name: string,
    work: (span: TraceContext) => Observable<unknown>,
    links: readonly SpanLink[] = [],
  ): Observable<string> {
    return this.tracing.withSpan(
      name,
      (span) => {
        const carrying: TraceContext = { ...span, baggage: this.baggage.carried() };
        return concat(of(span.traceId), work(carrying).pipe(ignoreElements()));
      },
      { parent: null, links, tags: { 'demo.action': name } },
    );
  }

  private step(
    name: string,
    parent: TraceContext,
    work: (span: TraceContext) => Observable<unknown>,
  ): Observable<unknown> {
    return this.tracing.withSpan(name, work, { parent });
  }

  private call(
    service: string,
    label: string,
    span: TraceContext,
    more: Partial<ServiceCall> = {},
  ): Observable<unknown> {
    const operation = CATALOG.find(({ name }) => name === service)?.operations.find(
      (one) => one.label === label,
    );
    return operation
      ? this.services.callService({
          ...toServiceCall(service, operation),
          ...more,
          context: inTrace(span),
        })
      : of(undefined);
  }
}
