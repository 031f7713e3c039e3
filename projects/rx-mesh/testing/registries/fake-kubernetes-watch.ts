import type { Clock } from 'rx-mesh/kernel';
import type { FakeSlice, SliceFilter, SliceRecord } from './fake-kubernetes-store';

/** What a watch of the fake is asked for. */
export interface FakeWatchRequest {
  readonly filter: SliceFilter;
  /** How long it stays open, in milliseconds. */
  readonly timeout: number;
  readonly bookmarks: boolean;
  /** Aborts it. */
  readonly signal: AbortSignal;
}

/** One open watch of the fake: a stream of lines. */
export class FakeWatch {
  readonly #encoder = new TextEncoder();
  readonly #filter: SliceFilter;
  readonly #end: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #silent = false;

  /** What is sent. */
  readonly stream: ReadableStream<Uint8Array>;

  /**
   * @param version The version of now, for the bookmark at the end.
   * @param onEnd Called once, however it ends.
   */
  constructor(
    clock: Clock,
    request: FakeWatchRequest,
    version: () => number,
    onEnd: (watch: FakeWatch) => void,
  ) {
    this.#filter = request.filter;
    const timer = clock.scheduler.schedule(() => {
      if (this.#silent) return;
      if (request.bookmarks) this.bookmark(version());
      this.end();
    }, request.timeout);
    const abort = (): void => this.break(request.signal.reason);
    this.#end = () => {
      if (!this.#controller) return;
      this.#controller = undefined;
      timer.unsubscribe();
      request.signal.removeEventListener('abort', abort);
      onEnd(this);
    };
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.#end(),
    });
    request.signal.addEventListener('abort', abort);
  }

  /** Sends nothing more, and does not end either. */
  hang(): void {
    this.#silent = true;
  }

  /** Sends what a change means to this watch: a slice whose labels fit no more is gone. */
  tell({ before, after, shown }: SliceRecord): void {
    const was = before !== undefined && this.#filter(before);
    const is = after !== undefined && this.#filter(after);
    if (is) this.event(was ? 'MODIFIED' : 'ADDED', shown);
    else if (was) this.event('DELETED', { ...before, metadata: shown.metadata });
  }

  /** Sends a slice that is there from the start. */
  begin(slice: FakeSlice): void {
    if (this.#filter(slice)) this.event('ADDED', slice);
  }

  /** Sends a bookmark. */
  bookmark(version: number): void {
    const metadata = { resourceVersion: String(version), creationTimestamp: null };
    this.event('BOOKMARK', { ...KIND, metadata, addressType: '', endpoints: null, ports: null });
  }

  /** Sends an event. */
  event(type: string, object: object): void {
    this.send(`${JSON.stringify({ type, object })}\n`);
  }

  /** Sends anything. */
  send(text: string): void {
    if (!this.#silent) this.#controller?.enqueue(this.#encoder.encode(text));
  }

  /** Ends it, as the server does when its time is over. */
  end(): void {
    this.#controller?.close();
    this.#end();
  }

  /** Breaks it off, as a network does. */
  break(error: unknown): void {
    this.#controller?.error(error);
    this.#end();
  }
}

/** What an EndpointSlice says that it is. */
export const KIND = { kind: 'EndpointSlice', apiVersion: 'discovery.k8s.io/v1' } as const;
