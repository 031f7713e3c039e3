import { Injectable, type Signal, inject, signal } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { ALERTMANAGER_URL } from './addresses';
import { json } from './json-api';
import { type MockBackend } from './mock-backends';
import {
  type ReceivedAlert,
  gettableAlert,
  mergedAlert,
  readAlert,
  shapeProblem,
} from './received-alerts';

const MOST_ALERTS = 100;

/**
 * Alertmanager of the mocked world: its API of version 2, which takes alerts at `/api/v2/alerts` and gives those back that
 * are not over. It is as strict as the real one: a body of the wrong shape is refused as a whole; of a batch with a bad
 * alert it keeps the others, and answers with a failure all the same.
 */
@Injectable({ providedIn: 'root' })
export class Alertmanager {
  private readonly clock = inject(CLOCK);
  readonly #alerts = signal<readonly ReceivedAlert[]>([]);
  readonly #down = signal(false);

  /** The alerts that it has received, the last one first, at most 100; those that are over as well. */
  readonly alerts: Signal<readonly ReceivedAlert[]> = this.#alerts.asReadonly();

  /** Whether nobody reaches it. */
  readonly down: Signal<boolean> = this.#down.asReadonly();

  /** The machine on which it runs. */
  readonly backends: readonly MockBackend[] = [
    {
      id: 'alertmanager',
      origin: ALERTMANAGER_URL,
      handle: async (request) => (this.#down() ? Response.error() : this.#handle(request)),
    },
  ];

  /** Stops it, or starts it again. What it has received it keeps. */
  setDown(down: boolean): void {
    this.#down.set(down);
  }

  /** Everything as it was at first. */
  reset(): void {
    this.#down.set(false);
    this.#alerts.set([]);
  }

  async #handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/-/healthy') return new Response('OK');
    if (pathname !== '/api/v2/alerts') {
      return json({ code: 404, message: `path ${pathname} was not found` }, { status: 404 });
    }
    if (request.method === 'POST') return this.#receive(request);
    return request.method === 'GET'
      ? json(this.#active().map((alert) => gettableAlert(alert)))
      : json({ code: 405, message: `method ${request.method} is not allowed` }, { status: 405 });
  }

  async #receive(request: Request): Promise<Response> {
    const type = request.headers.get('Content-Type') ?? '';
    if (!/^application\/json\s*(?:;|$)/i.test(type)) {
      const message = `unsupported media type "${type}", only [application/json] are allowed`;
      return json({ code: 415, message }, { status: 415 });
    }
    let body: unknown;
    try {
      body = await request.json();
    } catch (error) {
      return json({ code: 400, message: `parsing alerts body: ${String(error)}` }, { status: 400 });
    }
    const problem = shapeProblem(body);
    if (problem !== undefined) return json({ code: 602, message: problem }, { status: 422 });
    const reasons: string[] = [];
    for (const wire of body as readonly Readonly<Record<string, unknown>>[]) {
      const posted = readAlert(wire, this.clock.now());
      if (posted.ok) this.#keep(posted.alert);
      else reasons.push(posted.reason);
    }
    return reasons.length > 0 ? json(reasons.join('\n'), { status: 400 }) : new Response(null);
  }

  #active(): readonly ReceivedAlert[] {
    const now = this.clock.now();
    return this.#alerts().filter(({ endsAt }) => endsAt.getTime() > now);
  }

  #keep(next: ReceivedAlert): void {
    this.#alerts.update((alerts) => {
      const isSame = ({ fingerprint }: ReceivedAlert) => fingerprint === next.fingerprint;
      const others = alerts.filter((one) => !isSame(one));
      return [mergedAlert(alerts.find(isSame), next), ...others].slice(0, MOST_ALERTS);
    });
  }
}
