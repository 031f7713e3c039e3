import { InjectionToken } from '@angular/core';
import type { TraceContext } from '../trace-span';
import { w3cPropagator } from './w3c-propagator';

declare const ngDevMode: boolean;

/**
 * How a trace context travels in headers: of HTTP requests, of messages, or in whatever else has names and texts.
 * No method may throw.
 */
export interface Propagator {
  /** The names that it reads and sets, in lower case. */
  readonly fields: readonly string[];
  /** Writes a context. A `set` for an object: `(name, value) => (headers[name] = value)`. */
  inject(context: TraceContext, set: (name: string, value: string) => void): void;
  /** Reads a context; `undefined` when there is none, or it is malformed. Values of one name are joined by commas. */
  extract(get: (name: string) => string | null | undefined): TraceContext | undefined;
  /**
   * Reads what the application hands on, for a form that has no trace in it and so no context to put it into. Whoever
   * joins several forms adds it to the context of another. `undefined` when there is none.
   */
  extractBaggage?(
    get: (name: string) => string | null | undefined,
  ): Readonly<Record<string, string>> | undefined;
}

/**
 * The form in which traces leave the page.
 *
 * @default w3cPropagator
 * @usageNotes
 * ```ts
 * const headers = new Map<string, string>();
 * inject(PROPAGATOR).inject(tracer.contextOf(span), (name, value) => headers.set(name, value));
 * ```
 */
export const PROPAGATOR = new InjectionToken<Propagator>(ngDevMode ? 'rx-mesh PROPAGATOR' : '', {
  providedIn: 'root',
  factory: () => w3cPropagator,
});
