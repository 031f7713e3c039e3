import type { ExportStatus, TraceSpan } from 'rx-mesh/tracing';
import { FakeWeb, ManualClock, ManualPage, RecordingDiagnostics } from 'rx-mesh/testing';
import { aSpan } from './export-world';
import { settled } from './settled';

/** What of a page sends spans, and keeps what it cannot send. */
export interface OfflineExport {
  readonly batcher: {
    readonly status: { readonly signal: () => ExportStatus };
    add(span: TraceSpan): void;
    flush(): Promise<void>;
    resume(): void;
    leave(): void;
    stop(): void;
  };
  readonly guard: { places(): Promise<unknown> };
}

/** What a page is made of. */
export interface PageParts<S> {
  readonly origin: OfflineOrigin<S>;
  readonly page: ManualPage;
  readonly diagnostics: RecordingDiagnostics;
  readonly url: string;
  readonly bounds: {
    readonly maxBatches: number;
    readonly maxBytes: number;
    readonly maxAge: number;
  };
}

export interface PageOptions {
  readonly url?: string;
  readonly online?: boolean;
  readonly maxBatches?: number;
  readonly maxBytes?: number;
}

/** The locks of one origin, for whoever asks only if one is free. */
export class FakeLocks {
  readonly held = new Set<string>();

  async request<T>(
    name: string,
    _options: { readonly ifAvailable: true },
    callback: (lock: unknown) => Promise<T>,
  ): Promise<T> {
    await Promise.resolve();
    if (this.held.has(name)) return callback(null);
    this.held.add(name);
    try {
      return await callback({ name });
    } finally {
      this.held.delete(name);
    }
  }
}

/** A receiver, a store and a clock that outlive the pages. */
export class OfflineOrigin<S> {
  readonly web = new FakeWeb();
  readonly clock = new ManualClock();
  /** The names of the spans that were taken, in order. */
  readonly taken: string[] = [];
  /** What the receiver answers. */
  answer: () => Response | Promise<Response> = () => new Response('{}');
  locks: Pick<FakeLocks, 'request'> | undefined = new FakeLocks();
  readonly #make: (parts: PageParts<S>) => OfflineExport;

  /** @param make Makes what a page is made of: here are no rooms. */
  constructor(
    readonly store: S,
    make: (parts: PageParts<S>) => OfflineExport,
  ) {
    this.#make = make;
    for (const host of ['http://collector.test', 'http://other.test']) {
      this.web.host(host, async (request) => {
        const text = await request.text();
        const response = await this.answer();
        if (response.ok) this.taken.push(...namesIn(text));
        return response;
      });
    }
  }

  /** Moves time, and lets answers come. */
  async advance(ms: number): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
  }

  /** Opens a page. It sends what is kept, as `offlineSpans` has it. */
  async open(options: PageOptions = {}): Promise<OfflinePage> {
    const { url = 'http://collector.test/', online = true, ...rest } = options;
    const [page, diagnostics] = [new ManualPage(), new RecordingDiagnostics()];
    if (!online) page.goOffline();
    const bounds = { maxBatches: 100, maxBytes: 5_000_000, maxAge: 86_400_000, ...rest };
    const made = this.#make({ origin: this, page, diagnostics, url, bounds });
    void made.guard.places();
    if (online) made.batcher.resume();
    await settled();
    return new OfflinePage(page, diagnostics, made.batcher);
  }
}

/** A page with one exporter that keeps what it cannot send. */
export class OfflinePage {
  constructor(
    readonly page: ManualPage,
    readonly diagnostics: RecordingDiagnostics,
    readonly batcher: OfflineExport['batcher'],
  ) {}

  get status(): ExportStatus {
    return this.batcher.status.signal();
  }

  /** Ends spans of these names. */
  record(...names: readonly string[]): void {
    for (const operationName of names) this.batcher.add(aSpan({ operationName }));
  }

  goOnline(): void {
    this.page.goOnline();
    this.batcher.resume();
  }

  /** The page is left for another one. */
  async close(): Promise<void> {
    this.batcher.leave();
    await settled();
    this.batcher.stop();
    await settled();
  }
}

function namesIn(text: string): string[] {
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[];
  };
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
  );
}
