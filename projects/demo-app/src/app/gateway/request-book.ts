import { HttpErrorResponse } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import {
  type ProcessedRequest,
  ReactiveApiGatewayService,
  type ServedBy,
  isGatewayError,
} from 'rx-mesh/gateway';
import { CLOCK } from 'rx-mesh/kernel';
import { type Observable, tap } from 'rxjs';
import { RequestUsers } from './request-users';

/** A request that is over, as the page remembers it. */
export interface BookedRequest {
  readonly id: number;
  readonly method: string;
  readonly url: string;
  /** The name of the route; `undefined`: none took it. */
  readonly route: string | undefined;
  /** Whose it was. */
  readonly user: string | undefined;
  readonly outcome: ProcessedRequest['outcome'];
  readonly status: number;
  readonly servedBy: ServedBy;
  /** In milliseconds. */
  readonly duration: number;
  /** What went wrong; `''`: nothing. */
  readonly problem: string;
  /** After what time it is worth trying again, in milliseconds. */
  readonly retryAfter: number | undefined;
}

/** What became of the requests of a route. */
export interface RouteCounts {
  readonly requests: number;
  readonly failures: number;
  readonly servedBy: Readonly<Record<ServedBy, number>>;
  /** How many ended with which status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** From where each user had it, by his id. */
  readonly users: ReadonlyMap<string, Readonly<Record<ServedBy, number>>>;
  /** What the limit had left at the last answer. */
  readonly left: number | undefined;
  /** Until when it is not worth trying: a reading of the monotonic clock. */
  readonly heldUntil: number;
}

const MOST = 40;
const MOST_ROUTES = 50;
const NONE: Readonly<Record<ServedBy, number>> = { service: 0, cache: 0, fallback: 0, gateway: 0 };

/** A route that nobody has asked yet. */
export const NOTHING: RouteCounts = {
  requests: 0,
  failures: 0,
  servedBy: NONE,
  statuses: new Map(),
  users: new Map(),
  left: undefined,
  heldUntil: 0,
};

/** Writes down what the gateway does: the last requests, and sums by route. */
@Injectable()
export class RequestBook {
  private readonly clock = inject(CLOCK);
  private readonly users = inject(RequestUsers);
  readonly #latest = signal<readonly BookedRequest[]>([]);
  readonly #routes = signal<ReadonlyMap<string, RouteCounts>>(new Map());

  /** The last requests, the newest first. */
  readonly latest = this.#latest.asReadonly();
  /** Sums by the name of the route. */
  readonly routes = this.#routes.asReadonly();
  /** Writes, while it is subscribed. */
  readonly working$: Observable<unknown> = inject(ReactiveApiGatewayService).processRequest$.pipe(
    tap((request) => this.note(request)),
  );

  /** The sums of a route. */
  of(route: string): RouteCounts {
    return this.#routes().get(route) ?? NOTHING;
  }

  /** Begins to count some routes anew. */
  forget(...routes: readonly string[]): void {
    this.#routes.update((all) => new Map([...all].filter(([name]) => !routes.includes(name))));
  }

  private note(processed: ProcessedRequest): void {
    const id = (this.#latest()[0]?.id ?? 0) + 1;
    const user = this.users.of(processed.context?.requestId ?? '');
    const booked = bookedOf(id, processed, user);
    this.#latest.update((latest) => [booked, ...latest].slice(0, MOST));
    const { route } = booked;
    if (route === undefined) return;
    const counts = sumOf(this.of(route), booked, processed, this.clock.monotonic());
    this.#routes.update((all) => new Map([...all, [route, counts] as const].slice(-MOST_ROUTES)));
  }
}

function bookedOf(
  id: number,
  processed: ProcessedRequest,
  user: string | undefined,
): BookedRequest {
  const { context, duration, error, outcome, request, servedBy, status } = processed;
  return {
    id,
    method: request.method,
    url: request.urlWithParams,
    route: context?.route.name,
    user,
    outcome,
    status,
    servedBy,
    duration,
    problem: problemOf(error),
    retryAfter: isGatewayError(error) ? error.retryAfter : undefined,
  };
}

function sumOf(
  before: RouteCounts,
  { outcome, retryAfter, servedBy, status, user }: BookedRequest,
  { response }: ProcessedRequest,
  now: number,
): RouteCounts {
  const left = /r=(\d+)/.exec(response?.headers.get('RateLimit') ?? '')?.[1];
  const count = (by: Readonly<Record<ServedBy, number>>) => ({
    ...by,
    [servedBy]: by[servedBy] + 1,
  });
  const { statuses, users } = before;
  return {
    requests: before.requests + 1,
    failures: before.failures + (outcome === 'failure' ? 1 : 0),
    servedBy: outcome === 'cancelled' ? before.servedBy : count(before.servedBy),
    statuses: new Map(statuses).set(status, (statuses.get(status) ?? 0) + 1),
    users: user === undefined ? users : new Map(users).set(user, count(users.get(user) ?? NONE)),
    left: left === undefined ? before.left : Number(left),
    heldUntil: status === 429 ? now + (retryAfter ?? 0) : before.heldUntil,
  };
}

/** What an error says, as RFC 9457 has it: of the gateway, or of a service. */
export function problemOf(error: unknown): string {
  if (isGatewayError(error)) return `${error.problem.title}: ${error.problem.detail}`;
  if (!(error instanceof HttpErrorResponse)) return error instanceof Error ? error.message : '';
  const { detail, title } = Object(error.error) as Record<'title' | 'detail', unknown>;
  return typeof title === 'string' && typeof detail === 'string'
    ? `${title}: ${detail}`
    : error.message;
}
