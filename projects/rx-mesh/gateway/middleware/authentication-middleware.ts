import type { HttpRequest, HttpResponse } from '@angular/common/http';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { statusOf } from 'rx-mesh/resilience';
import { type Observable, catchError, defer, mergeMap, tap, throwError } from 'rxjs';
import type { AuthConfig, GatewayNext, MiddlewareFunction, RequestContext } from '../route-config';
import type { AuthenticationService } from './authentication-service';
import { isSettable } from './header-rules';
import { refusal } from './refusal';
import { tokenRefused } from './token-ports';

const WAITS_FOR_ITSELF =
  'The request that renews the token needs a token itself: it has to be sent with SKIP_GATEWAY.';

/**
 * Finds out whose a request is, by the token that it has, else by that of the page, which it is sent with. A token that is not good
 * is 401, also where a request may come without one. Where the token of the page no longer holds, as the validator or the service
 * says by a 401, it is renewed once for all requests under way, and each of them is sent once more: for the same user, never for
 * another who has come meanwhile.
 *
 * @throws InvalidOptionError when the header of an API key is none that a page may send.
 * @usageNotes
 * ```ts
 * const middleware = authentication({ scheme: { header: 'X-API-Key' } }, inject(AuthenticationService));
 * ```
 */
export function authentication(
  { required = true, scheme = 'bearer' }: AuthConfig,
  service: AuthenticationService,
): MiddlewareFunction {
  const header = scheme === 'bearer' ? 'Authorization' : scheme.header;
  const prefix = scheme === 'bearer' ? 'Bearer ' : '';
  if (!isSettable(header)) {
    throw new InvalidOptionError(
      'AuthConfig.scheme.header',
      header,
      'a header that a page may send',
    );
  }

  const credentialsOf = ({ credentials = [] }: RequestContext): readonly string[] =>
    credentials.includes(header) ? credentials : [...credentials, header];

  const run = (context: RequestContext, next: GatewayNext): Observable<HttpResponse<unknown>> => {
    const own = tokenOf(context.originalRequest, header, prefix);
    const credentials = credentialsOf(context);
    const token = own ?? service.current();
    if (token === undefined) {
      return required ? throwError(() => tokenRefused('A token is required.')) : next(context);
    }
    // Whose the request is; set as soon as somebody has said so.
    let owner: string | undefined;
    const send = (value: string): Observable<HttpResponse<unknown>> =>
      service.validateToken(value).pipe(
        mergeMap((user) => {
          owner ??= user.id;
          if (user.id !== owner) throw tokenRefused('Somebody else is there by now.');
          const originalRequest =
            own === undefined
              ? context.originalRequest.clone({ setHeaders: { [header]: `${prefix}${value}` } })
              : context.originalRequest;
          return next({ ...context, originalRequest, user, credentials });
        }),
        tap({
          error: (error: unknown) => {
            if (statusOf(error) === 401) service.forget(value);
          },
        }),
      );
    if (own !== undefined || !service.canRefresh) return send(token);
    const isOfRenewal = service.isRenewing;
    return send(token).pipe(
      catchError((error: unknown) => {
        if (statusOf(error) !== 401) throw error;
        // Nobody has said whose it was, and the token of the page is another now: it may be that of another user.
        if (owner === undefined && !service.isCurrent(token)) {
          throw tokenRefused('Somebody else is there by now.');
        }
        // The renewal would wait for it, and it for the renewal.
        if (isOfRenewal) throw refusal(502, WAITS_FOR_ITSELF);
        return service.refresh(token).pipe(mergeMap(send));
      }),
    );
  };
  return (context, next) => defer(() => run(context, next));
}

// The scheme is read in any case (RFC 9110, section 11.1); something else than a token in its place is a bad token.
function tokenOf(
  { headers }: HttpRequest<unknown>,
  header: string,
  prefix: string,
): string | undefined {
  const value = headers.get(header)?.trim();
  if (value === undefined) return undefined;
  return value.toLowerCase().startsWith(prefix.toLowerCase())
    ? value.slice(prefix.length).trim()
    : '';
}
