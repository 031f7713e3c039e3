import { HttpClient, HttpContext, type HttpResponse } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import type { ServiceInstance } from 'rx-mesh/mesh';
import { ROUTE_TEMPLATE } from 'rx-mesh/metrics';
import { RESILIENCE_POLICY } from 'rx-mesh/resilience';
import { PARENT_TRACE, type TraceContext, URL_TEMPLATE } from 'rx-mesh/tracing';
import type { Observable } from 'rxjs';
import type { CallPlan } from './call-plan';

/** Makes the HTTP request of one attempt. */
@Injectable({ providedIn: 'root' })
export class HttpAttempt {
  private readonly http = inject(HttpClient);

  /** One request to one instance; the answer, then the end. */
  send(
    { call, idempotencyKey, method, path, route }: CallPlan<unknown>,
    instance: ServiceInstance,
    parent: TraceContext,
  ): Observable<HttpResponse<unknown>> {
    const key = idempotencyKey === undefined ? undefined : { 'Idempotency-Key': idempotencyKey };
    const context = copyOf(call.context).set(PARENT_TRACE, parent).set(RESILIENCE_POLICY, null);
    if (route !== '') context.set(URL_TEMPLATE, route).set(ROUTE_TEMPLATE, route);
    return this.http.request<unknown>(method, instance.url + path, {
      ...call.http,
      // To the types each kind is a method of its own.
      responseType: (call.http?.responseType ?? 'json') as 'json',
      body: call.payload,
      context,
      headers: { ...call.headers, ...call.headersFor?.(instance), ...key },
      observe: 'response',
      params: definedOf(call.query ?? {}),
    });
  }
}

// What is given is the caller's, and an attempt must not see what another one has set.
function copyOf(given: HttpContext | undefined): HttpContext {
  const copy = new HttpContext();
  for (const token of given?.keys() ?? []) copy.set(token, given?.get(token));
  return copy;
}

function definedOf<V>(query: Readonly<Record<string, V | undefined>>): Record<string, V> {
  return Object.fromEntries(
    Object.entries(query).filter((entry): entry is [string, V] => entry[1] !== undefined),
  );
}
