import { type Observable, defaultIfEmpty, defer, from, mergeMap, take, throwError } from 'rxjs';
import type { AuthConfig, MiddlewareFunction } from '../route-config';
import { refusal } from './refusal';
import { tokenRefused } from './token-ports';

/**
 * Lets through whoever has all roles that are asked for, and of whom `authorize` says that he may; others are refused with 403. An
 * `authorize` that says nothing is a no, and its error is that of the request. Requests of nobody are 401, or pass where
 * `required` is `false`.
 *
 * @usageNotes
 * ```ts
 * const middleware = authorization({ roles: ['admin'] });
 * ```
 */
export function authorization({
  authorize,
  required = true,
  roles = [],
}: AuthConfig): MiddlewareFunction {
  return (context, next) =>
    defer(() => {
      const { user } = context;
      if (!user) {
        return required ? throwError(() => tokenRefused('A token is required.')) : next(context);
      }
      const forbidden = (): Observable<never> =>
        throwError(() => refusal(403, 'The user may not do this.'));
      if (!roles.every((role) => user.roles.includes(role))) return forbidden();
      if (!authorize) return next(context);
      return from(authorize(user, context)).pipe(
        take(1),
        defaultIfEmpty(false),
        mergeMap((may) => (may ? next(context) : forbidden())),
      );
    });
}
