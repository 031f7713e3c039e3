import type { SpanContext } from '@opentelemetry/api';
import type { IdGenerator } from 'rx-mesh/kernel';

/** The ids of a tracer that takes those of a span of the SDK while it begins its twin, and draws its own otherwise. */
export class TwinIds implements IdGenerator {
  readonly #ids: IdGenerator;
  #twin: SpanContext | undefined;

  constructor(ids: IdGenerator) {
    this.#ids = ids;
  }

  /** Begins a span with the ids of another. */
  as<T>(twin: SpanContext, begin: () => T): T {
    this.#twin = twin;
    try {
      return begin();
    } finally {
      this.#twin = undefined;
    }
  }

  traceId(): string {
    return this.#twin?.traceId ?? this.#ids.traceId();
  }

  spanId(): string {
    const id = this.#twin?.spanId ?? this.#ids.spanId();
    // For one span: whoever is told that it began may begin others.
    this.#twin = undefined;
    return id;
  }

  uuid(): string {
    return this.#ids.uuid();
  }
}
