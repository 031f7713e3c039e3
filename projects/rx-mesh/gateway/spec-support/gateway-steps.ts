import { HttpErrorResponse, HttpHeaders, HttpRequest, HttpResponse } from '@angular/common/http';
import { Observable, from } from 'rxjs';
import type { MiddlewareFunction, RequestContext, RouteConfig } from '../route-config';

/** The route of tests. */
export const ROUTE: RouteConfig = {
  path: '/orders/:id',
  method: '*',
  targetService: 'orders',
  targetPath: '/v1/orders/:id',
};

/** What is known of a request of a test. */
export function contextOf(
  url: string,
  more: Partial<RequestContext> & {
    readonly method?: string;
    readonly body?: unknown;
    readonly headers?: Record<string, string>;
  } = {},
): RequestContext {
  const { body = null, headers = {}, method = 'GET', ...rest } = more;
  counted.next += 1;
  return {
    requestId: `r${counted.next}`,
    originalRequest: new HttpRequest<unknown>(method, url, body, {
      headers: new HttpHeaders(headers),
    }),
    route: ROUTE,
    params: {},
    startTime: new Date(0),
    metadata: {},
    ...rest,
  };
}

const counted = { next: 0 };

/** One request that has come to the service of a test. */
export interface Arrival {
  readonly context: RequestContext;
  readonly isOpen: boolean;
  answer(body?: unknown, headers?: Record<string, string>, status?: number): void;
  fail(status: number, headers?: Record<string, string>): void;
  break(error: unknown): void;
}

/** Runs a step in front of a service that a test answers for. */
export function stepWorld(step: MiddlewareFunction) {
  const arrivals: Arrival[] = [];
  const next = (context: RequestContext): Observable<HttpResponse<unknown>> =>
    new Observable((out) => {
      const url = context.originalRequest.urlWithParams;
      const arrival = {
        context,
        isOpen: true,
        answer: (body: unknown = 'ok', headers: Record<string, string> = {}, status = 200) => {
          out.next(new HttpResponse({ body, headers: new HttpHeaders(headers), status, url }));
          out.complete();
        },
        fail: (status: number, headers: Record<string, string> = {}) =>
          out.error(new HttpErrorResponse({ status, headers: new HttpHeaders(headers), url })),
        break: (error: unknown) => out.error(error),
      };
      arrivals.push(arrival);
      out.add(() => (arrival.isOpen = false));
    });
  const send = (context: RequestContext) => {
    const seen: {
      values: HttpResponse<unknown>[];
      error?: unknown;
      isDone: boolean;
      leave: () => void;
    } = { values: [], isDone: false, leave: () => {} };
    const subscription = from(step(context, next)).subscribe({
      next: (value) => seen.values.push(value as HttpResponse<unknown>),
      error: (error: unknown) => (seen.error = error),
      complete: () => (seen.isDone = true),
    });
    seen.leave = () => subscription.unsubscribe();
    return seen;
  };
  return {
    arrivals,
    send,
    get open() {
      return arrivals.filter(({ isOpen }) => isOpen).length;
    },
  };
}
