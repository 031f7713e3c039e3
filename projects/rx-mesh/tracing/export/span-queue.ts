import type { TraceSpan } from '../trace-span';
import type { ExportLedger } from './export-ledger';
import { MOST_BODY } from './export-request';
import type { SpanExporter, TraceResource } from './span-exporter';

const MOST_SPANS = 512; // of a batch

// What waits for one exporter, and once more as much of what came back.
const MOST_QUEUED = 2048;
const MOST_QUEUED_BYTES = 4_000_000;
const TOO_MANY = 'there were too many for the queue';

interface Encoded {
  readonly text: string;
  readonly bytes: number;
}

/** Spans that go out together. */
export interface SpanBatch {
  /** The body. */
  readonly text: string;
  /** Its size in UTF-8. */
  readonly bytes: number;
  /** How many spans it has. */
  readonly spans: number;
  /** How often it was sent. */
  tries: number;
  /** How long it waits before its next try, in milliseconds. */
  wait: number;
  /** Whether the receiver asked for the wait. */
  asked: boolean;
  /** Whether it goes out by a request of the page only: one that would outlive it got no answer. */
  plain: boolean;
}

/** The spans that wait for one exporter, written down already: so the size of a batch is known before it is made. */
export class SpanQueue {
  readonly #exporter: SpanExporter;
  readonly #resource: TraceResource;
  readonly #ledger: ExportLedger;
  readonly #room: number;
  readonly #waiting: Encoded[] = [];
  // What failed at the end of a page that then went on.
  readonly #returned: SpanBatch[] = [];
  #weight = 0;

  constructor(exporter: SpanExporter, resource: TraceResource, ledger: ExportLedger) {
    this.#exporter = exporter;
    this.#resource = resource;
    this.#ledger = ledger;
    this.#room = MOST_BODY - (this.#encode(() => exporter.format.wrap([], resource))?.bytes ?? 0);
  }

  /** How many spans wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Whether there is enough for a batch. */
  get isFull(): boolean {
    // A resource that fills a body by itself leaves no room, and yet nothing is nothing.
    return this.size >= MOST_SPANS || (this.size > 0 && this.#weight >= this.#room);
  }

  /** Takes a span; the oldest ones give way. */
  add(span: TraceSpan): void {
    const encoded = this.#encode(() => this.#exporter.format.encodeSpan(span, this.#resource));
    if (!encoded) {
      this.#ledger.dropped(1, 'the format of the exporter threw');
    } else if (weightOf(encoded) > MOST_QUEUED_BYTES) {
      // It must not push out all others in vain.
      this.#ledger.dropped(1, TOO_MANY);
    } else {
      this.#weight += weightOf(encoded);
      this.#waiting.push(encoded);
      while (this.size > MOST_QUEUED || this.#weight > MOST_QUEUED_BYTES) {
        this.#ledger.dropped(this.#drain(1, 0).length, TOO_MANY);
      }
    }
  }

  /** The next batch, oldest spans first; `undefined` when there are none. Larger than its bound only by a single span. */
  take(): SpanBatch | undefined {
    while (this.size > 0) {
      const spans = this.#drain(MOST_SPANS, this.#room);
      const body = this.#encode(() => this.#exporter.format.wrap(spans, this.#resource));
      if (body) {
        return { ...body, spans: spans.length, tries: 0, wait: 0, asked: false, plain: false };
      }
      this.#ledger.dropped(spans.length, 'the format of the exporter threw');
    }
    return undefined;
  }

  /** Whether a batch is back. */
  get hasReturned(): boolean {
    return this.#returned.length > 0;
  }

  /** Takes a batch back that was sent in vain; of those, too, the oldest ones give way. */
  takeBack(batch: SpanBatch): void {
    const returned = this.#returned;
    returned.push(batch);
    const isOver = (): boolean =>
      returned.reduce((sum, { spans }) => sum + spans, 0) > MOST_QUEUED ||
      returned.reduce((sum, { bytes }) => sum + bytes, 0) > MOST_QUEUED_BYTES;
    while (returned.length > 1 && isOver()) {
      this.#ledger.dropped(this.takeReturned()?.spans ?? 0, TOO_MANY);
    }
  }

  /** The batch that came back first. */
  takeReturned(): SpanBatch | undefined {
    return this.#returned.shift();
  }

  /** Everything at once, in batches, those that came back first. */
  takeAll(): SpanBatch[] {
    const batches = this.#returned.splice(0);
    for (let batch = this.take(); batch; batch = this.take()) batches.push(batch);
    return batches;
  }

  // The oldest spans, one at least.
  #drain(most: number, room: number): string[] {
    let weight = 0;
    let count = 0;
    for (const encoded of this.#waiting) {
      const more = weight + weightOf(encoded);
      if (count > 0 && (count === most || more > room)) break;
      weight = more;
      count++;
    }
    this.#weight -= weight;
    return this.#waiting.splice(0, count).map(({ text }) => text);
  }

  // A format may be the application's own, and what it throws must not break what is traced.
  #encode(write: () => string): Encoded | undefined {
    try {
      const text = write();
      return { text, bytes: new TextEncoder().encode(text).length };
    } catch {
      return undefined;
    }
  }
}

// With the comma after it.
function weightOf({ bytes }: Encoded): number {
  return bytes + 1;
}
