import { Injectable, inject } from '@angular/core';
import { CLOCK, polling } from 'rx-mesh/kernel';
import { EMPTY, type Observable, catchError, concatMap, ignoreElements, switchMap } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { Alertmanager } from '../alertmanager';
import { fields, json } from '../json-api';

const LOOK = 2000; // milliseconds
const MOST = 100;

/** An alert as the API of version 2 gives and takes it. */
interface WireAlert {
  readonly fingerprint: string;
  readonly updatedAt: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Shows what a real Alertmanager has in the place where the page shows what its mock has: whatever changes there, the mock
 * receives as well. The API tells of no alert that is over, so one that is missing ends now.
 */
@Injectable({ providedIn: 'root' })
export class LiveAlerts {
  private readonly clock = inject(CLOCK);
  private readonly mock = inject(Alertmanager);
  #known: ReadonlyMap<string, WireAlert> = new Map();

  /** Follows it. For the whole application. @param url Where Alertmanager is. */
  follow(url: string): Observable<never> {
    const look = (): Observable<unknown> =>
      fromFetch(`${url}/api/v2/alerts`).pipe(
        switchMap(async (answer) => answer.json() as Promise<unknown>),
        catchError(() => EMPTY),
      );
    return polling({ period: LOOK, clock: this.clock }, look).pipe(
      concatMap(async (answer) => this.show(readAlerts(answer))),
      ignoreElements(),
    );
  }

  private async show(alerts: readonly WireAlert[]): Promise<void> {
    const next = new Map(alerts.map((alert) => [alert.fingerprint, alert]));
    const changed = alerts.filter(
      ({ fingerprint, updatedAt }) => this.#known.get(fingerprint)?.updatedAt !== updatedAt,
    );
    const endsAt = new Date(this.clock.now()).toISOString();
    const over = [...this.#known.values()]
      .filter(({ fingerprint }) => !next.has(fingerprint))
      .map(({ body }) => ({ ...body, endsAt }));
    this.#known = next;
    const told = [...changed.map(({ body }) => body), ...over];
    if (told.length === 0) return;
    const { body, headers } = json(told);
    for (const { handle, origin } of this.mock.backends) {
      const init = { method: 'POST', headers, body: await new Response(body).text() };
      await handle(new Request(`${origin}/api/v2/alerts`, init));
    }
  }
}

function readAlerts(answer: unknown): readonly WireAlert[] {
  const list: readonly unknown[] = Array.isArray(answer) ? answer : [];
  return list.slice(0, MOST).flatMap((one) => {
    const alert = fields(one);
    const [fingerprint, updatedAt] = [alert.get('fingerprint'), alert.get('updatedAt')];
    if (typeof fingerprint !== 'string' || typeof updatedAt !== 'string') return [];
    const kept = ['labels', 'annotations', 'startsAt', 'endsAt'].map((name) => [
      name,
      alert.get(name),
    ]);
    return [{ fingerprint, updatedAt, body: Object.fromEntries(kept) as WireAlert['body'] }];
  });
}
