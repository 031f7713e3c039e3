import { untracked } from '@angular/core';
import type { Clock } from 'rx-mesh/kernel';
import { errorType, statusOf } from '../error-type';
import type { SpanLink, SpanStatus, SpanTagValue, TraceContext, TraceSpan } from '../trace-span';
import type { Tracer } from '../tracer';
import { type NavigationCode, type NavigationStep, readStep } from './router-events';

/** How spans of navigations come about. */
export interface NavigationPorts {
  readonly tracer: Tracer;
  readonly clock: Clock;
  /** Whether a navigation is what requests of the page are a part of. */
  readonly asPageContext: boolean;
  /** What the first page is a part of. */
  readonly load: TraceContext | undefined;
}

interface Navigation {
  readonly id: number;
  readonly trigger: string | undefined;
  readonly startedAt: number;
  span?: TraceSpan;
}

/** Makes a span of each navigation from the events of a router. There is one at a time, as a router has it. */
export class NavigationFlow {
  readonly #ports: NavigationPorts;
  #newest = -Infinity;
  #current: Navigation | undefined;
  // The one that the next navigation takes the place of.
  #replaced: SpanLink | undefined;
  #load: TraceContext | undefined;
  // What the page that is seen is a part of.
  #page: TraceContext | null;

  constructor(ports: NavigationPorts) {
    this.#ports = ports;
    this.#load = ports.load;
    this.#page = ports.load ?? untracked(ports.tracer.traceContext);
  }

  /** Takes an event of the router. What it does not know, it leaves alone. */
  take(event: unknown): void {
    const step = readStep(event);
    if (step?.type === 'start') this.#start(step.id, step.trigger);
    else if (step?.type === 'skipped') this.#skip(step.code);
    else if (step?.id === this.#current?.id) this.#go(step);
  }

  /** Ends what is open. */
  stop(): void {
    this.#cancel('destroyed');
  }

  #start(id: number, trigger: string | undefined): void {
    // Whoever hears of a start before this does and navigates on is heard of first.
    if (id <= this.#newest) return;
    this.#newest = id;
    this.#cancel('superseded');
    this.#current = { id, trigger, startedAt: this.#ports.clock.monotonic() };
  }

  #go(step: NavigationStep | undefined): void {
    const navigation = this.#current;
    if (!navigation || !step) return;
    const { tracer } = this.#ports;
    switch (step.type) {
      case 'recognized':
        navigation.span ??= this.#begin(navigation, step.template);
        tracer.log(navigation.span.spanId, 'routes recognized');
        return;
      case 'phase':
        if (navigation.span) tracer.log(navigation.span.spanId, step.message);
        return;
      case 'end': {
        const span = this.#end('ok', { 'rx_mesh.navigation.outcome': 'end' });
        if (span) this.#page = tracer.contextOf(span);
        this.#load = undefined;
        return;
      }
      case 'error': {
        const type = errorType(step.error);
        this.#end(statusOf(type), { 'rx_mesh.navigation.outcome': 'error', 'error.type': type });
        this.#stay();
        return;
      }
      case 'cancelled':
        this.#cancel(step.code);
        return;
      case 'start':
      case 'skipped':
    }
  }

  // Not before its route is known, by which it is named and sampled; or when it ends without one.
  #begin({ trigger, startedAt }: Navigation, template?: string): TraceSpan {
    const { asPageContext, tracer } = this.#ports;
    const name = template === undefined ? 'navigation' : `navigation ${template}`;
    const span = tracer.startSpan(name, {
      // The context of the page is the navigation before, of which this one is no part.
      parent: this.#load ?? (asPageContext ? null : undefined),
      startedAt,
      links: this.#takeLinks(),
      tags: {
        ...(template === undefined ? {} : { 'url.template': template }),
        ...(trigger === undefined ? {} : { 'rx_mesh.navigation.trigger': trigger }),
      },
    });
    if (asPageContext) tracer.useTraceContext(tracer.contextOf(span));
    return span;
  }

  #end(status: SpanStatus, tags: Readonly<Record<string, SpanTagValue>>): TraceSpan | undefined {
    const navigation = this.#current;
    if (!navigation) return undefined;
    this.#current = undefined;
    const { tracer } = this.#ports;
    const span = navigation.span ?? this.#begin(navigation);
    for (const [key, value] of Object.entries(tags)) tracer.tag(span.spanId, key, value);
    tracer.end(span.spanId, status);
    return span;
  }

  #cancel(code: NavigationCode): void {
    const span = this.#end('cancelled', {
      'rx_mesh.navigation.outcome': 'cancelled',
      'rx_mesh.navigation.code': code,
    });
    if (!span) return;
    this.#stay();
    if (code !== 'redirect' && code !== 'superseded') return;
    const context = this.#ports.tracer.contextOf(span);
    this.#replaced = { context, tags: { 'rx_mesh.navigation.code': code } };
  }

  #skip(code: NavigationCode): void {
    const { tracer } = this.#ports;
    // A part of the page that it does not leave.
    const { spanId } = tracer.startSpan('navigation', {
      links: this.#takeLinks(),
      tags: { 'rx_mesh.navigation.outcome': 'skipped', 'rx_mesh.navigation.code': code },
    });
    tracer.end(spanId);
  }

  // The page that was there is still there.
  #stay(): void {
    const { asPageContext, tracer } = this.#ports;
    if (asPageContext) tracer.useTraceContext(this.#page);
  }

  #takeLinks(): readonly SpanLink[] {
    const links = this.#replaced ? [this.#replaced] : [];
    this.#replaced = undefined;
    return links;
  }
}
