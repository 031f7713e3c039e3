import { EMPTY, type ObservableInput, from, isObservable, of, type Observable } from 'rxjs';

/** What a handler returned as a stream: the values of a stream or a promise, nothing of anything else. */
export function endOf(result: unknown): Observable<unknown> {
  return isAwaited(result) ? from(result) : EMPTY;
}

/** What a responder returned as a stream: a value that is no stream and no promise is the answer itself. */
export function answerOf(result: unknown): Observable<unknown> {
  return isAwaited(result) ? from(result) : of(result);
}

function isAwaited(value: unknown): value is ObservableInput<unknown> {
  if (isObservable(value)) return true;
  if (typeof value !== 'object' || value === null || !('then' in value)) return false;
  return typeof value.then === 'function';
}
