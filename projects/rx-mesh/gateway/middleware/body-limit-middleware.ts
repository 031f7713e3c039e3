import { InvalidOptionError, nonNegative } from 'rx-mesh/kernel';
import { defer, throwError } from 'rxjs';
import type { MiddlewareFunction } from '../route-config';
import { bodySize } from './body-size';
import { refusal } from './refusal';

/**
 * Refuses requests whose body is too large, with 413. How large one is that is sent as JSON is estimated.
 *
 * @param maxSize How large a body may be, in bytes, at least 0.
 * @throws InvalidOptionError when `maxSize` is out of its range.
 * @usageNotes
 * ```ts
 * const middleware = bodyLimit(1_048_576);
 * ```
 */
export function bodyLimit(maxSize: number): MiddlewareFunction {
  const expected = nonNegative(maxSize);
  if (expected) throw new InvalidOptionError('RouteConfig.maxBodySize', maxSize, expected);
  return (context, next) =>
    defer(() =>
      bodySize(context.originalRequest.body, maxSize) > maxSize
        ? throwError(() => refusal(413, `The body is larger than ${maxSize} bytes.`))
        : next(context),
    );
}
