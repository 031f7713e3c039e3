import type { HttpRequest, HttpResponse } from '@angular/common/http';
import {
  type Observable,
  type ObservableInput,
  concatMap,
  defaultIfEmpty,
  defer,
  from,
  map,
  of,
  take,
} from 'rxjs';
import type { MiddlewareFunction, RequestContext } from '../route-config';
import { refusal } from './refusal';

/** Changes requests on their way. */
export interface RequestTransformer {
  /** The request that goes on in place of this one: one value. */
  transform(
    request: HttpRequest<unknown>,
    context: RequestContext,
  ): ObservableInput<HttpRequest<unknown>>;
}

/** Changes answers on their way back. */
export interface ResponseTransformer {
  /** The answer in place of this one: one value. */
  transformResponse(
    response: HttpResponse<unknown>,
    context: RequestContext,
  ): ObservableInput<HttpResponse<unknown>>;
}

/** Changes where requests go. */
export interface TargetTransformer {
  /** The path at the service in place of this one, with parameters as `targetPath` of a route has them. */
  transformTarget(targetPath: string, context: RequestContext): string;
}

/** What is changed of requests and answers: each part by itself, or several. */
export type GatewayTransformer = RequestTransformer | ResponseTransformer | TargetTransformer;

/**
 * Changes requests on the way to the service, by one transformer after the other, and answers on the way back, in the opposite order.
 * `setHeaders`, `removeHeaders`, `rewritePath`, `mapBody` and `pickFields` make transformers. One that says nothing is an error of the
 * request.
 *
 * @usageNotes
 * ```ts
 * const middleware = transformation(setHeaders({ 'X-Api-Version': '2' }), pickFields(['id', 'customer.name']));
 * ```
 */
export function transformation(...transformers: readonly GatewayTransformer[]): MiddlewareFunction {
  return (context, next) =>
    defer(() => {
      const sent$ = transformers.reduce<Observable<RequestContext>>(
        (before$, transformer) => before$.pipe(concatMap((before) => forth(transformer, before))),
        of(context),
      );
      return sent$.pipe(
        concatMap((sent) =>
          transformers.reduceRight<Observable<HttpResponse<unknown>>>(
            (answer$, transformer) =>
              answer$.pipe(concatMap((answer) => back(transformer, answer, sent))),
            next(sent),
          ),
        ),
      );
    });
}

function forth(
  transformer: GatewayTransformer,
  context: RequestContext,
): Observable<RequestContext> {
  const { route } = context;
  const aimed =
    'transformTarget' in transformer
      ? {
          ...context,
          route: { ...route, targetPath: transformer.transformTarget(route.targetPath, context) },
        }
      : context;
  if (!('transform' in transformer)) return of(aimed);
  return one(transformer.transform(context.originalRequest, context)).pipe(
    map((originalRequest) => ({ ...aimed, originalRequest })),
  );
}

function back(
  transformer: GatewayTransformer,
  response: HttpResponse<unknown>,
  context: RequestContext,
): Observable<HttpResponse<unknown>> {
  return 'transformResponse' in transformer
    ? one(transformer.transformResponse(response, context))
    : of(response);
}

function one<T>(input: ObservableInput<T>): Observable<T> {
  return from(input).pipe(
    take(1),
    defaultIfEmpty(undefined),
    map((value) => {
      if (value === undefined) throw refusal(502, 'A transformer has said nothing.');
      return value;
    }),
  );
}
