import type { HttpRequest } from '@angular/common/http';
import { type IdGenerator, InvalidOptionError } from 'rx-mesh/kernel';
import type { ServiceInstance } from 'rx-mesh/mesh';
import { map } from 'rxjs';
import type { MiddlewareFunction, RequestContext } from '../route-config';
import { isSettable } from './header-rules';

/** How requests are named on the wire. */
export interface RequestIdOptions {
  /** In which header. @default 'X-Request-ID' */
  readonly header?: string | undefined;
  /**
   * The origins that are told, such as `https://api.shop.test`, beside that of the page. Each must allow the header by CORS, and is asked
   * for it by a preflight. @default none
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** The origin of the page. @default none */
  readonly ownOrigin?: string | undefined;
}

/** Names requests. */
export interface RequestIds {
  /** The name of a request: that which it has, if it can be one, else a new one. */
  idOf(request: HttpRequest<unknown>): string;
  /** The header for an instance: empty where it is not told. For `headersFor` of a call. */
  headersFor(context: RequestContext, instance: ServiceInstance): Readonly<Record<string, string>>;
  /** Names the answer as its request is, and takes the name off the request, which `headersFor` puts on. */
  readonly middleware: MiddlewareFunction;
}

/**
 * Names requests, so that what is seen here and what a service has written down can be brought together. Other origins are told only if
 * they are allowed: the header costs a preflight, and where a service does not allow it the request fails.
 *
 * @throws InvalidOptionError for a header that a page may not send, and an origin that is none.
 * @usageNotes
 * ```ts
 * const ids = requestIds({ allowedOrigins: ['https://api.shop.test'] }, inject(ID_GENERATOR));
 * ```
 */
export function requestIds(
  { allowedOrigins = [], header = 'X-Request-ID', ownOrigin }: RequestIdOptions,
  generator: IdGenerator,
): RequestIds {
  if (!isSettable(header)) {
    throw new InvalidOptionError(
      'RequestIdOptions.header',
      header,
      'a header that a page may send',
    );
  }
  const bad = allowedOrigins.find((origin) => originOf(origin) !== origin);
  if (bad !== undefined) {
    throw new InvalidOptionError('RequestIdOptions.allowedOrigins', bad, 'origins such as "https://api.shop.test"'); // prettier-ignore
  }
  const told = new Set([ownOrigin, ...allowedOrigins]);
  return {
    idOf: ({ headers }) => {
      const given = headers.get(header);
      return given !== null && /^[\w.:-]{1,128}$/.test(given) ? given : generator.uuid();
    },
    headersFor: ({ requestId }, { url }) => {
      const isOwn = url === '' || /^\/(?!\/)/.test(url);
      return isOwn || told.has(originOf(url) ?? NONE) ? { [header]: requestId } : {};
    },
    middleware: (context, next) => {
      const { originalRequest: request } = context;
      return next({
        ...context,
        originalRequest: request.clone({ headers: request.headers.delete(header) }),
      }).pipe(
        map((response) =>
          response.clone({ headers: response.headers.set(header, context.requestId) }),
        ),
      );
    },
  };
}

// No origin is called so.
const NONE = 'none';

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
