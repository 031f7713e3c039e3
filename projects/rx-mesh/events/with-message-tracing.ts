import { inject } from '@angular/core';
import { EVENT_CONTEXT } from 'rx-mesh/event-sourcing';
import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { MESSAGE_CONTEXT, type MessageContext } from 'rx-mesh/messaging';
import { PROPAGATOR, Tracer, extractFrom, injectInto } from 'rx-mesh/tracing';

/**
 * Lets the trace of the page travel with each message and each event: in the headers of messages that say nothing of a
 * trace themselves, where deliveries have it as their `context`, and in the metadata of events, as `trace`. Spans for what is
 * sent and handled come from {@link MessageTracer}.
 *
 * Messages of a transport that other users read tell them the ids of the trace, and what baggage it has.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({ serviceName: 'shop' }), withMessaging(), withMessageTracing());
 * ```
 */
export function withMessageTracing(): RxMeshFeature<'message-tracing'> {
  return ɵmakeFeature('message-tracing', [
    { provide: MESSAGE_CONTEXT, useFactory: messageContext },
    { provide: EVENT_CONTEXT, useFactory: eventContext },
  ]);
}

function messageContext(): MessageContext {
  const [tracer, propagator] = [inject(Tracer), inject(PROPAGATOR)];
  const fields = new Set(propagator.fields);
  return {
    inject: (headers) => {
      const context = tracer.traceContext();
      const saysItself = Object.keys(headers).some((name) => fields.has(name.toLowerCase()));
      if (context && !saysItself) injectInto(headers, context, propagator);
    },
    extract: (headers) => extractFrom(headers, propagator),
  };
}

function eventContext(): () => Readonly<Record<string, unknown>> {
  const [tracer, propagator] = [inject(Tracer), inject(PROPAGATOR)];
  return () => {
    const context = tracer.traceContext();
    if (!context) return {};
    const trace: Record<string, string> = {};
    injectInto(trace, context, propagator);
    return { trace };
  };
}
