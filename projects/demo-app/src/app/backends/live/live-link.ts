import { Injectable, InjectionToken, inject } from '@angular/core';
import { type Observable, Subject, defer, map, switchMap, tap } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { type Faults } from '../fault-controls';
import { type SeenRequest } from '../wire-log';

/** What the page and the runner have to agree on. */
export interface LiveState {
  readonly seed: number;
  /** What differs from fair weather, by service or instance. */
  readonly faults: readonly (readonly [string, Faults])[];
  /** The ids of the instances whose processes have ended. */
  readonly killed: readonly string[];
  /** The servers that are stopped. */
  readonly down: readonly string[];
}

/** How the real world does, as the runner tells it. */
export interface LiveWorld {
  readonly state: LiveState;
  /** What services have read in headers, the latest first. */
  readonly seen: readonly (SeenRequest & { readonly number: number })[];
  readonly office: {
    readonly strict: boolean;
    readonly renewed: number;
    readonly refused: number;
  };
}

/** What the office of tokens is told. */
export type OfficeOrder = 'expired' | 'strict' | 'lenient';

/** Asks the runner, by a path of the own origin. Past the `HttpClient`: this is none of the traffic that the demo shows. */
export type LiveAsk = (path: string, body?: unknown) => Observable<unknown>;

/** How the runner is asked. */
export const LIVE_ASK = new InjectionToken<LiveAsk>('demo LIVE_ASK', {
  providedIn: 'root',
  factory: () => (path, body) => {
    const sent = {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    return fromFetch(path, body === undefined ? {} : sent).pipe(
      switchMap(async (answer) => {
        if (!answer.ok) throw new Error(`The runner answers ${answer.status}.`);
        return answer.json() as Promise<unknown>;
      }),
    );
  },
});

/** The runner of the live demo. It is of the same make as this page, so what it says is taken as it is. */
@Injectable({ providedIn: 'root' })
export class LiveLink {
  readonly #ask: LiveAsk = inject(LIVE_ASK);
  readonly #worlds = new Subject<LiveWorld>();

  /** Whatever it says, whoever has asked. */
  readonly worlds$: Observable<LiveWorld> = this.#worlds.asObservable();

  /** How the world does. */
  look(): Observable<LiveWorld> {
    return this.asked('/live/state');
  }

  /** Makes the world so. */
  change(state: LiveState): Observable<LiveWorld> {
    return this.asked('/live/state', state);
  }

  /** Tells the office of tokens something. */
  office(order: OfficeOrder): Observable<LiveWorld> {
    return this.asked('/live/office', { order });
  }

  private asked(path: string, body?: unknown): Observable<LiveWorld> {
    return defer(() => this.#ask(path, body)).pipe(
      map((world) => world as LiveWorld),
      tap((world) => this.#worlds.next(world)),
    );
  }
}
