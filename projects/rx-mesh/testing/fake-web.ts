import type { RegistryFetch } from 'rx-mesh/mesh';

/** A server without a network: one request in, one answer out. A service worker, Node and a test can all host it. */
export type FetchHandler = (request: Request) => Promise<Response>;

/**
 * A web of fake servers, for whatever sends its requests with `REGISTRY_FETCH`. It counts what is open, tells what was
 * asked, and can be cut off.
 *
 * @usageNotes
 * ```ts
 * const web = new FakeWeb();
 * const consul = new FakeConsul();
 * web.host('http://consul.test', consul.handle);
 * TestBed.configureTestingModule({ providers: [{ provide: REGISTRY_FETCH, useValue: web.fetch }] });
 * ```
 */
export class FakeWeb {
  readonly #hosts = new Map<string, FetchHandler>();
  readonly #requests: Request[] = [];
  readonly #open = new Set<AbortSignal>();

  /** Whether no request gets through: each fails as it does without a network. @default false */
  down = false;

  /** What is asked of whom: fails as a browser does, with a `TypeError`, where nobody is. */
  readonly fetch: RegistryFetch = async (url, init) => {
    const request = new Request(new URL(url, 'http://page.test'), init);
    this.#requests.push(request);
    const handle = this.#hosts.get(new URL(request.url).origin);
    if (this.down || !handle) throw new TypeError('Failed to fetch');
    const { signal } = request;
    const gone = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    gone.catch(() => this.#open.delete(signal));
    signal.throwIfAborted();
    this.#open.add(signal);
    const response = await Promise.race([handle(request), gone]).catch((error: unknown) => {
      this.#open.delete(signal);
      throw error;
    });
    return this.#watched(response, signal);
  };

  /** What was asked, in order. */
  get requests(): readonly Request[] {
    return this.#requests;
  }

  /** How many requests have no whole answer yet. */
  get open(): number {
    return this.#open.size;
  }

  /** Lets a server answer for an origin. */
  host(origin: string, handle: FetchHandler): void {
    this.#hosts.set(new URL(origin).origin, handle);
  }

  /** An answer is over when its body is, or when its request is aborted. */
  #watched(response: Response, signal: AbortSignal): Response {
    const { body, headers, status, statusText, type } = response;
    if (type === 'error') {
      this.#open.delete(signal);
      // What a service worker answers like this is a network failure to the page.
      throw new TypeError('Failed to fetch');
    }
    if (!body) {
      this.#open.delete(signal);
      return response;
    }
    const reader = body.getReader();
    const open = this.#open;
    const watched = new ReadableStream<Uint8Array>({
      start: (controller) => {
        signal.addEventListener('abort', () => {
          controller.error(signal.reason);
          reader.cancel().catch(() => undefined);
        });
      },
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (signal.aborted) return;
        if (!done) {
          controller.enqueue(value);
          return;
        }
        open.delete(signal);
        controller.close();
      },
      cancel: async () => {
        open.delete(signal);
        await reader.cancel();
      },
    });
    return new Response(watched, { headers, status, statusText });
  }
}
