import { InjectionToken } from '@angular/core';
import type { MessageHeaders } from './message';

declare const ngDevMode: boolean;

/**
 * What travels in the headers of each message without the sender's doing, such as the trace that it belongs to. Neither
 * may throw.
 */
export interface MessageContext {
  /** Writes into the headers of a message that is about to be sent. */
  inject(headers: Record<string, string>): void;
  /** Reads the headers of a message that has come; what it returns is the `context` of its delivery. */
  extract(headers: MessageHeaders): unknown;
}

const NONE: MessageContext = { inject: () => undefined, extract: () => undefined };

/**
 * Where messages and traces meet. This room knows no traces: an application connects the two.
 *
 * @default nothing is written, and nothing read
 * @usageNotes
 * ```ts
 * {
 *   provide: MESSAGE_CONTEXT,
 *   useFactory: () => {
 *     const [tracer, propagator] = [inject(Tracer), inject(PROPAGATOR)];
 *     return {
 *       inject: (headers) => {
 *         const context = tracer.traceContext();
 *         if (context) injectInto(headers, context, propagator);
 *       },
 *       extract: (headers) => extractFrom(headers, propagator),
 *     };
 *   },
 * }
 * ```
 */
export const MESSAGE_CONTEXT = new InjectionToken<MessageContext>(
  ngDevMode ? 'rx-mesh MESSAGE_CONTEXT' : '',
  { providedIn: 'root', factory: () => NONE },
);
