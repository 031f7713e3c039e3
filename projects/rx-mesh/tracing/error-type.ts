import { isRxMeshError } from 'rx-mesh/kernel';
import type { SpanStatus } from './trace-span';

/** What kind of error it is, of which there are few: never a message, for that may hold anything. Never throws. */
export function errorType(error: unknown): string {
  // Anything can be thrown, also what throws itself as soon as somebody looks at it; and its span has to end.
  try {
    return kindOf(error);
  } catch {
    return OTHER;
  }
}

const OTHER = '_OTHER';

function kindOf(error: unknown): string {
  if (isRxMeshError(error)) return error.code;
  if (!isHttpError(error)) return nameOf(error) ?? OTHER;
  const { status, error: cause } = error;
  // A good status and still an error: the body could not be read.
  if (status > 0) return status < 300 ? 'ParseError' : String(status);
  const name = nameOf(cause);
  return name === 'TimeoutError' || name === 'AbortError' ? name : 'NetworkError';
}

/** How a span ends that fails with an error of this kind. */
export function statusOf(type: string): SpanStatus {
  // RXM202 is the time-out of a policy of rx-mesh/resilience; the name is that of RxJS and of the platform.
  return type === 'TimeoutError' || type === 'RXM202' ? 'timeout' : 'error';
}

// By its name, since only the interceptor knows HttpClient.
function isHttpError(
  error: unknown,
): error is { readonly status: number; readonly error: unknown } {
  return (
    typeof error === 'object' &&
    error !== null &&
    (error as { name?: unknown }).name === 'HttpErrorResponse'
  );
}

function nameOf(error: unknown): string | undefined {
  if (!(error instanceof Error || error instanceof DOMException)) return undefined;
  const name: unknown = error.name;
  return typeof name === 'string' && /^[A-Za-z]\w{0,63}$/.test(name) ? name : undefined;
}
