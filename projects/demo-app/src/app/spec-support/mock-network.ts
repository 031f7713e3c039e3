import {
  HttpErrorResponse,
  HttpHeaders,
  HttpResponse,
  type HttpBackend,
  type HttpRequest,
} from '@angular/common/http';
import { inject } from '@angular/core';
import { ManualClock } from 'rx-mesh/testing';
import { type Observable, defer, from, map, mergeMap } from 'rxjs';
import { FaultControls } from '../backends/fault-controls';
import { createMockBackends } from '../backends/mock-backends';
import { TokenOffice } from '../backends/token-office';

/** The mocked world, as the network would bring its answers. */
export const network = (asked: string[]) => {
  const backends = createMockBackends(
    inject(FaultControls),
    inject(ManualClock),
    inject(TokenOffice),
  );
  const answer = ({ body, headers, method, url }: HttpRequest<unknown>): Observable<Response> => {
    asked.push(`${method} ${new URL(url).pathname}`);
    const backend = backends.find(({ origin }) => url.startsWith(origin));
    const request = new Request(url, {
      method,
      headers: headers.keys().map((name): [string, string] => [name, headers.get(name) ?? '']),
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
    if (body !== null) request.headers.set('content-type', 'application/json');
    return defer(async () => backend?.handle(request) ?? Promise.reject(new Error(url)));
  };
  const handle: HttpBackend['handle'] = (request) =>
    answer(request).pipe(
      mergeMap((response) =>
        from(response.json()).pipe(map((body: unknown) => ({ body, response }))),
      ),
      map(({ body, response: { headers, ok, status } }) => {
        const init = { status, headers: new HttpHeaders(headers), url: request.url };
        if (ok) return new HttpResponse({ ...init, body });
        const refused: Error = new HttpErrorResponse({ ...init, error: body });
        throw refused;
      }),
    );
  return { handle };
};
