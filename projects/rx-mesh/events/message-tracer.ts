import { Injectable, inject } from '@angular/core';
import { ID_GENERATOR } from 'rx-mesh/kernel';
import {
  type Delivery,
  type Message,
  MessageBrokerService,
  type MessageHandler,
  type MessageHeaders,
  type PublishOptions,
  type PublishReceipt,
  MESSAGE_TRANSPORT,
} from 'rx-mesh/messaging';
import {
  PROPAGATOR,
  type SpanKind,
  type TraceContext,
  Tracer,
  extractFrom,
  injectInto,
  withSpan,
} from 'rx-mesh/tracing';
import { type Observable, type ObservableInput, isObservable, of } from 'rxjs';

/** What may be said of a message that is a part of a trace. */
export interface TracedPublishOptions extends PublishOptions {
  /** The span that the message comes from. @default the context of the page, see `Tracer.useTraceContext` */
  readonly parent?: TraceContext | undefined;
}

/** Handles one message inside of its span. */
export type TracedMessageHandler<T = unknown> = (
  message: Message<T>,
  span: TraceContext,
  delivery: Delivery<T>,
) => unknown;

/**
 * Spans for messages, by the semantic conventions of OpenTelemetry for messaging: `send <topic>` for who publishes,
 * `process <topic>` for who handles, so that one trace goes from the click through the message to its consequence, in
 * whatever page or service that is. The context travels in the headers, as `PROPAGATOR` writes it.
 *
 * @usageNotes
 * ```ts
 * const messages = inject(MessageTracer);
 * messages.publish('orders.created', { id: 42 }).subscribe();
 * broker
 *   .consume('orders.*', messages.handler((message, span) => save(message.payload, span)))
 *   .subscribe();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class MessageTracer {
  private readonly tracer = inject(Tracer);
  private readonly propagator = inject(PROPAGATOR);
  private readonly broker = inject(MessageBrokerService);
  private readonly transport = inject(MESSAGE_TRANSPORT);
  private readonly ids = inject(ID_GENERATOR);

  /** The headers that carry a context: for a message, or for the metadata of an event. */
  headers(context: TraceContext): MessageHeaders {
    const headers: Record<string, string> = {};
    injectInto(headers, context, this.propagator);
    return headers;
  }

  /** The context that came with a message; `undefined` when there was none. */
  contextOf({ headers }: Pick<Message, 'headers'>): TraceContext | undefined {
    return extractFrom(headers, this.propagator);
  }

  /** `MessageBrokerService.publish` in a span of its own, which travels with the message. */
  publish(
    topic: string,
    payload: unknown,
    { parent, ...options }: TracedPublishOptions = {},
  ): Observable<PublishReceipt> {
    // Given here, so that a retry sends the same message again, in another span.
    const id = options.id ?? this.ids.uuid();
    return withSpan(
      `send ${topic}`,
      (span) => {
        const headers = { ...options.headers, ...this.headers(span) };
        return this.broker.publish(topic, payload, { ...options, id, headers });
      },
      { ...this.spanOf('send', 'producer', topic, id), parent },
    );
  }

  /**
   * A handler for `MessageBrokerService.consume` that works in a span of its own: the child of that which sent the message,
   * or of nothing. Each delivery has one; it ends as the work does.
   */
  handler<T = unknown>(work: TracedMessageHandler<T>): MessageHandler<T> {
    return (message, delivery) => {
      const { topic, id } = message;
      const options = this.spanOf('process', 'consumer', topic, id);
      return withSpan(
        `process ${topic}`,
        (span) => inputOf(work(message, span, delivery)),
        // A message without a trace begins one: it is no part of what the page does just now.
        { ...options, parent: this.contextOf(message) ?? null },
      );
    };
  }

  private spanOf(operation: 'send' | 'process', kind: SpanKind, topic: string, id: string) {
    return {
      tracer: this.tracer,
      kind,
      tags: {
        'messaging.system': this.transport.name,
        'messaging.operation.name': operation,
        'messaging.operation.type': operation,
        'messaging.destination.name': topic,
        'messaging.message.id': id,
      },
    };
  }
}

// A handler may return anything; only what takes time has an end of its own.
function inputOf(result: unknown): ObservableInput<unknown> {
  if (isObservable(result)) return result;
  return result instanceof Promise || isThenable(result) ? result : of(result);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
