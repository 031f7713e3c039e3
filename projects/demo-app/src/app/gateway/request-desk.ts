import { HttpClient, HttpRequest, HttpResponse } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import { ReactiveApiGatewayService } from 'rx-mesh/gateway';
import { statusOf } from 'rx-mesh/resilience';
import {
  type Observable,
  Subject,
  catchError,
  defer,
  filter,
  forkJoin,
  map,
  mergeMap,
  of,
  range,
  tap,
  toArray,
} from 'rxjs';
import { problemOf } from './request-book';
import { type ShopCall, lineOf } from './shop-calls';

/** How a call ended. */
export interface Outcome {
  readonly status: number;
  readonly body: unknown;
  /** What went wrong; `''`: nothing. */
  readonly problem: string;
}

/** How a call is made: by the `HttpClient` of the application, or handed to the gateway by hand. */
export type Way = 'client' | 'gateway';

/** Makes the calls of the page, several at once where it is asked to. */
@Injectable()
export class RequestDesk {
  private readonly client = inject(HttpClient);
  private readonly gateway = inject(ReactiveApiGatewayService);
  readonly #wishes = new Subject<Observable<unknown>>();
  readonly #news = signal('');
  readonly #answers = signal<ReadonlyMap<string, Outcome>>(new Map());

  /** What became of the last calls, in a sentence. */
  readonly news = this.#news.asReadonly();
  /** The last outcome of each call of the cards, by its line. */
  readonly answers = this.#answers.asReadonly();
  /** Makes the calls, while it is subscribed. */
  readonly working$: Observable<unknown> = this.#wishes.pipe(mergeMap((wish$) => wish$));

  /** Makes a call so many times at once. */
  send(call: ShopCall, times = 1, way: Way = 'client'): void {
    this.#wishes.next(
      range(times).pipe(
        map(() => this.make(call, way)),
        toArray(),
        mergeMap((all) => forkJoin(all)),
        tap((outcomes) => this.tell(call, outcomes, way)),
      ),
    );
  }

  private make({ body, method, url }: ShopCall, way: Way): Observable<Outcome> {
    return defer(() => {
      const request = new HttpRequest<unknown>(method, url, body ?? null);
      return way === 'gateway' ? this.gateway.handle(request) : this.client.request(request);
    }).pipe(
      filter((event) => event instanceof HttpResponse),
      map(({ body: answer, status }): Outcome => ({ status, body: answer, problem: '' })),
      catchError((error: unknown) =>
        of<Outcome>({ status: statusOf(error) ?? 0, body: undefined, problem: problemOf(error) }),
      ),
    );
  }

  private tell(call: ShopCall, outcomes: readonly Outcome[], way: Way): void {
    const counts = new Map<number, number>();
    for (const { status } of outcomes) counts.set(status, (counts.get(status) ?? 0) + 1);
    const parts = [...counts].map(([status, count]) => `${count} × ${status}`);
    this.#news.set(`${lineOf(call)}: ${parts.join(', ')}.`);
    const last = outcomes.at(-1);
    // What a visitor has written himself is no call of the cards.
    if (last && way === 'client') {
      this.#answers.update((answers) => new Map(answers).set(lineOf(call), last));
    }
  }
}
