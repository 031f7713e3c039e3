import { Injectable, inject } from '@angular/core';
import { CLOCK, type Clock } from 'rx-mesh/kernel';
import { retryAfterOf } from 'rx-mesh/resilience';
import { type Observable, defer, map } from 'rxjs';
import { baseOf } from '../registry/registry-url';
import { type RegistryFailure, RegistryRequestError } from '../registry/registry-errors';
import { REGISTRY_FETCH, type RegistryAnswer, askRegistry } from '../registry/registry-request';
import { CONSUL, tokenOf } from './consul-options';

/** What errors and diagnostics call this registry. */
export const CONSUL_NAME = 'consul';

const REMEDIES: ReadonlyMap<number, string> = /* @__PURE__ */ new Map([
  [403, 'check the token of withConsul(): it must be known, and may read services and nodes'],
  [404, 'check the url of withConsul(): it stands without /v1'],
]);

/** Sends requests to the HTTP API of Consul. */
@Injectable({ providedIn: 'root' })
export class ConsulClient {
  private readonly options = inject(CONSUL.token);
  private readonly ports = { clock: inject(CLOCK), fetch: inject(REGISTRY_FETCH) };
  private readonly base = baseOf('ConsulOptions.url', this.options.url);

  /** Where a path of the API is. */
  urlOf(path: string): string {
    return `${this.base}/v1/${path}`;
  }

  /**
   * Reads a path of the API, with datacenter and staleness as the options say. Fails with a `RegistryRequestError` unless
   * it answers 200, and with what the token function throws.
   *
   * @param timeout In milliseconds. @default `requestTimeout`
   */
  get(
    path: string,
    query: Readonly<Record<string, string>> = {},
    timeout: number = this.options.requestTimeout,
  ): Observable<RegistryAnswer> {
    const { datacenter, stale } = this.options;
    const params = new URLSearchParams(query);
    if (datacenter !== undefined) params.set('dc', datacenter);
    // Consul wants the bare name, and takes an empty value for it.
    if (stale) params.set('stale', '');
    const search = params.toString();
    return this.send('GET', `${this.urlOf(path)}${search === '' ? '' : `?${search}`}`, timeout);
  }

  /** Writes to a path of the API of the agent. Fails as {@link ConsulClient.get} does. */
  put(path: string, body?: string): Observable<void> {
    const { requestTimeout } = this.options;
    return this.send('PUT', this.urlOf(path), requestTimeout, body).pipe(map(() => undefined));
  }

  private send(
    method: 'GET' | 'PUT',
    url: string,
    timeout: number,
    body?: string,
  ): Observable<RegistryAnswer> {
    return defer(() => {
      const token = tokenOf(this.options);
      const headers = token === '' ? {} : { 'X-Consul-Token': token };
      const request = { registry: CONSUL_NAME, url, method, headers, body, timeout };
      return askRegistry(this.ports, request);
    }).pipe(
      map((answer) => {
        if (answer.status === 200) return answer;
        throw new RegistryRequestError(CONSUL_NAME, url, refusalOf(answer, this.ports.clock));
      }),
    );
  }
}

// Errors of Consul are plain text.
function refusalOf(answer: RegistryAnswer, clock: Clock): RegistryFailure {
  const { status, text } = answer;
  // Newer versions answer 404 also where there is nothing to take away: then the url is fine.
  const remedy = text.startsWith('Unknown service') ? undefined : REMEDIES.get(status);
  return {
    status,
    text,
    retryAfter: retryAfterOf(answer, clock),
    ...(remedy !== undefined && { remedy }),
  };
}
