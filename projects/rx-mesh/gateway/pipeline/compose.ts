import { HttpResponse } from '@angular/common/http';
import { Observable, type Observer, type Subscriber, Subscription, defer, from } from 'rxjs';
import type { GatewayError } from '../gateway-errors';
import type { GatewayNext, MiddlewareFunction, RequestContext } from '../route-config';
import { gatewayError } from './problem';

/**
 * Makes one way of many steps: the first is the outermost. A step that emits a context sends the request on with it; one that emits an
 * answer has answered, and the rest is not asked. Whatever goes wrong in a step, a throw too, is an error of this request. Who leaves
 * cancels all that is under way below.
 *
 * @param steps What is done on the way, outermost first.
 * @param last The end of the way.
 * @usageNotes
 * ```ts
 * const way = composeMiddleware([authenticate, limit], (context) => forwarder.send(context));
 * way(context).subscribe();
 * ```
 */
export function composeMiddleware(
  steps: readonly MiddlewareFunction[],
  last: GatewayNext,
): GatewayNext {
  return steps.reduceRight<GatewayNext>(
    (rest, step) => (context) => new Observable((out) => begin(step, context, rest, out)),
    // What it throws is an error of the stream.
    (context) => defer(() => last(context)),
  );
}

type Answer = HttpResponse<unknown>;

function begin(
  step: MiddlewareFunction,
  context: RequestContext,
  rest: GatewayNext,
  out: Subscriber<Answer>,
): void {
  const stage = new Stage(out, rest);
  from(step(context, (onward) => stage.onward(onward))).subscribe(stage);
}

/** Listens to one step. It is a subscription itself, which RxJS takes as a subscriber without another around it. */
class Stage extends Subscription implements Observer<unknown> {
  #ended = false;
  #went = false;
  #under: Below | undefined;

  constructor(
    private readonly out: Subscriber<Answer>,
    private readonly rest: GatewayNext,
  ) {
    super();
    out.add(this);
  }

  /** The rest of the way, for the step: again only when the last time is over, for two at once would be two requests for one. */
  onward(context: RequestContext): Observable<Answer> {
    return new Observable<Answer>((inner) => {
      if (this.#under && !this.#under.over) {
        inner.error(misuse('it went on twice at the same time'));
        return;
      }
      this.#went = true;
      this.#under = new Below(inner);
      this.rest(context).subscribe(this.#under);
    });
  }

  next(value: unknown): void {
    // What it says after that counts for nothing.
    if (!this.#end()) return;
    if (value instanceof HttpResponse) {
      this.out.next(value);
      this.out.complete();
    } else if (!isContext(value)) {
      this.out.error(misuse('what it emitted is neither a context nor an answer'));
    } else if (this.#went) {
      this.out.error(misuse('it emitted a context after it had gone on'));
    } else {
      this.unsubscribe();
      this.rest(value).subscribe(this.out);
      return;
    }
    this.unsubscribe();
  }

  error(error: unknown): void {
    if (this.#end()) this.out.error(error);
    this.unsubscribe();
  }

  complete(): void {
    if (this.#end()) this.out.error(misuse('it completed without an answer'));
    this.unsubscribe();
  }

  #end(): boolean {
    const first = !this.#ended && !this.closed;
    this.#ended = true;
    return first;
  }
}

/** Listens to the rest of the way for a step, and knows whether it is over. */
class Below extends Subscription implements Observer<Answer> {
  over = false;

  constructor(private readonly inner: Subscriber<Answer>) {
    super();
    inner.add(this);
  }

  next(answer: Answer): void {
    if (!this.over) this.inner.next(answer);
  }

  error(error: unknown): void {
    if (this.over) return;
    // Before anybody hears of it, who may try again at once.
    this.over = true;
    this.inner.error(error);
  }

  complete(): void {
    if (this.over) return;
    this.over = true;
    this.inner.complete();
  }

  override unsubscribe(): void {
    this.over = true;
    super.unsubscribe();
  }
}

function isContext(value: unknown): value is RequestContext {
  return typeof value === 'object' && value !== null && 'originalRequest' in value;
}

function misuse(detail: string): GatewayError {
  return gatewayError(502, `A middleware has failed: ${detail}.`);
}
