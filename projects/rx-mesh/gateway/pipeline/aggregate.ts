import { HttpHeaders, HttpResponse } from '@angular/common/http';
import { assertInInjectionContext, inject } from '@angular/core';
import type { ServiceCall } from 'rx-mesh/communication';
import { InvalidOptionError, oneOf } from 'rx-mesh/kernel';
import { catchError, defer, forkJoin, map, of } from 'rxjs';
import type { MiddlewareFunction, RequestContext } from '../route-config';
import { targetPathOf } from '../routes/target-path';
import { GatewayForwarder } from './forward';
import { endOfRoute } from './route-end';

/** One call of a fan-out. Its path may have the parameters of the route, such as `/orders/:id`. */
export type AggregateCall = Omit<ServiceCall, 'fallback' | 'context' | 'stale'>;

/** A call, or what makes it of a request. */
export type AggregatePart = AggregateCall | ((context: RequestContext) => AggregateCall);

/** The bodies of the answers, by part; `undefined` for one that failed. */
export type AggregateBodies<K extends string> = Readonly<Record<K, unknown>>;

/** How one request is made many, and many answers one. */
export interface AggregateConfig<K extends string> {
  /** What is called, all at once; at least one. Headers come on top of those of the request. */
  readonly parts: Readonly<Record<K, AggregatePart>>;
  /** Makes the body of the answer. @default the bodies by part */
  readonly merge?: ((bodies: AggregateBodies<K>, context: RequestContext) => unknown) | undefined;
  /**
   * What becomes of the answer when a part fails. `fail`: its error is that of the request, and the other parts are cancelled;
   * `omit`: its body is `undefined`. When all fail, so does the request. @default 'fail'
   */
  readonly partial?: 'fail' | 'omit' | undefined;
}

function isMade(part: AggregatePart): part is Extract<AggregatePart, (...args: never) => unknown> {
  return typeof part === 'function';
}

interface Part<K> {
  readonly name: K;
  readonly body?: unknown;
  readonly error?: unknown;
}

const isPolicy = /* @__PURE__ */ oneOf('fail', 'omit');

/**
 * Makes a middleware that answers a request by several calls at once, such as a page that needs an order, its customer and its
 * parcels. Each waits for its turn as every request does, and has the credentials of the caller. The header `X-Omitted-Parts` of
 * the answer names the parts that failed.
 *
 * Nothing behind it is asked: a route that has it with `cache` or `rateLimit` is refused (RXM601). A limit stands in front of it, as
 * `createRateLimitingMiddleware` of the gateway makes it.
 *
 * It needs an injection context: give `routes` of `withGateway` as a function.
 *
 * @throws InvalidOptionError without a part, or when `partial` is out of its range.
 * @usageNotes
 * ```ts
 * aggregate({
 *   parts: {
 *     order: { service: 'orders', path: '/orders/:id' },
 *     parcels: ({ params }) => ({ service: 'parcels', query: { order: params['id'] } }),
 *   },
 *   merge: ({ order, parcels }) => ({ order, parcels }),
 *   partial: 'omit',
 * });
 * ```
 */
export function aggregate<K extends string>({
  merge,
  partial = 'fail',
  parts,
}: AggregateConfig<K>): MiddlewareFunction {
  assertInInjectionContext(aggregate);
  const expected = isPolicy(partial);
  if (expected) throw new InvalidOptionError('AggregateConfig.partial', partial, expected);
  const names = Object.keys(parts) as K[];
  if (names.length === 0) {
    throw new InvalidOptionError(
      'AggregateConfig.parts',
      parts,
      'an object with at least one part',
    );
  }
  const forwarder = inject(GatewayForwarder);

  const ask = (name: K, context: RequestContext) =>
    defer(() => {
      const part = parts[name];
      const call: AggregateCall = isMade(part) ? part(context) : part;
      const path = call.path && targetPathOf({ targetPath: call.path }, context.params);
      // The same key for two parts would make the second the answer of the first.
      const key = context.originalRequest.headers.get('Idempotency-Key');
      const own = key === null ? {} : { idempotencyKey: `${key}:${name}` };
      return forwarder.call(context, { route: call.path, ...own, ...call, path });
    }).pipe(
      map(({ body }): Part<K> => ({ name, body })),
      catchError((error: unknown) => {
        if (partial === 'fail') throw error;
        return of<Part<K>>({ name, error });
      }),
    );

  return endOfRoute((context) =>
    forkJoin(names.map((name) => ask(name, context))).pipe(
      map((answers) => {
        const failed = answers.filter((answer) => 'error' in answer);
        if (failed.length === names.length) throw failed[0]?.error;
        const bodies = Object.fromEntries(
          answers.map(({ body, name }) => [name, body]),
        ) as AggregateBodies<K>;
        return new HttpResponse({
          status: 200,
          headers:
            failed.length === 0
              ? new HttpHeaders()
              : new HttpHeaders({ 'X-Omitted-Parts': failed.map(({ name }) => name).join(', ') }),
          body: merge ? merge(bodies, context) : bodies,
        });
      }),
    ),
  );
}
