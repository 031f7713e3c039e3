import { type Observable, type Observer, Subject, defer, finalize } from 'rxjs';
import type { SagaContext, SagaStep } from 'rx-mesh/event-sourcing';

/** Does the work of steps by hand: each call waits until a test answers it. */
export class SagaDesk {
  /** The calls, each as `name#attempt`; a compensation has `-` before it. */
  readonly calls: string[] = [];
  /** The keys, in the order of the calls. */
  readonly keys: string[] = [];
  readonly #open = new Map<string, Subject<unknown>>();

  /** What is under way. */
  get open(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** A step whose result is a text. */
  step(more: Partial<SagaStep<unknown, object, string>> = {}): SagaStep<unknown, object, string> {
    return {
      run: (_input, _results, context) => this.#call(context, ''),
      compensate: (_result, context) => this.#call(context, '-'),
      ...more,
    };
  }

  /** Lets a call succeed. */
  answer(name: string, value: unknown = name.toUpperCase()): void {
    this.#observer(name).next(value);
  }

  /** Lets a call fail. */
  fail(name: string, error: unknown = new Error(`${name} failed`)): void {
    this.#observer(name).error(error);
  }

  #observer(name: string): Observer<unknown> {
    const found = this.#open.get(name);
    if (!found) throw new Error(`${name} is not under way, only ${this.open.join()}`);
    return found;
  }

  #call({ stepName, attempt, idempotencyKey }: SagaContext, sign: string): Observable<string> {
    return defer(() => {
      const answer = new Subject<unknown>();
      this.calls.push(`${sign}${stepName}#${attempt}`);
      this.keys.push(idempotencyKey);
      this.#open.set(sign + stepName, answer);
      return (answer as Subject<string>).pipe(finalize(() => this.#open.delete(sign + stepName)));
    });
  }
}
