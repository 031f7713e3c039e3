import type { TraceState } from '@opentelemetry/api';
import { withTraceState } from 'rx-mesh/tracing';

/** A `tracestate` as OpenTelemetry has it, around the text that goes from service to service. It never changes. */
export class TraceStateText implements TraceState {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get(key: string): string | undefined {
    const member = this.#members().find((one) => one.startsWith(`${key}=`));
    return member?.slice(key.length + 1);
  }

  set(key: string, value: string): TraceState {
    return new TraceStateText(withTraceState(this.#text, key, value) ?? '');
  }

  unset(key: string): TraceState {
    const others = this.#members().filter((one) => !one.startsWith(`${key}=`));
    return new TraceStateText(others.join(','));
  }

  serialize(): string {
    return this.#text;
  }

  #members(): string[] {
    return this.#text.split(',').map((member) => member.trim());
  }
}
