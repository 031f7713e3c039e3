import { Injector, inject, untracked } from '@angular/core';
import {
  COMMAND_OBSERVER,
  type Command,
  CommandBusService,
  type CommandEnd,
  type CommandObserver,
  type CommandOutcome,
  type CommandWatch,
} from 'rx-mesh/cqrs';
import { type RxMeshFeature, isRxMeshError, ɵmakeFeature } from 'rx-mesh/kernel';
import { MetricsService } from 'rx-mesh/metrics';
import { PROPAGATOR, type SpanLink, type SpanStatus, type TraceContext, type TraceSpan, Tracer, extractFrom } from 'rx-mesh/tracing'; // prettier-ignore

/** What stands for all types that have no handler here: those may come from outside. */
const OTHER = '_OTHER';
/** Of how many flows it is known which command came first. */
const MOST_FLOWS = 1000;

const STATUS: Readonly<Record<CommandOutcome, SpanStatus>> = {
  success: 'ok',
  duplicate: 'ok',
  failure: 'error',
  rejected: 'error',
  timeout: 'timeout',
  cancelled: 'cancelled',
};

/**
 * Traces and measures all commands of an application.
 *
 * Each sending of a command is a span `command <type>` of kind `internal`, with the tags `rx_mesh.command.type`,
 * `rx_mesh.command.id`, `rx_mesh.command.correlation_id` and `rx_mesh.command.outcome`, and `error.type` where it failed. It
 * is linked with the span of the first command of its flow, and with the span that `metadata.trace` tells of, as events have
 * it by `withMessageTracing`. While the handler is called, the span is the context of the page: requests, messages and events
 * that go out before it returns are a part of it. What the command is done to, and its payload, are in no span.
 *
 * The counter `rx_mesh.commands` and the timer `rx_mesh.command.duration`, which has no duplicates, have the tags `type` and
 * `outcome`, and the span as exemplar. A type without a handler here is `_OTHER`, so whoever sends commands from elsewhere
 * makes no further series.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({ serviceName: 'shop' }), withCommandTelemetry());
 * ```
 */
export function withCommandTelemetry(): RxMeshFeature<'command-telemetry'> {
  return ɵmakeFeature('command-telemetry', [
    { provide: COMMAND_OBSERVER, useFactory: () => new CommandTelemetry(), multi: true },
  ]);
}

class CommandTelemetry implements CommandObserver {
  readonly #injector = inject(Injector);
  readonly #tracer = inject(Tracer);
  readonly #propagator = inject(PROPAGATOR);
  readonly #count;
  readonly #duration;
  // The oldest first.
  readonly #flows = new Map<string, TraceContext>();
  #bus: CommandBusService | undefined;

  constructor() {
    const metrics = inject(MetricsService);
    this.#count = metrics.ɵmetric('counter', 'rx_mesh.commands', {
      unit: '{command}',
      description: 'Commands that were sent, by what became of them.',
    });
    this.#duration = metrics.ɵmetric('timer', 'rx_mesh.command.duration', {
      description: 'How long commands took from when they were sent.',
    });
  }

  started(command: Command): CommandWatch {
    // Not before: the bus is made of what this is made for.
    this.#bus ??= this.#injector.get(CommandBusService);
    const { id, type, metadata } = command;
    const label = this.#bus.handlerOf(type) ? type : OTHER;
    const flow = metadata.correlationId ?? id;
    const span = this.#tracer.startSpan(`command ${label}`, {
      tags: {
        'rx_mesh.command.type': type,
        'rx_mesh.command.id': id,
        'rx_mesh.command.correlation_id': flow,
      },
      links: this.#linksOf(command, flow),
    });
    if (span.sampled) this.#note(flow, span);
    return { run: (work) => this.#inside(span, work), ended: (end) => this.#end(span, label, end) };
  }

  #linksOf({ metadata }: Command, flow: string): readonly SpanLink[] {
    const first = this.#flows.get(flow);
    const { trace } = metadata;
    const from = isCarrier(trace) ? extractFrom(trace, this.#propagator) : undefined;
    return [
      ...(first ? [{ context: first, tags: { 'rx_mesh.link': 'correlation' } }] : []),
      ...(from ? [{ context: from, tags: { 'rx_mesh.link': 'cause' } }] : []),
    ];
  }

  #note(flow: string, span: TraceSpan): void {
    if (this.#flows.has(flow)) return;
    this.#flows.set(flow, this.#tracer.contextOf(span));
    const [oldest] = this.#flows.keys();
    if (this.#flows.size > MOST_FLOWS && oldest !== undefined) this.#flows.delete(oldest);
  }

  #inside<T>(span: TraceSpan, work: () => T): T {
    const tracer = this.#tracer;
    const before = untracked(tracer.traceContext);
    const context = tracer.contextOf(span);
    tracer.useTraceContext(context);
    try {
      return work();
    } finally {
      // Unless the work has set another one, such as that of the next page.
      if (untracked(tracer.traceContext) === context) tracer.useTraceContext(before);
    }
  }

  #end(span: TraceSpan, type: string, { outcome, duration, error }: CommandEnd): void {
    const { spanId } = span;
    this.#tracer.tag(spanId, 'rx_mesh.command.outcome', outcome);
    if (error !== undefined) this.#tracer.tag(spanId, 'error.type', errorType(error));
    this.#tracer.end(spanId, STATUS[outcome]);
    const tags = { type, outcome };
    this.#count.add(1, tags, span);
    if (outcome !== 'duplicate') this.#duration.record(duration, tags, span);
  }
}

// Plain JSON of others.
function isCarrier(found: unknown): found is Readonly<Record<string, unknown>> {
  return typeof found === 'object' && found !== null && !Array.isArray(found);
}

// A kind of error, of which there are few; never a message.
function errorType(error: unknown): string {
  if (isRxMeshError(error)) return error.code;
  return error instanceof Error && /^[A-Za-z]\w{0,63}$/.test(error.name) ? error.name : OTHER;
}
