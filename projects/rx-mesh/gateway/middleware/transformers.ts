import type { HttpHeaders } from '@angular/common/http';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { type Observable, type ObservableInput, from, map, of, take } from 'rxjs';
import type { RequestContext } from '../route-config';
import { isHeaderName, isHeaderValue, isSettable } from './header-rules';
import { pickFrom } from './pick-from';
import { refusal } from './refusal';
import type {
  GatewayTransformer,
  RequestTransformer,
  ResponseTransformer,
  TargetTransformer,
} from './transformation-middleware';

/** On which way something is changed. */
export type TransformedPart = 'request' | 'response';

/** The value of a header: a text, or what makes it; `undefined`: the header stays as it is. */
export type HeaderValue = string | ((context: RequestContext) => string | undefined);

/**
 * Sets headers. A value that is made for a request and has line breaks in it is refused with 400.
 *
 * @param headers The values by name.
 * @param on Of what. @default 'request'
 * @throws InvalidOptionError for a header that is none, or that a page may not send.
 * @usageNotes
 * ```ts
 * transformation(setHeaders({ 'X-Api-Version': '2', 'X-User': ({ user }) => user?.id }));
 * ```
 */
export function setHeaders(
  headers: Readonly<Record<string, HeaderValue>>,
  on: TransformedPart = 'request',
): GatewayTransformer {
  const entries = Object.entries(headers);
  for (const [name, value] of entries) {
    checkName(name, on);
    if (typeof value === 'string' && !isHeaderValue(value)) {
      throw new InvalidOptionError(`setHeaders.${name}`, value, 'text without line breaks');
    }
  }
  return onHeaders(on, (before, context) =>
    entries.reduce((all, [name, made]) => {
      const value = typeof made === 'function' ? made(context) : made;
      if (value === undefined) return all;
      if (!isHeaderValue(value)) throw refusal(400, `The value of header ${name} is malformed.`);
      return all.set(name, value);
    }, before),
  );
}

/**
 * Takes headers away.
 *
 * @param names Their names, in any case.
 * @param on Of what. @default 'request'
 * @throws InvalidOptionError for a name that is none.
 * @usageNotes
 * ```ts
 * transformation(removeHeaders(['X-Debug']));
 * ```
 */
export function removeHeaders(
  names: readonly string[],
  on: TransformedPart = 'request',
): GatewayTransformer {
  for (const name of names) checkName(name, 'response');
  return onHeaders(on, (before) => names.reduce((all, name) => all.delete(name), before));
}

/**
 * Changes the path at the service, with its parameters still in it (`/v1/orders/:id`): what the pattern matches becomes the
 * replacement. What callers send cannot change it, for their values are put in later, encoded. A path that would leave the service
 * is refused with 400.
 *
 * @param pattern What is replaced.
 * @param replacement By what, as `String.replace` has it.
 * @usageNotes
 * ```ts
 * transformation(rewritePath(/^\/v1\//, '/v2/'));
 * ```
 */
export function rewritePath(pattern: RegExp | string, replacement: string): TargetTransformer {
  return {
    transformTarget: (targetPath) => {
      const path = targetPath.replace(pattern, replacement);
      const isSafe =
        /^\/(?!\/)[\x21-\x7e]*$/.test(path) &&
        !/[?#\\]|\/\.{1,2}(?:\/|$)|%(?:2e|2f|5c)/i.test(path);
      if (!isSafe) throw refusal(400, 'The path cannot be rewritten so.');
      return path;
    },
  };
}

/**
 * Changes the body. To make `undefined` of it takes it away, as `null` does.
 *
 * @param project Makes another body of it: one value.
 * @param on Of what. @default 'response'
 * @usageNotes
 * ```ts
 * transformation(mapBody((body) => of({ data: body })));
 * ```
 */
export function mapBody(
  project: (body: unknown, context: RequestContext) => ObservableInput<unknown>,
  on: TransformedPart = 'response',
): GatewayTransformer {
  const mapped = (body: unknown, context: RequestContext): Observable<unknown> =>
    from(project(body, context)).pipe(take(1));
  if (on === 'request') {
    return {
      transform: (request, context) =>
        mapped(request.body, context).pipe(map((body) => request.clone({ body: body ?? null }))),
    };
  }
  return {
    transformResponse: (response, context) =>
      mapped(response.body, context).pipe(map((body) => response.clone({ body: body ?? null }))),
  };
}

/**
 * Leaves only some fields of an answer: by their paths, such as `customer.name`; of a list, those of each entry.
 *
 * @param fields The paths, at least one.
 * @throws InvalidOptionError without a path, or with an empty one.
 * @usageNotes
 * ```ts
 * transformation(pickFields(['id', 'customer.name']));
 * ```
 */
export function pickFields(fields: readonly string[]): ResponseTransformer {
  const paths = fields.map((field) => field.split('.'));
  if (paths.length === 0 || paths.some((path) => path.includes(''))) {
    throw new InvalidOptionError('pickFields.fields', fields, 'paths such as "customer.name"');
  }
  return {
    transformResponse: (response) => [response.clone({ body: pickFrom(response.body, paths) })],
  };
}

function checkName(name: string, on: TransformedPart): void {
  if (on === 'request' ? !isSettable(name) : !isHeaderName(name)) {
    throw new InvalidOptionError('headers', name, 'the name of a header that a page may set');
  }
}

function onHeaders(
  on: TransformedPart,
  change: (headers: HttpHeaders, context: RequestContext) => HttpHeaders,
): RequestTransformer | ResponseTransformer {
  return on === 'request'
    ? {
        transform: (request, context) =>
          of(request.clone({ headers: change(request.headers, context) })),
      }
    : {
        transformResponse: (response, context) =>
          of(response.clone({ headers: change(response.headers, context) })),
      };
}
