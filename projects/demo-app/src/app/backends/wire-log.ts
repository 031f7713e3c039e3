import { Injectable, signal } from '@angular/core';
import { type MockBackend } from './mock-backends';

/** A request as the instance that answered it has seen it. */
export interface SeenRequest {
  /** The instance, such as `orders-2`. */
  readonly instance: string;
  readonly method: string;
  readonly path: string;
  /** The header; `undefined` when there was none. */
  readonly traceparent?: string | undefined;
  /** The header; `undefined` when there was none. */
  readonly baggage?: string | undefined;
}

const MOST = 100;

/** What the mocked services have read in the headers of their requests. */
@Injectable({ providedIn: 'root' })
export class WireLog {
  readonly #seen = signal<readonly SeenRequest[]>([]);

  /** The latest requests, newest first, at most 100. */
  readonly seen = this.#seen.asReadonly();

  /** The same back end, whose requests are written down. What nobody answers, nobody has seen. */
  listen({ handle, id, origin }: MockBackend): MockBackend {
    return {
      id,
      origin,
      handle: async (request) => {
        const response = await handle(request);
        if (response.type !== 'error') this.note(id, request);
        return response;
      },
    };
  }

  /** Writes a request down. */
  note(
    instance: string,
    { headers, method, url }: Pick<Request, 'method' | 'url'> & { readonly headers: HeadersOf },
  ): void {
    const request: SeenRequest = {
      instance,
      method,
      path: new URL(url).pathname,
      traceparent: headers.get('traceparent') ?? undefined,
      baggage: headers.get('baggage') ?? undefined,
    };
    this.#seen.update((seen) => [request, ...seen].slice(0, MOST));
  }
}

/** `Headers` of a request, or what Angular has for them. */
interface HeadersOf {
  get(name: string): string | null;
}
